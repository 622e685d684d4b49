/** The last hour of a plain metric as it was measured: one point a measurement, or a few together. */
import type { MetricSeries } from '@shared/metrics';
import type { MetricMemory } from './memory';
import { MINUTE_MS, restoreSample } from './samples';

// Between two points that are so many times further apart than usual lies one without a value: lines end there.
const BREAK_FACTOR = 3;
const SHORTEST_BREAK_MS = 10_000;

interface Point {
  atMs: number;
  n: number;
  min: number;
  avg: number;
  max: number;
}

/** Never more than `most` points. `wholeFromMs`: since when values are in memory; before it, closed minutes count. */
export function liveSeries(
  memory: MetricMemory,
  key: string,
  fromMs: number,
  toMs: number,
  most: number,
  wholeFromMs: number,
): MetricSeries {
  const raw = memory.raw(key);
  const since = Math.max(wholeFromMs, raw?.droppedUpToMs ?? 0);
  const rawFromMs = since <= fromMs ? fromMs : Math.ceil(since / MINUTE_MS) * MINUTE_MS;
  const older: Point[] = [];
  memory.eachMinute(key, fromMs, Math.min(rawFromMs, toMs), (atMs, n, min, avg, max) => {
    older.push({ atMs, n, min: restoreSample(min), avg: restoreSample(avg), max: restoreSample(max) });
  });
  const { times, values } = raw?.between(rawFromMs, toMs) ?? { times: new Float64Array(), values: new Float64Array() };
  const usualMs = usualDistance(times);
  let points: Point[] = [];
  for (let together = 1; ; together++) {
    points = [
      ...broken(older, usualDistance(older.map(({ atMs }) => atMs))),
      ...grouped(times, values, together, usualMs),
    ];
    if (points.length <= most || together > values.length) break;
  }
  // More breaks than the chart has room for: it is drawn without them.
  if (points.length > most) points = points.filter(({ n }) => n > 0).slice(-most);
  return {
    key,
    tier: 'live',
    stepMs: usualMs,
    times: Float64Array.from(points, ({ atMs }) => atMs),
    min: Float64Array.from(points, ({ min }) => min),
    avg: Float64Array.from(points, ({ avg }) => avg),
    max: Float64Array.from(points, ({ max }) => max),
    count: Float64Array.from(points, ({ n }) => n),
    percentiles: null,
  };
}

/** Median of the distances; a second for fewer than two. */
function usualDistance(times: ArrayLike<number>): number {
  if (times.length < 2) return 1_000;
  const distances = Float64Array.from({ length: times.length - 1 }, (_, i) => (times[i + 1] ?? 0) - (times[i] ?? 0));
  return distances.toSorted()[distances.length >> 1] ?? 1_000;
}

const isBreak = (fromMs: number, toMs: number, usualMs: number): boolean =>
  toMs - fromMs > Math.max(SHORTEST_BREAK_MS, BREAK_FACTOR * usualMs);

const nothing = (atMs: number): Point => ({ atMs, n: 0, min: Number.NaN, avg: Number.NaN, max: Number.NaN });

function broken(points: readonly Point[], usualMs: number): Point[] {
  return points.flatMap((point, i) => {
    const before = points[i - 1];
    return before && isBreak(before.atMs, point.atMs, usualMs) ? [nothing(before.atMs + usualMs), point] : [point];
  });
}

/** `together` measurements a point; none is put together with one behind a break. */
function grouped(times: Float64Array, values: Float64Array, together: number, usualMs: number): Point[] {
  const points: Point[] = [];
  let point: Point | null = null;
  for (const [i, atMs] of times.entries()) {
    const value = values[i] ?? Number.NaN;
    const before = times[i - 1];
    const cut = before !== undefined && isBreak(before, atMs, usualMs);
    if (cut) points.push(nothing(before + usualMs));
    if (!point || cut || point.n >= together) {
      point = { atMs, n: 1, min: value, avg: value, max: value };
      points.push(point);
    } else {
      point.avg = (point.avg * point.n + value) / (point.n + 1);
      point.min = Math.min(point.min, value);
      point.max = Math.max(point.max, value);
      point.n++;
    }
  }
  return points;
}
