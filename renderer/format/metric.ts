/** Measured values with their units, in the user's locale. */
import type { MetricUnit } from '@shared/metrics';
import { formatBytes } from './bytes';
import { formatShortDuration } from './duration';
import { numberFormat } from './held';

const RATES = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * A value in words of its unit: `42%`, `1.2 MB/s`, `31 hr`. `label` is a unit of its own (`videos/day`); it stands behind
 * values that have no other unit.
 */
export function formatMetric(value: number, unit: MetricUnit, locale: string, label = ''): string {
  switch (unit) {
    case 'fraction':
      return formatFraction(value, locale);
    case 'bytes':
      return formatBytes(value, locale);
    case 'bytes-per-second':
      return formatRate(value, locale);
    case 'per-second':
      return formatNumber(value, locale) + (locale.startsWith('ko') ? '/초' : '/s');
    case 'milliseconds':
      return formatMilliseconds(value, locale);
    case 'seconds':
      return formatMilliseconds(value * SECOND_MS, locale);
    case 'hours':
      return formatHours(value, locale);
    case 'days':
      return numberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 0 }).format(
        Math.floor(value),
      );
    case 'celsius':
      return numberFormat(locale, { style: 'unit', unit: 'celsius', maximumFractionDigits: 0 }).format(value);
    case 'count':
    case 'number':
      return label ? `${formatNumber(value, locale)} ${label}` : formatNumber(value, locale);
  }
}

/** A value beside an axis: as short as it can be said. */
export function formatAxis(value: number, unit: MetricUnit, locale: string): string {
  if (unit === 'count' || unit === 'number')
    return numberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
  return formatMetric(value, unit, locale);
}

/** Share of good tries. Never rounded up: 99.99 % is not 100 %. */
export function formatAvailability(fraction: number, locale: string): string {
  const floored = Math.floor(fraction * 10_000 + 1e-6) / 10_000;
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(floored);
}

function formatFraction(value: number, locale: string): string {
  // what is nearly all is not all
  if (value > 0.99 && value < 1) return formatAvailability(value, locale);
  const maximumFractionDigits = Math.abs(value) < 0.0995 ? 1 : 0;
  return numberFormat(locale, { style: 'percent', maximumFractionDigits }).format(value);
}

function formatRate(bytes: number, locale: string): string {
  let value = Math.max(0, bytes) / 1000;
  let step = 0;
  // 999.5 would be shown as 1000 of the smaller unit
  while (value >= 999.5 && step < RATES.length - 1) {
    value /= 1000;
    step += 1;
  }
  return numberFormat(locale, {
    style: 'unit',
    unit: `${RATES[step]}-per-second`,
    maximumFractionDigits: value >= 99.95 ? 0 : 1,
  }).format(value);
}

function formatMilliseconds(ms: number, locale: string): string {
  if (Math.abs(ms) >= 2 * MINUTE_MS) return formatShortDuration(ms, locale);
  const [value, unit] = Math.abs(ms) >= 999.5 ? [ms / SECOND_MS, 'second'] : [ms, 'millisecond'];
  const maximumFractionDigits = Math.abs(value) < 9.95 ? 1 : 0;
  return numberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(value);
}

function formatHours(hours: number, locale: string): string {
  if (hours < 1) return formatShortDuration(Math.round(hours * 60) * MINUTE_MS, locale);
  if (hours < 48) return formatShortDuration(Math.round((hours * HOUR_MS) / MINUTE_MS) * MINUTE_MS, locale);
  return numberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 1 }).format(
    hours / 24,
  );
}

function formatNumber(value: number, locale: string): string {
  const size = Math.abs(value);
  if (size >= 1000) return numberFormat(locale, { maximumFractionDigits: 0 }).format(value);
  return numberFormat(locale, { maximumSignificantDigits: 3 }).format(value);
}
