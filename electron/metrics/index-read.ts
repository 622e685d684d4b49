/** Answers of the index: one fold for each metric and bucket of a chart. */
import type { Tier } from '@shared/metrics';
import { Chunk, chunkStart, eachCount } from './chunk';
import type { IndexFile } from './index-file';

/** Buckets of a chart: even ones, or (days) each with its start. `ends` is the end of the last. */
export interface Grid {
  startMs: number;
  endMs: number;
  count: number;
  stepMs: number;
  /** Starts of the buckets where they are not even. */
  starts: Float64Array | null;
}

export interface FoldRequest {
  tier: Tier;
  keys: string[];
  grid: Grid;
  /** Buckets from here on are not read: memory has them. */
  untilMs: number;
}

/** For each key `count` numbers n, then as many minima, sums and maxima. */
export interface FoldAnswer {
  folds: Float64Array;
  /** `COUNT_NUMBERS` for each count of a histogram, by key: place of the key, bucket of the chart, cell, count. */
  counts: Float64Array;
}

/** The bucket that holds `atMs`, which must lie in the grid. */
export function bucketOf(grid: Grid, atMs: number): number {
  if (!grid.starts) return Math.floor((atMs - grid.startMs) / grid.stepMs);
  let [low, high] = [0, grid.count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((grid.starts[middle] ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

export const NUMBERS_A_BUCKET = 4;
export const COUNT_NUMBERS = 4;

export function emptyFolds(keys: number, count: number): Float64Array {
  const folds = new Float64Array(keys * NUMBERS_A_BUCKET * count);
  for (let key = 0; key < keys; key++) {
    const at = key * NUMBERS_A_BUCKET * count;
    folds.fill(Number.POSITIVE_INFINITY, at + count, at + 2 * count);
    folds.fill(Number.NEGATIVE_INFINITY, at + 3 * count, at + 4 * count);
  }
  return folds;
}

/** Adds measurements to a bucket of the key in `place`. */
export function foldInto(
  folds: Float64Array,
  count: number,
  place: number,
  bucket: number,
  n: number,
  min: number,
  avg: number,
  max: number,
): void {
  const at = place * NUMBERS_A_BUCKET * count + bucket;
  folds[at] = (folds[at] ?? 0) + n;
  if (min < (folds[at + count] ?? 0)) folds[at + count] = min;
  folds[at + 2 * count] = (folds[at + 2 * count] ?? 0) + avg * n;
  if (max > (folds[at + 3 * count] ?? 0)) folds[at + 3 * count] = max;
}

export function readFolds(index: IndexFile, { tier, keys, grid, untilMs }: FoldRequest): FoldAnswer {
  const folds = emptyFolds(keys.length, grid.count);
  const toMs = Math.min(grid.endMs, untilMs);
  const placeOf = new Map<number, number>();
  for (const [place, key] of keys.entries()) {
    const id = index.findId(key);
    if (id !== null) placeOf.set(id, place);
  }
  const counts = new Map<number, number>();
  if (placeOf.size > 0) {
    for (const row of index.chunks(tier, chunkStart(tier, grid.startMs), toMs)) {
      foldChunk(new Chunk(row.data), placeOf, grid, toMs, folds);
      if (row.histograms) countChunk(row.histograms, placeOf, grid, toMs, counts);
    }
  }
  return { folds, counts: unpackCounts(counts, grid.count) };
}

function foldChunk(
  chunk: Chunk,
  placeOf: ReadonlyMap<number, number>,
  grid: Grid,
  toMs: number,
  folds: Float64Array,
): void {
  const buckets = Int32Array.from(chunk.times, (atMs) =>
    atMs >= grid.startMs && atMs < toMs ? bucketOf(grid, atMs) : -1,
  );
  for (const [column, id] of chunk.ids.entries()) {
    const place = placeOf.get(id);
    if (place === undefined) continue;
    const { n, min, avg, max } = chunk.column(column);
    for (let i = 0; i < n.length; i++) {
      const bucket = buckets[i] ?? -1;
      const measured = n[i] ?? 0;
      if (bucket < 0 || measured === 0) continue;
      foldInto(folds, grid.count, place, bucket, measured, min[i] ?? 0, avg[i] ?? 0, max[i] ?? 0);
    }
  }
}

const CELL_BITS = 256;

function countChunk(
  blob: Buffer,
  placeOf: ReadonlyMap<number, number>,
  grid: Grid,
  toMs: number,
  counts: Map<number, number>,
): void {
  eachCount(blob, (id, atMs, cell, count) => {
    const place = placeOf.get(id);
    if (place === undefined || !(atMs >= grid.startMs && atMs < toMs)) return;
    const slot = (place * grid.count + bucketOf(grid, atMs)) * CELL_BITS + cell;
    counts.set(slot, (counts.get(slot) ?? 0) + count);
  });
}

function unpackCounts(counts: ReadonlyMap<number, number>, buckets: number): Float64Array {
  const result = new Float64Array(counts.size * COUNT_NUMBERS);
  let at = 0;
  for (const [slot, count] of [...counts].toSorted(([a], [b]) => a - b)) {
    const inKey = Math.floor(slot / CELL_BITS);
    result.set([Math.floor(inKey / buckets), inKey % buckets, slot % CELL_BITS, count], at);
    at += COUNT_NUMBERS;
  }
  return result;
}
