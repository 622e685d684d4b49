/** The course of one metric as it is drawn, and what is read off it. Typed arrays throughout: no object per point. */
import type { MetricGap, MetricReading, MetricSeries } from '@shared/metrics';
import type { TimeWindow } from '../range';

export interface Course {
  /** Middles of the buckets, milliseconds since 1970; ascending. */
  times: Float64Array;
  /** NaN where nothing was measured. */
  values: Float64Array;
  /** Lowest and highest of each bucket; null when there is nothing between them. */
  low: Float64Array | null;
  high: Float64Array | null;
  /** Measurements in each bucket; null when each has one. */
  count: Float64Array | null;
  /** Length of a bucket; 0 for single measurements. */
  stepMs: number;
  /** Measurements further apart than this are not joined: the time between them is a gap. */
  joinMs: number;
  /** True when a NaN always is a gap: single measurements, whose pauses were judged where they were made. */
  broken: boolean;
}

export type Percentile = 'p50' | 'p95' | 'p99';

const MINUTE_MS = 60_000;
const EMPTY = new Float64Array(0);
export const NO_COURSE: Course = {
  times: EMPTY,
  values: EMPTY,
  low: null,
  high: null,
  count: null,
  stepMs: 0,
  joinMs: 0,
  broken: false,
};

/** A series as a course: its averages with their envelope, or one of its percentiles. */
export function courseOf(series: MetricSeries, percentile?: Percentile): Course {
  const { count, tier } = series;
  // measurements of the last hour come one by one, at their own moments; before it as minutes
  const broken = tier === 'live';
  const stepMs = broken ? 0 : series.stepMs;
  const times = broken ? series.times : series.times.map((start) => start + stepMs / 2);
  const values = percentile ? (series.percentiles?.[percentile] ?? series.avg) : series.avg;
  const envelope = percentile ? { low: null, high: null } : { low: series.min, high: series.max };
  const joinMs = broken ? Math.max(1.5 * MINUTE_MS, 3 * series.stepMs) : joinDistance(times, values, stepMs);
  return { times, values, ...envelope, count, stepMs, joinMs, broken };
}

/** The course of one key in live readings since `fromMs`. */
export function liveCourse(readings: readonly MetricReading[], key: string, fromMs: number): Course {
  // each reading may need a second place, for the break before it
  const times = new Float64Array(readings.length * 2);
  const values = new Float64Array(readings.length * 2);
  let length = 0;
  for (const { atMs, afterGap, values: measured } of readings) {
    if (atMs < fromMs) continue;
    const value = measured[key];
    if (value === undefined) continue;
    // a break that is said ends the line however short it was
    if (afterGap && length > 0) {
      times[length] = ((times[length - 1] ?? 0) + atMs) / 2;
      values[length] = Number.NaN;
      length += 1;
    }
    times[length] = atMs;
    values[length] = value;
    length += 1;
  }
  return liveFrom(times.subarray(0, length), values.subarray(0, length));
}

/** A course of single measurements. */
export const liveFrom = (times: Float64Array, values: Float64Array): Course => ({
  ...NO_COURSE,
  times,
  values,
  joinMs: joinDistance(times, values, 0),
  broken: true,
});

// a sample comes every second while somebody looks, else every five
const LEAST_LIVE_JOIN_MS = 12_500;

/**
 * How far apart two measurements may be and still belong to one line: next to each other when every bucket is
 * measured; two and a half usual distances for what is measured less often than that (a probe, a daily figure).
 */
export function joinDistance(times: Float64Array, values: Float64Array, stepMs: number): number {
  const distances = new Float64Array(times.length);
  let count = 0;
  let before = Number.NaN;
  for (let index = 0; index < times.length; index += 1) {
    if (Number.isNaN(values[index])) continue;
    const at = times[index] ?? 0;
    if (!Number.isNaN(before)) {
      distances[count] = at - before;
      count += 1;
    }
    before = at;
  }
  const usual = distances.subarray(0, count).sort()[Math.floor((count - 1) / 2)] ?? stepMs;
  if (stepMs === 0) return Math.max(LEAST_LIVE_JOIN_MS, usual * 3);
  return usual <= stepMs * 1.2 ? stepMs * 1.5 : usual * 2.5;
}

