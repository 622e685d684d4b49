/** Measurements of the last hour of one metric, as they were taken, in the order of their times. */
import { HOUR_MS, MINUTE_MS } from './samples';

// A chart of "the last hour" is asked for a moment after its range was set.
export const RAW_KEPT_MS = HOUR_MS + 2 * MINUTE_MS;
const FIRST_CAPACITY = 64;
// One a second, and some to spare; a metric that is measured more often keeps its newest.
const MOST = 4_096;

export class RawValues {
  private times = new Float64Array(FIRST_CAPACITY);
  private values = new Float64Array(FIRST_CAPACITY);
  private start = 0;
  private end = 0;
  /** Values up to this time had to make room: from here on all are held. */
  droppedUpToMs = 0;

  push(atMs: number, value: number): void {
    while (this.start < this.end && (this.times[this.start] ?? 0) < atMs - RAW_KEPT_MS) this.start++;
    if (this.end === this.times.length) this.makeRoom();
    let place = this.end++;
    // Usually it is the newest; a late one moves the few after it.
    while (place > this.start && (this.times[place - 1] ?? 0) > atMs) {
      this.times[place] = this.times[place - 1] ?? 0;
      this.values[place] = this.values[place - 1] ?? 0;
      place--;
    }
    this.times[place] = atMs;
    this.values[place] = value;
  }

  /** Forgets what was measured after `atMs`: the clock was set back to it. */
  dropAfter(atMs: number): void {
    while (this.end > this.start && (this.times[this.end - 1] ?? 0) > atMs) this.end--;
  }

  /** Times and values from `fromMs` to `toMs`, both included: views that hold until the next `push`. */
  between(fromMs: number, toMs: number): { times: Float64Array; values: Float64Array } {
    const start = this.firstFrom(fromMs);
    let end = this.end;
    while (end > start && (this.times[end - 1] ?? 0) > toMs) end--;
    return { times: this.times.subarray(start, end), values: this.values.subarray(start, end) };
  }

  private firstFrom(fromMs: number): number {
    let [low, high] = [this.start, this.end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) < fromMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private makeRoom(): void {
    const held = this.end - this.start;
    if (held >= MOST) {
      this.start += MOST / 4;
      this.droppedUpToMs = this.times[this.start - 1] ?? 0;
    }
    const kept = this.end - this.start;
    const capacity = kept > this.times.length / 2 ? this.times.length * 2 : this.times.length;
    const [times, values] = [new Float64Array(capacity), new Float64Array(capacity)];
    times.set(this.times.subarray(this.start, this.end));
    values.set(this.values.subarray(this.start, this.end));
    [this.times, this.values, this.start, this.end] = [times, values, 0, kept];
  }
}
