/** Values as people read them in a terminal. */
import { formatValue } from '@shared/text';
import type { Language } from '@shared/settings';

export interface Format {
  bytes(value: number): string;
  count(value: number): string;
  /** With two decimals at most. */
  figure(value: number): string;
  /** "3 hours ago", "in 20 minutes". */
  ago(iso: string): string;
  /** Date and time in the machine's time zone, the same in every language: it sorts, and `--at` takes it. */
  moment(iso: string): string;
  duration(ms: number): string;
}

const STEPS: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** Formats of one language. `now` is what relative times are measured from. */
export function formats(language: Language, now = new Date()): Format {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const figure = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const integer = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits })
      // some languages put a non-breaking space here, which a terminal may show oddly
      .format(value)
      .replaceAll(' ', ' ');
  return {
    bytes: (value) => formatValue(value, 'bytes', language),
    count: (value) => integer.format(value),
    figure: (value) => figure.format(value),
    ago(iso) {
      const awayMs = Date.parse(iso) - now.getTime();
      const [name, stepMs] = STEPS.find(([, ms]) => Math.abs(awayMs) >= ms) ?? ['second', 1_000];
      return relative.format(Math.trunc(awayMs / stepMs), name);
    },
    moment: localMoment,
    duration(ms) {
      if (ms < 60_000) return unit(ms / 1000, 'second', ms < 10_000 ? 1 : 0);
      if (ms < 3_600_000) return unit(ms / 60_000, 'minute', 0);
      return unit(ms / 3_600_000, 'hour', 1);
    },
  };
}

function localMoment(iso: string): string {
  const time = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

/** Hangul, Han, Kana, full-width forms and most emoji take two columns of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
/** Combining marks, variation selectors (which are marks too), zero-width spaces and control characters. */
const NO_WIDTH = /^(?:\p{Mark}|\p{Control}|\p{Format})$/u;

/** Columns that `text` takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  // file names of macOS come with Hangul taken apart; put together it is one wide character
  for (const character of text.normalize('NFC')) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** `text` as one word of a shell's command line. */
export function shellWord(text: string): string {
  return /^[\p{Letter}\p{Number}_./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `text` without the characters by which a file name could steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Control}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '�');
}
