/**
 * When a cron expression falls due in local time: pure functions. An expression is walked on wall time, which knows no
 * daylight saving, and each wall time is one moment: a time that clocks jump over runs once, shifted by the jump; one
 * that they show twice runs once, the first time.
 */
import { wrapError } from '../errors/wrap';
import type { Occurrence } from '../store/schedule-runs';
import { momentOf, systemTimeZone, wallKey, wallOf } from './local-time';
import { cronFields, nextWall, previousWall } from './schedule-walk';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
// Around a clock change the order of wall times is not the order of moments. No zone changes by more than this at once
// (a zone that changed sides of the date line skipped a whole day, which shifts a run and loses none).
const CLOCK_CHANGE_MS = 3 * HOUR_MS;

/** Why `cron` is no schedule, in English; null when it is one: five fields that fall due at some time. */
export function validateCron(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return `a schedule has five fields, this has ${fields[0] === '' ? 0 : fields.length}`;
  try {
    nextWall(cron, 0);
    return null;
  } catch (thrown) {
    return wrapError(thrown).detail;
  }
}

/** The first occurrence after `afterMs`. Throws `SETTING_INVALID` for what `validateCron` refuses. */
export function nextOccurrence(cron: string, afterMs: number, timeZone = systemTimeZone()): Occurrence {
  const uneven = nearClockChange(afterMs, timeZone);
  let wallMs = wallOf(afterMs, timeZone) - (uneven ? CLOCK_CHANGE_MS : 0);
  let best: { wallMs: number; atMs: number } | null = null;
  for (;;) {
    wallMs = nextWall(cron, wallMs);
    if (best && wallMs > best.wallMs + CLOCK_CHANGE_MS) return occurrence(best);
    const atMs = momentOf(wallMs, timeZone);
    if (atMs <= afterMs || (best && atMs > best.atMs)) continue;
    best = { wallMs, atMs };
    if (!nearClockChange(atMs, timeZone)) return occurrence(best);
  }
}

/** The last occurrence that is not after `nowMs`. Throws `SETTING_INVALID` for what `validateCron` refuses. */
export function latestOccurrence(cron: string, nowMs: number, timeZone = systemTimeZone()): Occurrence {
  const uneven = nearClockChange(nowMs, timeZone);
  // One millisecond later: a walk back begins before the time that it is given.
  let wallMs = wallOf(nowMs, timeZone) + 1 + (uneven ? CLOCK_CHANGE_MS : 0);
  let best: { wallMs: number; atMs: number } | null = null;
  for (;;) {
    wallMs = previousWall(cron, wallMs);
    if (best && wallMs < best.wallMs - CLOCK_CHANGE_MS) return occurrence(best);
    const atMs = momentOf(wallMs, timeZone);
    if (atMs > nowMs || (best && atMs <= best.atMs)) continue;
    best = { wallMs, atMs };
    if (!nearClockChange(atMs, timeZone)) return occurrence(best);
  }
}

/**
 * What is due: the newest occurrence in (`afterMs`, `nowMs`], null when there is none. Older missed ones are left out on
 * purpose: after a week asleep one backup is caught up, not seven.
 */
export function latestDue(cron: string, afterMs: number, nowMs: number, timeZone?: string): Occurrence | null {
  // Mostly nothing is due, and walking forward to find that out costs a tenth of walking back.
  if (nowMs <= afterMs || nextOccurrence(cron, afterMs, timeZone).atMs > nowMs) return null;
  const newest = latestOccurrence(cron, nowMs, timeZone);
  return newest.atMs > afterMs ? newest : null;
}

/** Nights, weekends and months without a 31st are in it; 29 February is not. */
const GAP_DAYS = 400;

/**
 * The longest pause between two of the next occurrences, over 400 days, clock changes left aside.
 * Throws `SETTING_INVALID` for what `validateCron` refuses.
 */
export function longestGapMs(cron: string, nowMs: number): number {
  const { times } = cronFields(cron);
  const [first = 0, last = first] = [times[0], times.at(-1)];
  let longestMs = Math.max(...times.map((minute, index) => minute - (times[index - 1] ?? minute))) * MINUTE_MS;
  // From the last time of one day to the first of the next on which it falls due.
  let dayMs = nextWall(cron, wallDay(nowMs) - 1);
  for (const endMs = dayMs + GAP_DAYS * DAY_MS; dayMs < endMs; ) {
    const nextMs = nextWall(cron, wallDay(dayMs) + DAY_MS - 1);
    longestMs = Math.max(longestMs, nextMs - dayMs - (last - first) * MINUTE_MS);
    dayMs = nextMs;
  }
  return longestMs;
}

const wallDay = (wallMs: number): number => Math.floor(wallMs / DAY_MS) * DAY_MS;

const occurrence = ({ wallMs, atMs }: { wallMs: number; atMs: number }): Occurrence => ({ atMs, key: wallKey(wallMs) });

function nearClockChange(atMs: number, timeZone: string): boolean {
  const offsetAt = (momentMs: number) => wallOf(momentMs, timeZone) - momentMs;
  return offsetAt(atMs - CLOCK_CHANGE_MS) !== offsetAt(atMs + CLOCK_CHANGE_MS);
}
