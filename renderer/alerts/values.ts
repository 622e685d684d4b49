/** Values of metrics as people read and type them. */
import type { MetricUnit } from '@shared/metrics';
import { numberFormat } from '@/format/held';
import type { Texts } from '@/i18n';

/** A measured value in its unit. `unitLabel` is a metric's own unit (`videos/day`). */
export function valueWords(value: number, unit: MetricUnit, texts: Texts, unitLabel = ''): string {
  if (unit === 'fraction') return inStyle(value, { style: 'percent', maximumFractionDigits: 1 }, texts);
  if (unit === 'hours') {
    const [hours, name] = value < DAYS_FROM_HOURS ? [value, 'hour'] : [value / 24, 'day'];
    return inStyle(hours, { ...LONG, unit: name, maximumFractionDigits: 1 }, texts);
  }
  return texts.format.metric(value, unit, unitLabel);
}

/** From here on people count days. */
const DAYS_FROM_HOURS = 48;
const LONG = { style: 'unit', unitDisplay: 'long' } as const;
const EXACT = { maximumFractionDigits: 3 } as const;

/** A limit in its unit, as exact as it was set: 98.5 % must not read 99 %. */
export function limitWords(value: number, unit: MetricUnit, texts: Texts, unitLabel = ''): string {
  switch (unit) {
    case 'fraction':
      return inStyle(value, { style: 'percent', ...EXACT }, texts);
    case 'hours':
      return value >= DAYS_FROM_HOURS && value % 24 === 0
        ? inStyle(value / 24, { ...LONG, unit: 'day' }, texts)
        : inStyle(value, { ...LONG, unit: 'hour', ...EXACT }, texts);
    case 'days':
      return inStyle(value, { ...LONG, unit: 'day', ...EXACT }, texts);
    case 'seconds':
      return inStyle(value, { style: 'unit', unit: 'second', unitDisplay: 'short', ...EXACT }, texts);
    case 'milliseconds':
      return inStyle(value, { style: 'unit', unit: 'millisecond', unitDisplay: 'short', ...EXACT }, texts);
    case 'count':
    case 'number': {
      const number = inStyle(value, EXACT, texts);
      return unitLabel ? `${number} ${unitLabel}` : number;
    }
    case 'bytes':
    case 'bytes-per-second':
    case 'per-second':
    case 'celsius':
      return texts.format.metric(value, unit, unitLabel);
  }
}

const inStyle = (value: number, options: Intl.NumberFormatOptions, { format }: Texts): string =>
  numberFormat(format.locale, options).format(value);

interface InputUnit {
  /** What is typed times this is the metric's value. */
  factor: number;
  /** Shown behind the field. */
  suffix: string;
}

const INPUT_UNITS: Record<MetricUnit, InputUnit> = {
  fraction: { factor: 0.01, suffix: '%' },
  bytes: { factor: 1e9, suffix: 'GB' },
  'bytes-per-second': { factor: 1e6, suffix: 'MB/s' },
  'per-second': { factor: 1, suffix: '/s' },
  count: { factor: 1, suffix: '' },
  milliseconds: { factor: 1, suffix: 'ms' },
  seconds: { factor: 1, suffix: 's' },
  hours: { factor: 1, suffix: 'h' },
  days: { factor: 1, suffix: 'd' },
  celsius: { factor: 1, suffix: '°C' },
  number: { factor: 1, suffix: '' },
};

/** The unit in which a threshold is typed. */
export const thresholdSuffix = (unit: MetricUnit): string => INPUT_UNITS[unit].suffix;

/** Sizes may be typed with their own unit. */
const SIZES: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

// 0.1 × 3 must read 0.3; twelve digits are more than anybody types
const rounded = (value: number): number => Number(value.toPrecision(12));

/** A threshold as it stands in its field: 0.85 of a fraction is `85`. */
export function thresholdText(value: number, unit: MetricUnit): string {
  return String(rounded(value / INPUT_UNITS[unit].factor));
}

/**
 * Reads what was typed as a threshold: `85`, `85 %`, `85,5`, `500 MB`. Null when it is no number, or when it has
 * another unit than the metric.
 */
export function readThreshold(text: string, unit: MetricUnit): number | null {
  const match = /^([+-]?[\d.,\s]*\d[.,]?)\s*([^\d\s.,]*)$/.exec(text.trim().replace('−', '-'));
  if (!match) return null;
  const typed = readNumber(match[1] ?? '');
  const suffix = (match[2] ?? '').toLowerCase();
  if (typed === null) return null;
  const own = INPUT_UNITS[unit];
  if (suffix === '' || suffix === own.suffix.toLowerCase()) return rounded(typed * own.factor);
  const size =
    unit === 'bytes' ? SIZES[suffix] : unit === 'bytes-per-second' ? SIZES[suffix.replace(/\/s$/, '')] : null;
  return size ? rounded(typed * size) : null;
}

/** A number with a point or a comma before its decimals; separators between groups of three are skipped. */
function readNumber(text: string): number | null {
  const packed = text.replaceAll(/\s/g, '');
  const grouped = packed.includes('.') || /^[+-]?\d{1,3}(,\d{3})+$/.test(packed);
  const plain = grouped ? packed.replaceAll(',', '') : packed.replace(',', '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain)) return null;
  return Number(plain);
}
