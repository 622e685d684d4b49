/** How late the main loop answers. */

/**
 * Between two timers. Each timer wakes the process: Node's own monitor with 10 ms takes 0.7 % of a core, twice what all
 * of Holdfast may take while nobody looks, and four timers a second were a tenth of what it took. A delay is seen short
 * by at most this time: at rest a single one may be missed, a loop that is late again and again is not.
 */
export const RESTING_STEP_MS = 1_000;
export const LIVE_STEP_MS = 50;
/** The 99th percentile is over so long: a few timers have none. */
const WINDOW_MS = 60_000;

export interface LoopFigures {
  /** 99th percentile of the last minute. */
  p99Ms: number;
  /** Longest since the last reading. */
  maxMs: number;
}

export class LoopDelay {
  private timer: NodeJS.Timeout | null = null;
  private stepMs = RESTING_STEP_MS;
  private setAtMs = 0;
  private delays: { atMs: number; delayMs: number }[] = [];
  private maxMs = 0;

  constructor(private readonly clockMs: () => number = () => performance.now()) {}

  start(): void {
    this.arm();
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  live(on: boolean): void {
    this.stepMs = on ? LIVE_STEP_MS : RESTING_STEP_MS;
    if (!this.timer) return;
    this.stop();
    this.arm();
  }

  read(): LoopFigures {
    const atMs = this.clockMs();
    const { maxMs } = this;
    this.maxMs = 0;
    while (this.delays[0] && atMs - this.delays[0].atMs > WINDOW_MS) this.delays.shift();
    const sorted = Float64Array.from(this.delays, ({ delayMs }) => delayMs).sort();
    return { p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0, maxMs };
  }

  /** After a gap: what was measured then was no delay of the loop. */
  restart(): void {
    this.delays = [];
    this.maxMs = 0;
    if (!this.timer) return;
    this.stop();
    this.arm();
  }

  private arm(): void {
    this.setAtMs = this.clockMs();
    this.timer = setTimeout(() => this.fired(), this.stepMs);
    // Watching is no reason to stay running.
    this.timer.unref();
  }

  private fired(): void {
    const atMs = this.clockMs();
    const delayMs = Math.max(0, atMs - this.setAtMs - this.stepMs);
    this.delays.push({ atMs, delayMs });
    this.maxMs = Math.max(this.maxMs, delayMs);
    this.arm();
  }
}
