/** Interval points: the spans that people choose from, as cron patterns. */

/** Minutes; each divides an hour, so that every hour has the same times. */
export const INTERVALS = [5, 10, 15, 30, 60] as const;

export const intervalCron = (minutes: number): string => (minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`);

/** Minutes between the runs of a pattern; null when it is none of those that are offered. */
export function readInterval(cron: string): number | null {
  const pattern = cron.trim().replace(/\s+/g, ' ');
  return INTERVALS.find((minutes) => intervalCron(minutes) === pattern) ?? null;
}

/** Next local time on the interval's grid, after `nowMs`. */
export function nextInterval(minutes: number, nowMs: number): Date {
  const at = new Date(nowMs);
  at.setMinutes((Math.floor(at.getMinutes() / minutes) + 1) * minutes, 0, 0);
  return at;
}