/** The same course at another time, to lie beside today's. */
export function shifted(course: Course, byMs: number): Course {
  return { ...course, times: course.times.map((at) => at + byMs) };
}

/** Ascending and apart from each other. */
export function mergeWindows(windows: readonly TimeWindow[]): TimeWindow[] {
  const merged: TimeWindow[] = [];
  for (const { fromMs, toMs } of [...windows].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  return merged;
}

/** Times to hatch: gaps that are known of, and breaks between measurements of the courses, all within the window. */
export function hatchWindows(
  courses: readonly Course[],
  gaps: readonly MetricGap[],
  { fromMs, toMs }: TimeWindow,
): TimeWindow[] {
  const first = courses.find(({ times }) => times.length > 0);
  const windows: TimeWindow[] = gaps.map((gap) => ({ fromMs: gap.fromMs, toMs: gap.toMs }));
  if (first) windows.push(...breaksOf(first));
  return mergeWindows(
    windows
      .filter((window) => window.toMs > fromMs && window.fromMs < toMs)
      .map((window) => ({ fromMs: Math.max(fromMs, window.fromMs), toMs: Math.min(toMs, window.toMs) })),
  );
}

/** Times between measurements that are too far apart to be one line. */
function breaksOf({ times, values, stepMs, joinMs, broken }: Course): TimeWindow[] {
  const breaks: TimeWindow[] = [];
  let before = Number.NaN;
  let cut = false;
  for (let index = 0; index < times.length; index += 1) {
    if (Number.isNaN(values[index])) {
      cut = broken && !Number.isNaN(before);
      continue;
    }
    const at = times[index] ?? 0;
    if (cut || at - before > joinMs) breaks.push({ fromMs: before + stepMs / 2, toMs: at - stepMs / 2 });
    before = at;
    cut = false;
  }
  return breaks;
}

export interface Summary {
  min: number;
  /** Weighted by the number of measurements. */
  avg: number;
  max: number;
  last: number;
  lastAtMs: number;
  firstAtMs: number;
}

/** Figures of the measured part of a course within a window; null when nothing was measured there. */
export function summaryOf({ times, values, low, high, count }: Course, window?: TimeWindow): Summary | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let weight = 0;
  let firstAtMs = Number.NaN;
  let last = -1;
  for (let index = 0; index < times.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    const at = times[index] ?? 0;
    if (Number.isNaN(value) || (window && (at < window.fromMs || at > window.toMs))) continue;
    const measurements = count?.[index] || 1;
    min = Math.min(min, low?.[index] ?? value);
    max = Math.max(max, high?.[index] ?? value);
    sum += value * measurements;
    weight += measurements;
    if (last < 0) firstAtMs = at;
    last = index;
  }
  if (last < 0) return null;
  return { min, avg: sum / weight, max, last: values[last] ?? 0, lastAtMs: times[last] ?? 0, firstAtMs };
}

/** Index of the measurement nearest to a moment; -1 when none is near enough to stand for it. */
export function indexAt({ times, values, joinMs }: Course, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  let distance = joinMs;
  for (const [from, step] of [
    [low, 1],
    [low - 1, -1],
  ] as const) {
    for (let index = from; index >= 0 && index < times.length; index += step) {
      const away = Math.abs((times[index] ?? 0) - atMs);
      if (away > distance) break;
      if (Number.isNaN(values[index])) continue;
      distance = away;
      best = index;
      break;
    }
  }
  return best;
}

/** From when on there are measurements, when they begin clearly later than the window; null when they fill it. */
export function beginsLate(courses: readonly Course[], { fromMs, toMs }: TimeWindow): number | null {
  const firsts = courses.flatMap((course) => {
    const summary = summaryOf(course);
    return summary ? [summary.firstAtMs - course.stepMs / 2] : [];
  });
  if (firsts.length === 0) return null;
  const first = Math.min(...firsts);
  const steps = Math.max(0, ...courses.map(({ stepMs }) => stepMs)) * 2;
  return first - fromMs > Math.max(steps, (toMs - fromMs) * 0.03) ? first : null;
}
