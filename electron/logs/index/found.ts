/** Entries that were found, in the order of time: columns that grow. */
import type { BlockColumns } from './block';

export class Found {
  ids = new Float64Array(1_024);
  times = new Float64Array(1_024);
  levels = new Uint8Array(1_024);
  patterns = new Uint32Array(1_024);
  size = 0;
  /** Places at which a new ascending row of times begins. */
  private runs: number[] = [0];

  /** @param isWhole false: searching was ended early */
  isWhole = true;

  /** Adds entries of a block: those at `places`. `first` is the id of its first entry. */
  add(first: number, { times, levels, patterns }: BlockColumns, places: Uint16Array): void {
    const count = places.length;
    while (this.size + count > this.ids.length) this.grow();
    const from = this.size;
    let last = from > 0 ? (this.times[from - 1] ?? 0) : Number.NEGATIVE_INFINITY;
    for (let at = 0; at < count; at++) {
      const place = places[at] ?? 0;
      const atMs = times[place] ?? 0;
      if (atMs < last) this.runs.push(from + at);
      last = atMs;
      this.ids[from + at] = first + place;
      this.times[from + at] = atMs;
      this.levels[from + at] = levels[place] ?? 0;
      this.patterns[from + at] = patterns[place] ?? 0;
    }
    this.size += count;
  }

  /** Brings all into the order of time; entries of one moment stay as they were added. */
  finish(): this {
    if (this.runs.length > 1) {
      const order = mergedOrder(this.times, this.runs, this.size);
      this.ids = reordered(this.ids, order);
      this.times = reordered(this.times, order);
      this.levels = reordered(this.levels, order);
      this.patterns = reordered(this.patterns, order);
      this.runs = [0];
    }
    return this;
  }

  private grow(): void {
    const length = this.ids.length * 2;
    this.ids = enlarged(this.ids, length);
    this.times = enlarged(this.times, length);
    this.levels = enlarged(this.levels, length);
    this.patterns = enlarged(this.patterns, length);
  }
}

type Numbers = Float64Array | Uint32Array | Uint8Array;

function enlarged<T extends Numbers>(numbers: T, length: number): T {
  const larger = new (numbers.constructor as new (length: number) => T)(length);
  larger.set(numbers);
  return larger;
}

function reordered<T extends Numbers>(numbers: T, order: Uint32Array): T {
  const target = new (numbers.constructor as new (length: number) => T)(order.length);
  for (let at = 0; at < order.length; at++) target[at] = numbers[order[at] ?? 0] ?? 0;
  return target;
}

/** Merges the ascending runs two by two: logs of several sources are few long runs. */
function mergedOrder(times: Float64Array, runStarts: readonly number[], size: number): Uint32Array {
  let order = Uint32Array.from({ length: size }, (_, at) => at);
  let target = new Uint32Array(size);
  let starts = [...runStarts, size];
  while (starts.length > 2) {
    const next: number[] = [];
    for (let run = 0; run < starts.length - 1; run += 2) {
      const from = starts[run] ?? 0;
      const middle = starts[run + 1] ?? 0;
      const end = starts[run + 2] ?? middle;
      next.push(from);
      let [left, right] = [from, middle];
      for (let at = from; at < end; at++) {
        const takeLeft =
          left < middle && (right >= end || (times[order[left] ?? 0] ?? 0) <= (times[order[right] ?? 0] ?? 0));
        target[at] = order[takeLeft ? left++ : right++] ?? 0;
      }
    }
    starts = [...next, size];
    [order, target] = [target, order];
  }
  return order;
}
