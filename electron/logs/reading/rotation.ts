/** Names of rotated files: to which log one belongs, and which of two is the older one. */

export interface RotatedName {
  /** Name of the log itself: the same for `app.log`, `app.log.1`, `app.log-20260102.gz`, `app.2026-01-02.log`. */
  base: string;
  isGzip: boolean;
  /** False for a name that only a rotated file has. */
  isLive: boolean;
  /** `.1`, `.2`: the higher the older. */
  number: number | null;
  /** Digits of its date: the smaller the older. */
  date: string | null;
}

const DATE = String.raw`\d{4}-?\d{2}-?\d{2}(?:[-_.T]?\d{2}(?:[-_.:]?\d{2}){0,2}(?:[-_.]\d{1,9})?|-\d{8,12})?`;
const EXTENSION = String.raw`\.[A-Za-z]{1,8}`;
const SUFFIX = new RegExp(`^(.{1,200}?)[-._](?:(\\d{1,4})|(${DATE}))$`);
const BEFORE_EXTENSION = new RegExp(`^(.{1,200}?)[-._](?:(\\d{1,4})|(${DATE}))(${EXTENSION})$`);
const OLD = /^(.{1,200})\.(?:old|bak|save|prev)$/;

/** What the name of a file (without folder) tells. */
export function rotatedName(name: string): RotatedName {
  const isGzip = name.endsWith('.gz');
  const bare = isGzip ? name.slice(0, -3) : name;
  // Names are at most 255 bytes long: the patterns see no longer text.
  const short = bare.slice(0, 255);
  const old = OLD.exec(short);
  if (old?.[1] !== undefined) return { base: old[1], isGzip, isLive: false, number: 1, date: null };
  const match = SUFFIX.exec(short) ?? BEFORE_EXTENSION.exec(short);
  if (match?.[1] === undefined) return { base: bare, isGzip, isLive: !isGzip, number: null, date: null };
  const [, stem, number, date, extension = ''] = match;
  return {
    base: stem + extension,
    isGzip,
    isLive: false,
    number: number === undefined ? null : Number(number),
    date: date === undefined ? null : date.replaceAll(/\D/g, ''),
  };
}

/** Older first; `mtimeMs` decides where the names do not. */
export function olderFirst(
  a: { rotated: RotatedName; mtimeMs: number; path: string },
  b: { rotated: RotatedName; mtimeMs: number; path: string },
): number {
  if (a.rotated.isLive !== b.rotated.isLive) return a.rotated.isLive ? 1 : -1;
  if (a.rotated.number !== null && b.rotated.number !== null && a.rotated.number !== b.rotated.number) {
    return b.rotated.number - a.rotated.number;
  }
  if (a.rotated.date !== null && b.rotated.date !== null && a.rotated.date !== b.rotated.date) {
    return a.rotated.date < b.rotated.date ? -1 : 1;
  }
  return a.mtimeMs - b.mtimeMs || (a.path < b.path ? -1 : 1);
}
