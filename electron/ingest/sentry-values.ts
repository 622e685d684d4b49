/** Values that a stranger sent, made small and harmless: every text has a longest length, and all texts together have one. */
import { isSecretName, REDACTED, redactText } from '../logs/redact';
import { type Fields, isFields } from './otlp-json';

/** Characters that are kept of one event. */
const ALL_CHARACTERS = 256 * 1024;
const NAME_CHARACTERS = 200;
const DEEPEST = 6;

/** NUL, and halves of characters: what databases and other programs do not take. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNFIT = /[\0\ud800-\udfff]/;
/** Names that mean something to JavaScript. */
const UNFIT_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export class Cutter {
  /** Something was left out. */
  isCut = false;
  private left = ALL_CHARACTERS;

  /** Text of a text, a number or a boolean, at most so long; null for anything else, and for an empty one. */
  text(value: unknown, most: number): string | null {
    const text = plainText(value);
    if (text === null || text === '') return null;
    const length = Math.min(most, this.left);
    if (text.length > length) this.isCut = true;
    const kept = text.slice(0, length);
    this.left -= kept.length;
    if (kept === '') return null;
    return UNFIT.test(kept) ? Buffer.from(kept, 'utf8').toString('utf8').replaceAll('\0', '\ufffd') : kept;
  }

  /** The same, without what looks like a secret. */
  clean(value: unknown, most: number): string | null {
    const text = this.text(value, most);
    return text === null ? null : redactText(text).slice(0, most);
  }

  /** The first of a list, or the last. */
  some<T>(list: readonly T[], most: number, from: 'first' | 'last' = 'first'): T[] {
    if (list.length > most) this.isCut = true;
    return from === 'first' ? list.slice(0, most) : list.slice(-most);
  }

  /** Names and texts of whatever was nested: `a.b.0`. Values of secrets are hidden. */
  flat(value: unknown, limits: { entries: number; characters: number }): Record<string, string> {
    const found = new Map<string, string>();
    const visit = (part: unknown, key: string, name: string, depth: number): void => {
      if (found.size >= limits.entries) {
        this.isCut = true;
        return;
      }
      if (isSecretName(key) && part !== null) {
        found.set(name, REDACTED);
      } else if (typeof part === 'object' && part !== null) {
        if (depth === DEEPEST) this.isCut = true;
        else
          for (const [given, inner] of firstEntries(part as Fields, limits.entries + 1)) {
            if (found.size > limits.entries) break;
            const own = UNFIT_NAMES.has(given) ? null : this.text(given, NAME_CHARACTERS);
            if (own !== null) visit(inner, own, name === '' ? own : `${name}.${own}`, depth + 1);
          }
      } else {
        const text = this.clean(part, limits.characters);
        if (text !== null) found.set(name === '' ? 'value' : name, text);
      }
    };
    visit(value, '', '', 0);
    return Object.fromEntries(found);
  }

  /** Of an object, or of a list of pairs, as both are sent. */
  pairs(value: unknown, most: number): [name: string, value: unknown][] {
    const pairs = Array.isArray(value)
      ? value.filter((pair): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2)
      : isFields(value)
        ? firstEntries(value, most + 1)
        : [];
    return this.some(pairs, most).flatMap(([given, own]): [string, unknown][] => {
      const name = this.text(given, NAME_CHARACTERS);
      return name === null || UNFIT_NAMES.has(name) ? [] : [[name, own]];
    });
  }
}

/** Null for what is no text and cannot be read as one. */
function plainText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** `Object.entries` of a million names takes long. */
function firstEntries(fields: Fields | unknown[], most: number): [string, unknown][] {
  if (Array.isArray(fields)) return fields.slice(0, most).map((value, place) => [String(place), value]);
  const found: [string, unknown][] = [];
  for (const name in fields) {
    if (found.length === most) break;
    if (Object.hasOwn(fields, name)) found.push([name, fields[name]]);
  }
  return found;
}

/** Of a number of seconds since 1970 or an ISO time, in milliseconds; null for anything else. */
export function momentIn(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number') {
    const atMs = Math.round(seconds * 1_000);
    return Math.abs(atMs) <= 8.64e15 ? atMs : null;
  }
  if (typeof value !== 'string' || value.length > 64 || !/^\d{4}-\d\d-\d\d[T ]/.test(value)) return null;
  // Sentry's times without a zone are of UTC.
  const atMs = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value.replace(' ', 'T')}Z`);
  return Number.isNaN(atMs) ? null : atMs;
}
