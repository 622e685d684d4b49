/** When a capture process that ended is started again. Pure. */

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** After a process that ended without a word: a second, then longer. */
const AFTER_CRASH_MS = [1, 5, 30, 120, 300].map((seconds) => seconds * SECOND_MS);
/** After one that said why it cannot go on: what stands in the way is looked at again once a minute. */
const AFTER_WORD_MS = [2, 10, 60].map((seconds) => seconds * SECOND_MS);
/** A process that dies again and again may harm more than it helps. */
const CRASHES_AN_HOUR = 20;
/** Part of a delay by which it varies: many databases must not all be opened in the same moment. */
const JITTER = 0.1;

export interface Failures {
  /** Since it last worked, at least 1. */
  inRow: number;
  /** The last one ended without a word. */
  crashed: boolean;
  /** When processes ended without a word, oldest first, on a clock that nobody can set. */
  crashedAtMs: readonly number[];
}

/**
 * Pause until the next start, milliseconds.
 * @param random 0 ≤ x < 1
 */
export function restartDelayMs({ inRow, crashed, crashedAtMs }: Failures, nowMs: number, random: number): number {
  const delays = crashed ? AFTER_CRASH_MS : AFTER_WORD_MS;
  const delayMs = (delays[inRow - 1] ?? delays.at(-1) ?? 0) * (1 + JITTER * (2 * random - 1));
  const recent = crashesOfLastHour(crashedAtMs, nowMs);
  const first = recent.at(-CRASHES_AN_HOUR);
  const limitMs = crashed && first !== undefined ? first + HOUR_MS - nowMs : 0;
  return Math.round(Math.max(delayMs, limitMs));
}

export const crashesOfLastHour = (crashedAtMs: readonly number[], nowMs: number): number[] =>
  crashedAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);
