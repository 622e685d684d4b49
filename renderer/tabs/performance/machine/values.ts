/** Reading newest values off live readings. */
import type { MetricReading } from '@shared/metrics';
import { type Course, liveFrom } from '../chart/course';
import { SPAN_MS } from '../range';

/** What is measured less often than each tick is in one of the last readings. */
const LOOK_BACK = 90;

/** Newest value of a key; null when it was not measured lately. */
export function newestValue(all: readonly MetricReading[], key: string): number | null {
  for (let index = all.length - 1; index >= Math.max(0, all.length - LOOK_BACK); index -= 1) {
    const value = all[index]?.values[key];
    if (value !== undefined) return value;
  }
  return null;
}

/** Several tiles ask the same of the same readings. */
const keysOfReadings = new WeakMap<readonly MetricReading[], Map<string, string[]>>();

/** Keys of a metric, one for each subject that was measured lately. */
export function keysWith(all: readonly MetricReading[], name: string): string[] {
  const known = keysOfReadings.get(all) ?? new Map<string, string[]>();
  keysOfReadings.set(all, known);
  const found = known.get(name) ?? findKeys(all, `${name}:`);
  known.set(name, found);
  return found;
}

function findKeys(all: readonly MetricReading[], prefix: string): string[] {
  const keys = new Set<string>();
  for (const { values } of all.slice(-LOOK_BACK)) {
    for (const key of Object.keys(values)) if (key.startsWith(prefix)) keys.add(key);
  }
  return [...keys];
}

/** Sum of some keys over the last minutes; a reading without any of them is left out. */
export function sumCourse(all: readonly MetricReading[], keys: readonly string[]): Course {
  const fromMs = (all.at(-1)?.atMs ?? 0) - SPAN_MS.live;
  const times = new Float64Array(all.length);
  const values = new Float64Array(all.length);
  let length = 0;
  for (const { atMs, values: measured } of all) {
    if (atMs < fromMs) continue;
    let sum = Number.NaN;
    for (const key of keys) {
      const value = measured[key];
      if (value !== undefined) sum = (Number.isNaN(sum) ? 0 : sum) + value;
    }
    if (Number.isNaN(sum)) continue;
    times[length] = atMs;
    values[length] = sum;
    length += 1;
  }
  return liveFrom(times.subarray(0, length), values.subarray(0, length));
}

/** Key with the largest of the newest values. */
export function largestKey(all: readonly MetricReading[], keys: readonly string[]): string | null {
  let best: string | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const key of keys) {
    const value = newestValue(all, key);
    if (value === null || value <= most) continue;
    best = key;
    most = value;
  }
  return best;
}
