/** How values read inside texts: `{{freeBytes, bytes}}`, `{{hours, hours}}`, `{{contentAt, moment}}`, `{{step, proofStep}}`. */
import type { FormatterModule } from 'i18next';
import { en } from './en';
import { ko } from './ko';
import { LANGUAGES, type Language } from '../languages';

export const CATALOGS = { en, ko } as const;

/** Stands where a text has a place for a value and nobody gave one. */
export const ABSENT = '—';

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

// A format costs far more to make than to use, and there are few of them.
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = formats.get(key) ?? make();
  formats.set(key, known);
  // The key says of what kind it is.
  return known as T;
}

const unitFormat = (language: Language, unit: string, unitDisplay: 'long' | 'short', maximumFractionDigits: number) =>
  kept(
    `${language} ${unit} ${unitDisplay} ${maximumFractionDigits}`,
    () => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits }),
  );

const percentFormat = (language: Language) =>
  kept(`${language} percent`, () => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }));

const momentFormat = (language: Language) =>
  kept(
    `${language} moment`,
    () => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
  );

/** Bytes in the largest unit that leaves a number of at least 1, in steps of 1 000, as disks are sold. */
function formatBytes(bytes: number, language: Language): string {
  let value = bytes;
  let step = 0;
  // 999.5 would be shown as 1 000 of the smaller unit
  while (value >= 999.5 && step < BYTE_UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = BYTE_UNITS[step] ?? 'byte';
  const maximumFractionDigits = step === 0 || value >= 100 ? 0 : 1;
  return unitFormat(language, unit, step === 0 ? 'long' : 'short', maximumFractionDigits).format(value);
}

/** A whole number of a unit, in words: "1 hour", "31시간". */
function formatCount(value: string | number, unit: 'hour' | 'minute' | 'second', language: Language): string {
  if (typeof value !== 'number') return value;
  return unitFormat(language, unit, 'long', 0).format(value);
}

function formatMoment(value: string | number, language: Language): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return String(value);
  return momentFormat(language).format(time);
}

/** The word of a closed set; a value that is not in it stays as it is. */
function lookUp(words: Record<string, string>, value: string | number): string {
  return Object.hasOwn(words, value) ? (words[value] ?? String(value)) : String(value);
}

/** Reads one value as `format` says. Numbers come in base units; times as ISO 8601 or milliseconds. */
export function formatValue(value: string | number, format: string, language: Language): string {
  switch (format) {
    case 'bytes':
      return typeof value === 'number' ? formatBytes(value, language) : value;
    case 'hours':
      return typeof value === 'number' && value < 1
        ? formatCount(Math.floor(value * 60), 'minute', language)
        : formatCount(value, 'hour', language);
    case 'percent':
      return typeof value === 'number' ? percentFormat(language).format(value) : value;
    case 'seconds':
      return formatCount(value, 'second', language);
    case 'moment':
      return formatMoment(value, language);
    case 'proofStep':
      return lookUp(CATALOGS[language].proofStep, value);
    case 'windowPart':
      return lookUp(CATALOGS[language].windowPart, value);
    case 'jobName':
      return lookUp(CATALOGS[language].jobName, value);
    default:
      throw new TypeError(`no text format is named ${format}`);
  }
}

/** For `i18next.use(…)`. */
export const textFormatter: FormatterModule = {
  type: 'formatter',
  init() {},
  add() {},
  addCached() {},
  format(value: unknown, format: string | undefined, language: string | undefined) {
    if (typeof value !== 'string' && typeof value !== 'number') return ABSENT;
    if (format === undefined) return String(value);
    return formatValue(value, format, LANGUAGES.find((known) => known === language) ?? 'en');
  },
};
