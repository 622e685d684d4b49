/**
 * Local wall time. A wall time is held as the milliseconds it would have in UTC ("wall milliseconds"), so that calendar
 * arithmetic on it knows no daylight saving; only the two functions here cross between it and real moments.
 */

const DAY_MS = 24 * 3_600_000;
const ZONE_KEPT_MS = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

let zone = { name: '', askedAtMs: Number.NEGATIVE_INFINITY };

/** The machine's time zone. People travel, so it is asked again, but not for every row of a list. */
export function systemTimeZone(): string {
  const nowMs = performance.now();
  if (nowMs - zone.askedAtMs > ZONE_KEPT_MS) {
    zone = { name: Intl.DateTimeFormat().resolvedOptions().timeZone, askedAtMs: nowMs };
  }
  return zone.name;
}

/** Clocks change at full quarters of an hour of UTC, in every zone, since the last odd one ended in 1972. */
const QUARTER_MS = 15 * 60_000;
const EVEN_SINCE_MS = Date.UTC(1973, 0, 1);
const OFFSETS_KEPT = 5_000;
const offsets = new Map<string, Map<number, number>>();

/** What clocks in `timeZone` show at `atMs`, as wall milliseconds. */
export function wallOf(atMs: number, timeZone: string): number {
  if (atMs < EVEN_SINCE_MS) return shownAt(atMs, timeZone);
  // Asking takes long, and schedules ask for the same hours again and again.
  let ofZone = offsets.get(timeZone);
  if (!ofZone || ofZone.size >= OFFSETS_KEPT) offsets.set(timeZone, (ofZone = new Map()));
  const quarter = Math.floor(atMs / QUARTER_MS);
  let offset = ofZone.get(quarter);
  if (offset === undefined) {
    offset = shownAt(quarter * QUARTER_MS, timeZone) - quarter * QUARTER_MS;
    ofZone.set(quarter, offset);
  }
  return atMs + offset;
}

function shownAt(atMs: number, timeZone: string): number {
  const seconds = Math.floor(atMs / 1_000);
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const part of formatOf(timeZone).formatToParts(seconds * 1_000)) shown[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (atMs - seconds * 1_000);
}

/**
 * The moment at which clocks in `timeZone` show `wallMs`. The first one when they show it twice; when they jump over it,
 * the moment at which they would have shown it without the jump (02:30 becomes 03:30).
 */
export function momentOf(wallMs: number, timeZone: string): number {
  const offsetAt = (atMs: number) => wallOf(atMs, timeZone) - atMs;
  // No zone is more than 14 h from UTC: these two moments lie before and after the one that is looked for.
  const before = offsetAt(wallMs - DAY_MS);
  const after = offsetAt(wallMs + DAY_MS);
  // The larger offset gives the earlier moment.
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    if (wallOf(wallMs - offset, timeZone) === wallMs) return wallMs - offset;
  }
  return wallMs - before;
}

/** The local day, `2026-11-23`. */
export const localDay = (atMs: number, timeZone = systemTimeZone()): string =>
  wallKey(wallOf(atMs, timeZone)).slice(0, 10);

/** `YYYY-MM-DDTHH:mm` of a wall time. */
export const wallKey = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 16);

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
