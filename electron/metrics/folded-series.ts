/** Makes the courses of a chart from folds: those of the index and those of memory. */
import type { MetricSeries, Tier } from '@shared/metrics';
import { quantiles } from './grid';
import { bucketOf, COUNT_NUMBERS, type FoldAnswer, foldInto, type Grid, NUMBERS_A_BUCKET } from './index-read';
import { type CountVisit, isHistogram, type MetricMemory } from './memory';
import type { MinuteVisit } from './minute-memory';
import { startsOf } from './query-plan';
import { restoreSample } from './samples';

// About two milliseconds of work.
const BUCKETS_AT_ONCE = 5_000;

/** Adds the closed minutes of one key that begin at `closedFromMs` or later, and those in hand. */
export function addMemory(
  folds: Float64Array,
  memory: MetricMemory,
  key: string,
  place: number,
  grid: Grid,
  closedFromMs: number,
): void {
  const visit: MinuteVisit = (atMs, n, min, avg, max) =>
    foldInto(folds, grid.count, place, bucketOf(grid, atMs), n, min, avg, max);
  memory.eachMinute(key, grid.startMs, grid.endMs, visit, closedFromMs);
}

type CountsByBucket = Map<number, Map<number, number>>;

function addCount(byBucket: CountsByBucket, bucket: number, cell: number, count: number): void {
  const cells = byBucket.get(bucket) ?? new Map<number, number>();
  cells.set(cell, (cells.get(cell) ?? 0) + count);
  byBucket.set(bucket, cells);
}

/** Counts of the index, each key's in its turn. */
class CountReader {
  private readonly counts: Float64Array;
  private at = 0;

  constructor(counts: Float64Array) {
    this.counts = counts;
  }

  /** Must be asked for the places in ascending order. */
  take(place: number): CountsByBucket {
    const { counts } = this;
    const byBucket: CountsByBucket = new Map();
    for (; (counts[this.at] ?? Number.POSITIVE_INFINITY) <= place; this.at += COUNT_NUMBERS) {
      const [of, bucket = 0, cell = 0, count = 0] = counts.subarray(this.at, this.at + COUNT_NUMBERS);
      if (of === place) addCount(byBucket, bucket, cell, count);
    }
    return byBucket;
  }
}

/**
 * The courses of `keys`. Done in slices, with `pause` between them: many metrics must not hold up the main loop.
 * @param closedFromMs closed minutes from here on are in memory, the index has those before
 */
export async function foldedSeries(
  answer: FoldAnswer,
  memory: MetricMemory,
  keys: readonly string[],
  tier: Tier,
  grid: Grid,
  closedFromMs: number,
  pause: () => Promise<void>,
): Promise<MetricSeries[]> {
  const times = startsOf(grid);
  const reader = new CountReader(answer.counts);
  const series: MetricSeries[] = [];
  let buckets = 0;
  for (const [place, key] of keys.entries()) {
    buckets += isHistogram(key) ? BUCKETS_AT_ONCE : grid.count;
    if (place > 0 && buckets > BUCKETS_AT_ONCE) {
      await pause();
      buckets = 0;
    }
    addMemory(answer.folds, memory, key, place, grid, closedFromMs);
    const course = courseOf(answer.folds, key, place, tier, grid, times);
    series.push(course);
    if (!isHistogram(key)) continue;
    const counts = reader.take(place);
    const visit: CountVisit = (atMs, cell, count) => addCount(counts, bucketOf(grid, atMs), cell, count);
    memory.eachCount(key, grid.startMs, grid.endMs, visit, closedFromMs);
    course.percentiles = percentilesOf(course, counts);
  }
  return series;
}

function percentilesOf({ min, max }: MetricSeries, counts: CountsByBucket): MetricSeries['percentiles'] {
  const nothing = () => new Float64Array(min.length).fill(Number.NaN);
  const percentiles = { p50: nothing(), p95: nothing(), p99: nothing() };
  for (const [bucket, cells] of counts) {
    const [p50, p95, p99] = quantiles(cells, [0.5, 0.95, 0.99], min[bucket] ?? Number.NaN, max[bucket] ?? Number.NaN);
    percentiles.p50[bucket] = p50 ?? Number.NaN;
    percentiles.p95[bucket] = p95 ?? Number.NaN;
    percentiles.p99[bucket] = p99 ?? Number.NaN;
  }
  return percentiles;
}

function courseOf(
  folds: Float64Array,
  key: string,
  place: number,
  tier: Tier,
  grid: Grid,
  times: Float64Array,
): MetricSeries {
  const { count, stepMs } = grid;
  const at = place * NUMBERS_A_BUCKET * count;
  const part = (i: number) => folds.subarray(at + i * count, at + (i + 1) * count);
  const [n, min, sum, max] = [part(0), part(1), part(2), part(3)];
  const either = (i: number, value: number) => ((n[i] ?? 0) > 0 ? restoreSample(value) : Number.NaN);
  return {
    key,
    tier,
    stepMs,
    times,
    min: min.map((value, i) => either(i, value)),
    avg: sum.map((value, i) => either(i, value / (n[i] ?? 1))),
    max: max.map((value, i) => either(i, value)),
    count: n.slice(),
    percentiles: null,
  };
}
