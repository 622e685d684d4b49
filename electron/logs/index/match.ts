/** Which entries of a block are meant. */
import type { BlockColumns } from './block';
import { mayHold } from './filter';
import { find } from './find';
import type { Plan } from './query';
import type { BlockMeta } from './source-index';

/** False: no entry of the block is meant, as far as can be told without reading it. */
export const isInReach = ({ fromMs, toMs, levels }: BlockMeta, plan: Plan): boolean =>
  fromMs <= plan.toMs && toMs >= plan.fromMs && (plan.levels === null || (levels & plan.levels) !== 0);

export const mayHoldWords = (filter: Uint8Array, { words }: Plan): boolean =>
  words.every(({ bits }) => mayHold(filter, bits));

/** Tells of a place whether level, time and pattern are as they should be; null when they are so in the whole block. */
export function columnTest(meta: BlockMeta, columns: BlockColumns, plan: Plan): ((place: number) => boolean) | null {
  const { levels: wanted, fromMs, toMs, patternId } = plan;
  const allLevels = wanted === null || (meta.levels & ~wanted) === 0;
  const allTimes = meta.fromMs >= fromMs && meta.toMs <= toMs;
  if (allLevels && allTimes && patternId === null) return null;
  const { times, levels, patterns } = columns;
  const bits = wanted ?? -1;
  return (place) =>
    (bits & (1 << (levels[place] ?? 0))) !== 0 &&
    (times[place] ?? 0) >= fromMs &&
    (times[place] ?? 0) <= toMs &&
    (patternId === null || patterns[place] === patternId);
}

/** Places of the entries that pass `test` and have all of the words, ascending. */
export function matchWords(
  columns: BlockColumns,
  text: Uint8Array | null,
  { words }: Plan,
  test: ((place: number) => boolean) | null,
): Uint16Array {
  const count = columns.times.length;
  const found = new Uint16Array(count);
  let size = 0;
  const [first, ...others] = words;
  if (!first || !text) {
    for (let place = 0; place < count; place++) if (test === null || test(place)) found[size++] = place;
    return found.subarray(0, size);
  }
  const { starts } = columns;
  const end = starts[count] ?? 0;
  let place = 0;
  let at = find(text, first, 0, end);
  while (at !== -1) {
    place = placeAt(starts, place, at);
    const [from, to] = [starts[place] ?? 0, starts[place + 1] ?? 0];
    if ((test === null || test(place)) && others.every((word) => find(text, word, from, to) !== -1)) {
      found[size++] = place;
    }
    at = find(text, first, to, end);
  }
  return found.subarray(0, size);
}

/** The entry that a byte belongs to, which is that of `from` or a later one. */
function placeAt(starts: Uint32Array, from: number, byte: number): number {
  let low = from;
  // Steps that double, then halves: hits may be next to each other or thousands of entries apart.
  let step = 1;
  while (low + step < starts.length - 1 && (starts[low + step] ?? 0) <= byte) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, starts.length - 1);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= byte) low = middle;
    else high = middle;
  }
  return low;
}
