/** Times without measurements, and the clock's jumps that make some of them. */
import type { MetricGap } from '@shared/metrics';
import { MINUTE_MS } from './samples';

// Smaller steps are how clocks are kept right; the minutes on both sides simply have more or fewer measurements.
const JUMP_MS = MINUTE_MS;
/** Nothing was measured for so long: a stopped process, not a slow one. */
export const SILENCE_MS = 2 * MINUTE_MS;
// After sleep the clock seems to have jumped, until whoever knows of the sleep says so.
const GRACE_MS = 15_000;

const overlapMs = (a: MetricGap, b: MetricGap): number => Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs);
const covers = (gap: MetricGap, other: MetricGap): boolean => overlapMs(gap, other) * 2 >= other.toMs - other.fromMs;

export class GapBook {
  private gaps: MetricGap[] = [];
  private jump: MetricGap | null = null;
  private before: { atMs: number; elapsedMs: number } | null = null;

  /**
   * Compares the wall clock with one that nobody can set, at each tick. `back` is true when the wall clock was set back,
   * `broken` when nothing was measured since the tick before.
   */
  look(atMs: number, elapsedMs: number): { back: boolean; broken: boolean } {
    const { before } = this;
    this.before = { atMs, elapsedMs };
    if (!before) return { back: false, broken: false };
    const drift = atMs - before.atMs - (elapsedMs - before.elapsedMs);
    const jumped = Math.abs(drift) > JUMP_MS;
    const silent = atMs - before.atMs > SILENCE_MS;
    if (jumped || silent) {
      const [fromMs, toMs] = [Math.min(before.atMs, atMs), Math.max(before.atMs, atMs)];
      const gap: MetricGap = { fromMs, toMs, reason: jumped ? 'clock-set' : 'not-running' };
      if (!this.gaps.some((known) => covers(known, gap))) this.jump = gap;
    }
    return { back: drift < -JUMP_MS, broken: jumped || silent };
  }

  /** The gap that the clock's jump left, when nobody has explained it; `atMs` null: now, whether explained or not. */
  takeJump(atMs: number | null): MetricGap | null {
    const { jump } = this;
    // Once the clock was set back the time of the jump itself is still to come: that is no reason to wait.
    if (!jump || (atMs !== null && Math.abs(atMs - jump.toMs) < GRACE_MS)) return null;
    this.jump = null;
    return jump;
  }

  add(gap: MetricGap): void {
    if (this.jump && covers(gap, this.jump)) this.jump = null;
    this.gaps.push(gap);
  }

  between(fromMs: number, toMs: number): MetricGap[] {
    return this.gaps.filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs);
  }

  /** Lets go of what the index has. */
  evict(beforeMs: number): void {
    this.gaps = this.gaps.filter((gap) => gap.toMs >= beforeMs);
  }
}
