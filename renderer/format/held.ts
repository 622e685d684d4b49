/** Formatters of Intl, made once: making one costs more than using it a hundred times, and live values come every second. */

const numbers = new Map<string, Intl.NumberFormat>();
const times = new Map<string, Intl.DateTimeFormat>();

export const numberFormat = (locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  heldIn(numbers, locale, options, () => new Intl.NumberFormat(locale, options));

export const timeFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  heldIn(times, locale, options, () => new Intl.DateTimeFormat(locale, options));

function heldIn<T>(held: Map<string, T>, locale: string, options: object, make: () => T): T {
  const key = locale + JSON.stringify(options);
  const known = held.get(key);
  if (known) return known;
  const made = make();
  held.set(key, made);
  return made;
}
