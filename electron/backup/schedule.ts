/**
 * When a cron expression falls due in local time: pure functions. An expression is walked on wall time, which knows no
 * daylight saving, and each wall time is one moment: a time that clocks jump over runs once, shifted by the jump; one
 * that they show twice runs once, the first time.
 */
import cronParser from 'cron-parser';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { Occurrence } from '../store/schedule-runs';
import { momentOf, systemTimeZone, wallKey, wallOf } from './local-time';

const HOUR_MS = 3_600_000;
// Around a clock change the order of wall times is not the order of moments. No zone changes by more than this at once
// (a zone that changed sides of the date line skipped a whole day, which shifts a run and loses none).
const CLOCK_CHANGE_MS = 3 * HOUR_MS;

/** Why `cron` is no schedule, in English; null when it is one: five fields that fall due at some time. */
export function validateCron(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return `a schedule has five fields, this has ${fields[0] === '' ? 0 : fields.length}`;
  try {
    walk(cron, 0).next();
    return null;
  } catch (thrown) {
    const { detail } = wrapError(thrown);
    return detail.includes('loop limit') ? 'no such day ever comes' : detail;
  }
}

/** The first occurrence after `afterMs`. Throws `SETTING_INVALID` for what `validateCron` refuses. */
export function nextOccurrence(cron: string, afterMs: number, timeZone = systemTimeZone()): Occurrence {
  const uneven = nearClockChange(afterMs, timeZone);
  const walls = walk(cron, wallOf(afterMs, timeZone) - (uneven ? CLOCK_CHANGE_MS : 0));
  let best: { wallMs: number; atMs: number } | null = null;
  for (;;) {
    const wallMs = walls.next();
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
  const walls = walk(cron, wallOf(nowMs, timeZone) + 1 + (uneven ? CLOCK_CHANGE_MS : 0));
  let best: { wallMs: number; atMs: number } | null = null;
  for (;;) {
    const wallMs = walls.previous();
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

const occurrence = ({ wallMs, atMs }: { wallMs: number; atMs: number }): Occurrence => ({ atMs, key: wallKey(wallMs) });

function nearClockChange(atMs: number, timeZone: string): boolean {
  const offsetAt = (momentMs: number) => wallOf(momentMs, timeZone) - momentMs;
  return offsetAt(atMs - CLOCK_CHANGE_MS) !== offsetAt(atMs + CLOCK_CHANGE_MS);
}

/** Steps through the wall times of an expression, from `wallMs` on or back. */
function walk(cron: string, wallMs: number): { next(): number; previous(): number } {
  const naming = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw holdfastError('SETTING_INVALID', {
        params: { setting: 'schedule', reason: `${cron}: ${reason}` },
        detail: reason,
        cause: thrown,
      });
    }
  };
  const expression = naming(() => cronParser.parseExpression(cron, { currentDate: new Date(wallMs), tz: 'UTC' }));
  return {
    next: () => naming(() => expression.next().getTime()),
    previous: () => naming(() => expression.prev().getTime()),
  };
}
