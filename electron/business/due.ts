/**
 * When a figure is read next. Periods begin at the same moments on every machine and after every restart, so that a
 * missed one is caught up once, and figures of one database with the same interval are read together.
 */

const MINUTE_MS = 60_000;

/** Keeps the periods of different databases apart: less than a minute, the same for all figures of one. */
export function offsetOf(databaseId: string): number {
  let hash = 7;
  for (const character of databaseId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % MINUTE_MS;
  return hash;
}

/** @param lastMs when the figure was last read; null when it never was */
export function isDue(lastMs: number | null, nowMs: number, intervalMinutes: number, offsetMs: number): boolean {
  // Another period, not a later one: a clock that was set back must not silence a figure.
  return lastMs === null || periodOf(lastMs, intervalMinutes, offsetMs) !== periodOf(nowMs, intervalMinutes, offsetMs);
}

/** The beginning of the next period. */
export function nextDueMs(nowMs: number, intervalMinutes: number, offsetMs: number): number {
  return (periodOf(nowMs, intervalMinutes, offsetMs) + 1) * intervalMinutes * MINUTE_MS + offsetMs;
}

const periodOf = (atMs: number, intervalMinutes: number, offsetMs: number): number =>
  Math.floor((atMs - offsetMs) / (intervalMinutes * MINUTE_MS));
