/** Makes the courses of a chart from folds: those of the index and those of memory. */
import type { MetricSeries, Tier } from '@shared/metrics';
import { quantile } from './grid';
import { bucketOf, type FoldAnswer, foldInto, type Grid, NUMBERS_A_BUCKET } from './index-read';
import { type CountVisit, isHistogram, type MetricMemory } from './memory';
import type { MinuteVisit } from './minute-memory';
import { startsOf } from './query-plan';
import { restoreSample } from './samples';

/** Adds the closed minutes that begin at `closedFromMs` or later, and those in hand. */
export function addMemory(
  answer: FoldAnswer,
  memory: MetricMemory,
  keys: readonly string[],
  grid: Grid,
  closedFromMs: number,
): void {
  for (const [place, key] of keys.entries()) {
    const visit: MinuteVisit = (atMs, n, min, avg, max) =>
      foldInto(answer.folds, grid.count, place, bucketOf(grid, atMs), n, min, avg, max);
    memory.eachMinute(key, grid.startMs, grid.endMs, visit, closedFromMs);
  }
}

/** Counts of one histogram by bucket and cell, from index and memory. */
function countsOf(
  { counts }: FoldAnswer,
  memory: MetricMemory,
  key: string,
  place: number,
  grid: Grid,
  closedFromMs: number,
): Map<number, Map<number, number>> {
  const byBucket = new Map<number, Map<number, number>>();
  const add = (bucket: number, cell: number, count: number): void => {
    const cells = byBucket.get(bucket) ?? new Map<number, number>();
    cells.set(cell, (cells.get(cell) ?? 0) + count);
    byBucket.set(bucket, cells);
  };
  for (let i = 0; i < counts.length; i += 4) {
    if (counts[i] === place) add(counts[i + 1] ?? 0, counts[i + 2] ?? 0, counts[i + 3] ?? 0);
  }
  const visit: CountVisit = (atMs, cell, count) => add(bucketOf(grid, atMs), cell, count);
  memory.eachCount(key, grid.startMs, grid.endMs, visit, closedFromMs);
  return byBucket;
}

/** @param closedFromMs closed minutes from here on are in memory, the index has those before */
export function foldedSeries(
  answer: FoldAnswer,
  memory: MetricMemory,
  keys: readonly string[],
  tier: Tier,
  grid: Grid,
  closedFromMs: number,
): MetricSeries[] {
  const { count } = grid;
  return keys.map((key, place) => {
    const at = place * NUMBERS_A_BUCKET * count;
    const part = (i: number) => answer.folds.subarray(at + i * count, at + (i + 1) * count);
    const [n, min, sum, max] = [part(0), part(1), part(2), part(3)];
    const either = (i: number, value: number) => ((n[i] ?? 0) > 0 ? restoreSample(value) : Number.NaN);
    const series: MetricSeries = {
      key,
      tier,
      stepMs: grid.stepMs,
      times: startsOf(grid),
      min: min.map((value, i) => either(i, value)),
      avg: sum.map((value, i) => either(i, value / (n[i] ?? 1))),
      max: max.map((value, i) => either(i, value)),
      count: n.slice(),
      percentiles: null,
    };
    if (isHistogram(key)) {
      const counts = countsOf(answer, memory, key, place, grid, closedFromMs);
      const percentile = (q: number) =>
        series.min.map((least, i) => quantile(counts.get(i) ?? new Map(), q, least, series.max[i] ?? least));
      series.percentiles = { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
    }
    return series;
  });
}
