/** Numbers, sizes, durations and times in the user's locale. */
import type { MetricUnit } from '@shared/metrics';
import { formatBytes } from './bytes';
import { clockOptions } from './clock';
import { formatDuration, formatShortDuration, type Rounding } from './duration';
import { timeFormat } from './held';
import { formatAvailability, formatAxis, formatMetric } from './metric';
import { formatExact, formatDay, formatMoment, formatRelative, formatStamp, formatStep } from './time';

export interface Format {
  locale: string;
  number(value: number): string;
  /** A fraction 0…1 as a percentage. */
  percent(fraction: number): string;
  /** +12 or −3. */
  signed(value: number): string;
  bytes(bytes: number): string;
  /** "14 minutes": one unit. */
  duration(ms: number, rounding?: Rounding): string;
  /** "3 min 20 s": two units, for time left and job durations. */
  shortDuration(ms: number): string;
  milliseconds(ms: number): string;
  /** A measured value with its unit; `label` is a unit of its own, as `videos/day`. */
  metric(value: number, unit: MetricUnit, label?: string): string;
  /** A measured value beside an axis. */
  axis(value: number, unit: MetricUnit): string;
  /** Share of good tries, never rounded up. */
  availability(fraction: number): string;
  /** "14 minutes ago", "in 3 hours". */
  relative(iso: string, nowMs: number, rounding?: Rounding): string;
  /** Date and time to the second with the time zone. */
  exact(iso: string): string;
  /** "21 Nov, 02:00"; with the year when it is another one. */
  stamp(iso: string, nowMs: number): string;
  /** "11/21, 02:00:03.120": day and time of day to the millisecond. */
  moment(ms: number): string;
  /** "Nov 21, 02:00": a moment of a scale, as exact as its steps of `stepMs` are. */
  step(ms: number, stepMs: number): string;
  /** A local calendar day given as YYYY-MM-DD. */
  day(day: string): string;
  /** A month given as YYYY-MM. */
  month(month: string): string;
  /** Time of day. */
  clock(ms: number): string;
  /** Time of day to the minute. */
  timeOfDay(iso: string): string;
  /** "Sunday"; 0 is Sunday. */
  weekday(day: number): string;
}

const cache = new Map<string, Format>();

/** Formatters for a locale; made once. */
export function createFormat(locale: string): Format {
  const held = cache.get(locale);
  if (held) return held;
  const made = build(locale);
  cache.set(locale, made);
  return made;
}

function build(locale: string): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const finePercent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const monthFormat = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  return {
    locale,
    number: (value) => number.format(value),
    percent: (fraction) => (fraction < 0.1 ? finePercent : percent).format(fraction),
    signed: (value) => signed.format(value),
    bytes: (bytes) => formatBytes(bytes, locale),
    duration: (ms, rounding) => formatDuration(ms, locale, rounding),
    shortDuration: (ms) => formatShortDuration(ms, locale),
    milliseconds: (ms) => `${number.format(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms))} ms`,
    relative: (iso, nowMs, rounding) => formatRelative(iso, nowMs, locale, rounding),
    exact: (iso) => formatExact(iso, locale),
    stamp: (iso, nowMs) => formatStamp(iso, nowMs, locale),
    moment: (ms) => formatMoment(ms, locale),
    step: (ms, stepMs) => formatStep(ms, stepMs, locale),
    day: (day) => formatDay(day, locale),
    month: (month) => monthFormat.format(Date.parse(`${month}-01T00:00:00Z`)),
    clock: (ms) => clock.format(ms),
    timeOfDay: (iso) => timeFormat(locale, clockOptions(locale)).format(Date.parse(iso)),
    metric: (value, unit, label) => formatMetric(value, unit, locale, label),
    axis: (value, unit) => formatAxis(value, unit, locale),
    availability: (fraction) => formatAvailability(fraction, locale),
    // 2023-01-01 was a Sunday
    weekday: (day) => weekday.format(Date.UTC(2023, 0, 1 + day)),
  };
}
