/** When a capture process was last heard of: what it said is believed for a few seconds, and one that hangs is noticed. */
import type { Arm } from './capture-process';

export interface SupervisorClock {
  nowMs: () => number;
  /** On a clock that nobody can set. */
  monotonicMs: () => number;
}

/** Without news for so long nothing is called covered: a process tells of its looks about once a second. */
export const FRESH_MS = 5_000;
/** One that says nothing for two of these hangs. Timers may fire at once after a sleep: one is not enough. */
const SILENCE_MS = 60_000;

export interface HearingParts {
  clock: SupervisorClock;
  arm: Arm;
  /** What was said is no longer fresh. */
  onStale: () => void;
  /** Nothing was said for so long that the process must hang. */
  onSilence: () => void;
}

export class Hearing {
  private heard: { wallMs: number; monotonicMs: number } | null = null;
  private callOffStale: (() => void) | null = null;
  private callOffSilence: (() => void) | null = null;

  constructor(private readonly parts: HearingParts) {}

  /** It said something. */
  hear(): void {
    const { clock, arm, onStale } = this.parts;
    this.heard = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    this.callOffStale?.();
    this.callOffStale = arm(FRESH_MS + 1, onStale);
    this.watchSilence(0);
  }

  /** It is gone. */
  end(): void {
    this.heard = null;
    this.callOffStale?.();
    this.callOffSilence?.();
  }

  isFresh(): boolean {
    if (!this.heard) return false;
    const { clock } = this.parts;
    // A machine that slept has heard nothing meanwhile; only the wall clock knows of it.
    const wallMs = Math.abs(clock.nowMs() - this.heard.wallMs);
    return wallMs <= FRESH_MS && clock.monotonicMs() - this.heard.monotonicMs <= FRESH_MS;
  }

  private watchSilence(rounds: number): void {
    this.callOffSilence?.();
    this.callOffSilence = this.parts.arm(SILENCE_MS, () => {
      if (rounds > 0) this.parts.onSilence();
      else this.watchSilence(rounds + 1);
    });
  }
}
