import { timeFormat } from '@/format/held';
/** Moments and times of day as short as they are clear. */

const DAY_MS = 86_400_000;
/** Within so many days a weekday names a day; beyond, it takes a date. */
const NAMED_DAYS = 6;

/** The time of day, with the day when it is another one. */
export function shortMoment(atMs: number, nowMs: number, locale: string): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  const near = Math.abs(atMs - nowMs) < NAMED_DAYS * DAY_MS;
  const day = near ? ({ weekday: 'short' } as const) : ({ month: 'short', day: 'numeric' } as const);
  return timeFormat(locale, {
    ...(sameDay ? {} : day),
    hour: 'numeric',
    minute: '2-digit',
  }).format(atMs);
}

/** A time of day given as HH:MM, as people of a locale write it. */
export function timeOfDay(time: string, locale: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  // any day will do on which no clock is set
  return timeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(
    Date.UTC(2026, 0, 15, hour, minute),
  );
}
