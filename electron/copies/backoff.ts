/** When something that failed is tried again. */

const MINUTE_MS = 60_000;
const DELAYS_MS = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);
const LONGEST_MS = 6 * 60 * MINUTE_MS;
/** Part of a delay by which it varies: several machines must not knock at one server in the same moment. */
const JITTER = 0.1;

/**
 * Pause after a failure, milliseconds.
 * @param failures how many in a row, at least 1
 * @param random 0 ≤ x < 1
 */
export function retryDelayMs(failures: number, random: number): number {
  const delayMs = DELAYS_MS[failures - 1] ?? LONGEST_MS;
  return Math.round(delayMs * (1 + JITTER * (2 * random - 1)));
}

/**
 * How long to wait for a moment that was noted, milliseconds; 0 when it is there. One that lies further ahead than any
 * pause was noted by a clock that stood wrong.
 */
export function waitMs(at: string | null, nowMs: number): number {
  if (at === null) return 0;
  const leftMs = Date.parse(at) - nowMs;
  return leftMs > 0 && leftMs <= LONGEST_MS * (1 + JITTER) ? leftMs : 0;
}
