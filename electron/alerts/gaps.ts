/** Notices times in which nothing was seen: sleep, a process that stood still, a clock that was set ahead. */
import type { Settled } from './judge';
import type { Now } from './record';
import { HOLD_AFTER_SLEEP_MS } from './telling';

/** The wall clock ran so much further than the other: the machine slept, or the clock was set. */
const JUMP_MS = 30_000;
/** Looks that are so far apart are no course: the process stood still. */
const STOOD_STILL_MS = 90_000;

export class Gaps {
  readonly settled: Settled;
  private lookedAt: Now | null = null;

  constructor(now: Now) {
    const never = Number.NEGATIVE_INFINITY;
    this.settled = { startedMonoMs: now.monoMs, gapEndMonoMs: never, holdUntilMonoMs: never };
  }

  /** At each look: true when there was a gap since the one before. */
  notice(now: Now): boolean {
    const before = this.lookedAt;
    this.lookedAt = now;
    if (!before) return false;
    const ranMs = now.monoMs - before.monoMs;
    const jumpMs = now.wallMs - before.wallMs - ranMs;
    if (jumpMs <= JUMP_MS && ranMs <= STOOD_STILL_MS) return false;
    this.ended(now);
    return true;
  }

  /** A gap has ended just now. */
  ended(now: Now): void {
    this.lookedAt = now;
    this.settled.gapEndMonoMs = now.monoMs;
    this.settled.holdUntilMonoMs = now.monoMs + HOLD_AFTER_SLEEP_MS;
  }

  /** Since when there is a course without gaps, on the monotonic clock. */
  sinceMonoMs(): number {
    return Math.max(this.settled.startedMonoMs, this.settled.gapEndMonoMs);
  }
}
