/** When a live database is to be checked. Pure. */
import type { CheckDepth } from '@shared/integrity';

/** One depth: the newest moment of its schedule that is not after now, and its period. */
export interface CheckSchedule {
  scheduledMs: number;
  periodMs: number;
}

/** Newest checks, milliseconds since 1970; null before the first. A full check is a quick one as well. */
export interface LastChecks {
  anyMs: number | null;
  fullMs: number | null;
}

/**
 * Which check is due; null for none. Moments that were slept through are made up for once, and a full check that is due
 * makes up for a quick one.
 * @param schedules those that are switched on
 * @param addedMs since when the database is guarded: earlier moments are not made up for
 */
export function dueCheck(
  schedules: Partial<Record<CheckDepth, CheckSchedule>>,
  last: LastChecks,
  addedMs: number,
): CheckDepth | null {
  const isDue = (schedule: CheckSchedule | undefined, lastMs: number | null): boolean =>
    schedule !== undefined && schedule.scheduledMs >= addedMs && (lastMs === null || lastMs < schedule.scheduledMs);
  if (isDue(schedules.full, last.fullMs)) return 'full';
  return isDue(schedules.quick, last.anyMs) ? 'quick' : null;
}

/** Days since the last check when that is more than twice the period of a schedule; null while checks are on time. */
export function checkOverdueDays(
  schedules: Partial<Record<CheckDepth, CheckSchedule>>,
  last: LastChecks,
  addedMs: number,
  nowMs: number,
): number | null {
  const days = (schedule: CheckSchedule | undefined, lastMs: number | null): number[] => {
    const sinceMs = lastMs ?? addedMs;
    if (!schedule || nowMs - sinceMs <= 2 * schedule.periodMs) return [];
    return [Math.floor((nowMs - sinceMs) / 86_400_000)];
  };
  const overdue = [...days(schedules.quick, last.anyMs), ...days(schedules.full, last.fullMs)];
  return overdue.length === 0 ? null : Math.max(...overdue);
}
