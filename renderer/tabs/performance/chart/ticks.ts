/** Marks of the time axis, at whole local times. */
import { agoFormat, timeFormat } from '@/format/held';
import { clockOptions } from '@/format/clock';
import type { TimeWindow } from '../range';

export interface Tick {
  /** Milliseconds since 1970. */
  atMs: number;
  label: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Steps within a day, in seconds. */
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200] as const;
const DAY_STEPS = [1, 2, 7, 14] as const;
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60] as const;

/** At most `most` marks; times of day within days, days within months, months above. */
export function timeTicks(window: TimeWindow, most: number, locale: string): Tick[] {
  const least = (window.toMs - window.fromMs) / Math.max(1, most);
  const clock = CLOCK_STEPS.find((seconds) => seconds * 1000 >= least);
  if (clock) return clockTicks(window, clock, locale);
  const days = DAY_STEPS.find((count) => count * DAY_MS >= least);
  if (days) return dayTicks(window, days, locale);
  const months = MONTH_STEPS.find((count) => count * 30 * DAY_MS >= least) ?? 120;
  return monthTicks(window, months, locale);
}

function clockTicks({ fromMs, toMs }: TimeWindow, seconds: number, locale: string): Tick[] {
  const clock = timeFormat(locale, {
    ...clockOptions(locale),
    ...(seconds < 60 ? { second: '2-digit' } : {}),
  });
  const date = dateFormat(locale);
  const ticks: Tick[] = [];
  const from = new Date(fromMs);
  for (let day = 0; ; day += 1) {
    const midnight = new Date(from.getFullYear(), from.getMonth(), from.getDate() + day);
    if (midnight.getTime() > toMs) return ticks;
    // two hours of slack for clocks that were changed since midnight
    const since = day === 0 ? (fromMs - midnight.getTime()) / 1000 - 7_200 : 0;
    for (let step = Math.max(0, Math.floor(since / seconds)); step * seconds < 86_400; step += 1) {
      const at = new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate(), 0, 0, step * seconds);
      const atMs = at.getTime();
      if (atMs > toMs) return ticks;
      // an hour that the clocks skip gives the same moment twice
      if (atMs < fromMs || atMs <= (ticks.at(-1)?.atMs ?? 0)) continue;
      ticks.push({ atMs, label: step === 0 ? date.format(atMs) : clock.format(atMs) });
    }
  }
}

function dayTicks({ fromMs, toMs }: TimeWindow, days: number, locale: string): Tick[] {
  const date = dateFormat(locale);
  const ticks: Tick[] = [];
  const from = new Date(fromMs);
  // weeks begin on a Monday; other steps count from a fixed day, so that marks stay when the window moves
  const dayNumber = Math.floor(Date.UTC(from.getFullYear(), from.getMonth(), from.getDate()) / DAY_MS);
  const offset = (dayNumber + 3) % days;
  for (let day = -offset; ; day += days) {
    const atMs = new Date(from.getFullYear(), from.getMonth(), from.getDate() + day).getTime();
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push({ atMs, label: date.format(atMs) });
  }
}

function monthTicks({ fromMs, toMs }: TimeWindow, months: number, locale: string): Tick[] {
  const month = timeFormat(locale, { month: 'short' });
  const year = timeFormat(locale, { year: 'numeric' });
  const ticks: Tick[] = [];
  const from = new Date(fromMs);
  const first = from.getFullYear() * 12 + from.getMonth();
  for (let count = first - (first % months); ; count += months) {
    const at = new Date(Math.floor(count / 12), count % 12, 1);
    if (at.getTime() > toMs) return ticks;
    if (at.getTime() < fromMs) continue;
    ticks.push({ atMs: at.getTime(), label: (at.getMonth() === 0 ? year : month).format(at) });
  }
}

/** Marks of a window that moves with the time: they stand still and say how long ago. */
export function agoTicks(window: TimeWindow, locale: string): Tick[] {
  const ago = agoFormat(locale, { numeric: 'auto', style: 'narrow' });
  const ticks: Tick[] = [];
  const minutes = Math.floor((window.toMs - window.fromMs) / MINUTE_MS);
  for (let minute = minutes; minute >= 0; minute -= 1) {
    const label = minute === 0 ? ago.format(0, 'second') : ago.format(-minute, 'minute');
    ticks.push({ atMs: window.toMs - minute * MINUTE_MS, label });
  }
  return ticks;
}

const dateFormat = (locale: string): Intl.DateTimeFormat => timeFormat(locale, { month: 'short', day: 'numeric' });
