/** Formatters of Intl, made once: making one costs more than using it a hundred times, and live values come every second. */

const numbers = new Map<string, Intl.NumberFormat>();
const times = new Map<string, Intl.DateTimeFormat>();
const agos = new Map<string, Intl.RelativeTimeFormat>();
const lists = new Map<string, Intl.ListFormat>();

export const numberFormat = (locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  heldIn(numbers, locale, options, () => new Intl.NumberFormat(locale, options));

export const timeFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  heldIn(times, locale, options, () => new Intl.DateTimeFormat(locale, options));

export const agoFormat = (locale: string, options: Intl.RelativeTimeFormatOptions): Intl.RelativeTimeFormat =>
  heldIn(agos, locale, options, () => new Intl.RelativeTimeFormat(locale, options));

/** "a, b and c". */
export const listFormat = (locale: string): Intl.ListFormat =>
  heldIn(lists, locale, {}, () => new Intl.ListFormat(locale));

function heldIn<T>(held: Map<string, T>, locale: string, options: object, make: () => T): T {
  const key = locale + JSON.stringify(options);
  const known = held.get(key);
  if (known) return known;
  const made = make();
  held.set(key, made);
  return made;
}
