import { numberFormat } from './held';

export type DurationUnit = 'second' | 'minute' | 'hour' | 'day';
export type Rounding = 'nearest' | 'up';

const UNIT_MS: Record<DurationUnit, number> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The unit people would use for a span, and how many of it: 90 minutes are minutes, 31 hours are hours. */
export function largestUnit(ms: number, rounding: Rounding = 'nearest'): { unit: DurationUnit; count: number } {
  const unit: DurationUnit =
    ms < 60_000 ? 'second' : ms < 2 * UNIT_MS.hour ? 'minute' : ms < 2 * UNIT_MS.day ? 'hour' : 'day';
  const count = ms / UNIT_MS[unit];
  return { unit, count: rounding === 'up' ? Math.ceil(count) : Math.round(count) };
}

/** "14 minutes", in one unit. */
export function formatDuration(ms: number, locale: string, rounding?: Rounding): string {
  const { unit, count } = largestUnit(Math.max(0, ms), rounding);
  return inUnit(count, unit, 'long', locale);
}

/** "3 min 20 s": the two largest units; under ten seconds with a decimal. */
export function formatShortDuration(ms: number, locale: string): string {
  if (ms < 10_000) return inUnit(Math.round(ms / 100) / 10, 'second', 'short', locale);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return inUnit(seconds, 'second', 'short', locale);
  const [big, small, bigSeconds, smallSeconds] =
    seconds < 3600 ? (['minute', 'second', 60, 1] as const) : (['hour', 'minute', 3600, 60] as const);
  const rest = Math.floor((seconds % bigSeconds) / smallSeconds);
  const first = inUnit(Math.floor(seconds / bigSeconds), big, 'short', locale);
  return rest === 0 ? first : `${first} ${inUnit(rest, small, 'short', locale)}`;
}

function inUnit(count: number, unit: DurationUnit, unitDisplay: 'long' | 'short', locale: string): string {
  return numberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 1 }).format(count);
}
