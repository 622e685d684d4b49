/** Figures of the last minutes or hours of one metric, from memory. */
import { quantiles } from './grid';
import { isHistogram, type MetricMemory } from './memory';
import { addTo, emptyFold, type Fold, floorTo, HOUR_MS, MINUTE_MS, restoreSample } from './samples';
import type { WindowFigures } from './types';

/** From here on the values themselves are in memory; before it the closed minutes count. */
function rawFrom(memory: MetricMemory, key: string, fromMs: number, nowMs: number, rawSinceMs: number): number {
  const whole = Math.max(rawSinceMs, nowMs - HOUR_MS, memory.raw(key)?.droppedUpToMs ?? 0);
  return fromMs >= whole ? fromMs : Math.ceil(whole / MINUTE_MS) * MINUTE_MS;
}

/** @param rawSinceMs since when values are in memory: the start, or the last time the clock was set back */
export function figuresOf(
  memory: MetricMemory,
  key: string,
  windowMs: number,
  nowMs: number,
  rawSinceMs: number,
): WindowFigures {
  const fromMs = nowMs - windowMs;
  return isHistogram(key)
    ? figuresOfHistogram(memory, key, floorTo(fromMs, MINUTE_MS), nowMs)
    : figuresOfValues(memory, key, fromMs, nowMs, rawFrom(memory, key, fromMs, nowMs, rawSinceMs));
}

interface Course {
  fold: Fold;
  firstAtMs: number | null;
  lastAtMs: number | null;
  last: number;
}

function courseOfMinutes(
  memory: MetricMemory,
  key: string,
  fromMs: number,
  toMs: number,
  visit?: (avg: number, n: number) => void,
): Course {
  const course: Course = { fold: emptyFold(), firstAtMs: null, lastAtMs: null, last: Number.NaN };
  memory.eachMinute(key, fromMs, toMs, (atMs, n, min, avg, max, last) => {
    addTo(course.fold, n, min, avg, max);
    visit?.(avg, n);
    course.firstAtMs = Math.min(course.firstAtMs ?? atMs, atMs);
    if (atMs >= (course.lastAtMs ?? 0)) [course.lastAtMs, course.last] = [atMs, last];
  });
  if (course.fold.n > 0) {
    const { min, max } = course.fold;
    Object.assign(course.fold, { min: restoreSample(min), max: restoreSample(max) });
    course.last = restoreSample(course.last);
  }
  return course;
}

function figuresOfHistogram(memory: MetricMemory, key: string, fromMs: number, nowMs: number): WindowFigures {
  const course = courseOfMinutes(memory, key, fromMs, nowMs + 1);
  const counts = new Map<number, number>();
  memory.eachCount(key, fromMs, nowMs + 1, (_, cell, count) => counts.set(cell, (counts.get(cell) ?? 0) + count));
  const { min, max } = course.fold;
  return figures(course, (q) => quantiles(counts, [q], min, max)[0] ?? Number.NaN);
}

function figuresOfValues(
  memory: MetricMemory,
  key: string,
  fromMs: number,
  nowMs: number,
  rawFromMs: number,
): WindowFigures {
  const averages: number[] = [];
  const weights: number[] = [];
  const course = courseOfMinutes(memory, key, fromMs, rawFromMs, (avg, n) => {
    averages.push(avg);
    weights.push(n);
  });
  const raw = memory.raw(key)?.between(rawFromMs, nowMs);
  if (raw && raw.times.length > 0) {
    for (const value of raw.values) addTo(course.fold, 1, value, value, value);
    course.firstAtMs ??= raw.times[0] ?? null;
    course.lastAtMs = raw.times.at(-1) ?? null;
    course.last = raw.values.at(-1) ?? Number.NaN;
  }
  const sorted = averages.length === 0 ? raw?.values.toSorted() : null;
  if (sorted) return figures(course, (q) => sorted[Math.ceil(q * sorted.length) - 1] ?? Number.NaN);
  const weighted = averages.map((value, i) => ({ value, n: weights[i] ?? 0 }));
  for (const value of raw?.values ?? []) weighted.push({ value, n: 1 });
  weighted.sort((a, b) => a.value - b.value);
  return figures(course, (q) => weightedQuantile(weighted, q * course.fold.n));
}

function weightedQuantile(sorted: readonly { value: number; n: number }[], rank: number): number {
  let before = 0;
  for (const { value, n } of sorted) {
    before += n;
    if (before >= rank) return restoreSample(value);
  }
  return Number.NaN;
}

function figures({ fold, firstAtMs, lastAtMs, last }: Course, quantileOf: (q: number) => number): WindowFigures {
  const empty = fold.n === 0;
  return {
    count: fold.n,
    last,
    lastAtMs,
    firstAtMs,
    avg: fold.sum / fold.n,
    min: empty ? Number.NaN : fold.min,
    max: empty ? Number.NaN : fold.max,
    p95: empty ? Number.NaN : quantileOf(0.95),
    p99: empty ? Number.NaN : quantileOf(0.99),
  };
}
