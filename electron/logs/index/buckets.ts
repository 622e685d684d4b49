/** Entries by level and time. */
import { LOG_LEVELS, type LogHistogram, type LogLevel, type LogQuery } from '@shared/logs';
import type { Found } from './found';

const [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [1_000, 60_000, 3_600_000, 86_400_000];
/** Widths that people read times by. */
const WIDTHS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 365].map((days) => days * DAY_MS),
];
const NAMES: readonly (LogLevel | 'NONE')[] = [...LOG_LEVELS, 'NONE'];
const none = (): Record<LogLevel | 'NONE', number> => ({
  DEBUG: 0,
  INFO: 0,
  WARNING: 0,
  ERROR: 0,
  CRITICAL: 0,
  NONE: 0,
});

/** At most `most` buckets over the time that was asked for, or else over what was found; none when nothing was. */
export function bucketsOf({ times, levels, size }: Found, { fromMs, toMs }: LogQuery, most: number): LogHistogram {
  const from = fromMs ?? (size > 0 ? times[0] : undefined);
  const to = toMs ?? (size > 0 ? times[size - 1] : undefined);
  if (from === undefined || to === undefined || to < from) return { bucketMs: 0, buckets: [] };
  const fits = (widthMs: number): boolean => Math.floor(to / widthMs) - Math.floor(from / widthMs) < most;
  let bucketMs = WIDTHS_MS.find(fits) ?? 365 * DAY_MS;
  while (!fits(bucketMs)) bucketMs *= 2;
  const first = Math.floor(from / bucketMs);
  const buckets = Array.from({ length: Math.floor(to / bucketMs) - first + 1 }, (_, at) => ({
    fromMs: (first + at) * bucketMs,
    counts: none(),
  }));
  for (let at = 0; at < size; at++) {
    const bucket = buckets[Math.floor((times[at] ?? 0) / bucketMs) - first];
    const name = NAMES[levels[at] ?? 0];
    if (bucket && name) bucket.counts[name]++;
  }
  return { bucketMs, buckets };
}
