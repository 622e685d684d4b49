/** Sees from three clocks that the machine slept, that the process stood still, or that somebody set the clock. */
import os from 'node:os';
import type { MetricGap } from '@shared/metrics';

export interface Clocks {
  /** Milliseconds since 1970: what people set. */
  wallMs(): number;
  /** Nobody can set it. On Linux it stands still while the machine sleeps. */
  monotonicMs(): number;
  /** Nobody can set it, and it goes on while the machine sleeps. */
  sinceBootMs(): number;
}

export const SYSTEM_CLOCKS: Clocks = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sinceBootMs: () => os.uptime() * 1_000,
};

/** One reading of all three. */
export interface Moment {
  wallMs: number;
  monotonicMs: number;
  sinceBootMs: number;
}

export const momentOf = (clocks: Clocks): Moment => ({
  wallMs: clocks.wallMs(),
  monotonicMs: clocks.monotonicMs(),
  sinceBootMs: clocks.sinceBootMs(),
});

/** Some systems tell the time since boot in whole seconds, and time services move the clock by parts of one. */
const LEAST_DIFFERENCE_MS = 5_000;
/** A busy machine is late by one interval, perhaps two. */
const LATE_INTERVALS = 3;

/** A gap before a tick; `lostMs` is the time that was not measured. */
export interface Break {
  gap: MetricGap;
  lostMs: number;
}

/**
 * @param before when the tick before began
 * @param dueMs when this tick should begin, monotonic
 * @param intervalMs the usual time between two ticks
 * @returns null when nothing is missing
 */
export function breakBetween(before: Moment, now: Moment, dueMs: number, intervalMs: number): Break | null {
  const ranMs = now.monotonicMs - before.monotonicMs;
  const sleptMs = Math.max(0, now.sinceBootMs - before.sinceBootMs - ranMs);
  const lateMs = now.monotonicMs - dueMs;
  if (sleptMs >= LEAST_DIFFERENCE_MS || lateMs > LATE_INTERVALS * intervalMs) {
    const lostMs = Math.max(0, lateMs) + sleptMs;
    return { gap: { fromMs: Math.min(before.wallMs, now.wallMs), toMs: now.wallMs, reason: 'asleep' }, lostMs };
  }
  const setMs = now.wallMs - before.wallMs - ranMs - sleptMs;
  if (Math.abs(setMs) < LEAST_DIFFERENCE_MS) return null;
  // Set back, the clock passes times again that were measured before: then the gap is but a mark.
  const fromMs = Math.min(before.wallMs, now.wallMs);
  return { gap: { fromMs: setMs > 0 ? fromMs : now.wallMs, toMs: now.wallMs, reason: 'clock-set' }, lostMs: 0 };
}
