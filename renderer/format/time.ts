import { timeFormat } from './held';
import { largestUnit, type Rounding } from './duration';

/** "14 minutes ago" or "in 3 hours"; "now" within a few seconds. */
export function formatRelative(iso: string, nowMs: number, locale: string, rounding?: Rounding): string {
  const deltaMs = Date.parse(iso) - nowMs;
  if (Math.abs(deltaMs) < 5000) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'second');
  const { unit, count } = largestUnit(Math.abs(deltaMs), rounding);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(deltaMs < 0 ? -count : count, unit);
}

/** Date and time to the second, with the time zone. */
export function formatExact(iso: string, locale: string): string {
  return timeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(Date.parse(iso));
}

/** Day and time of day; the year only when it is not this one. */
export function formatStamp(iso: string, nowMs: number, locale: string): string {
  const at = new Date(iso);
  const sameYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return timeFormat(locale, {
    ...(sameYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at);
}

/** Which of the last two local days a time belongs to; null when it is neither. */
export function nearDay(iso: string, nowMs: number): 'today' | 'yesterday' | null {
  const day = new Date(iso).toDateString();
  const before = new Date(nowMs);
  if (day === before.toDateString()) return 'today';
  before.setDate(before.getDate() - 1);
  return day === before.toDateString() ? 'yesterday' : null;
}

/** A calendar day `YYYY-MM-DD`, whatever the zone. */
export function formatDay(day: string, locale: string): string {
  return timeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${day}T00:00:00Z`),
  );
}

/** Day and time of day to the millisecond, in few characters: for long lists of moments. */
export function formatMoment(ms: number, locale: string): string {
  return timeFormat(locale, {
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(ms);
}

const DAY_MS = 86_400_000;

/** A moment of a scale whose steps are `stepMs` long: as exact as these are. */
export function formatStep(ms: number, stepMs: number, locale: string): string {
  return timeFormat(locale, {
    month: 'short',
    day: 'numeric',
    ...(stepMs >= DAY_MS ? {} : { hour: '2-digit', minute: '2-digit', ...(stepMs < 60_000 && { second: '2-digit' }) }),
  }).format(ms);
}
