/** Asks for a restore point that a log can be replayed on, again and again until there is one. */
import type { Arm } from './capture-process';

const SECOND_MS = 1_000;
const DELAYS_MS = [5, 30, 120, 600].map((seconds) => seconds * SECOND_MS);
/** A log that begins anew all the time must not keep the machine busy with backups. */
const SHORTEST_GAP_MS = 30 * SECOND_MS;

export interface BaseRequestParts {
  /** True while there is a log that cannot be replayed on anything. */
  isNeeded: () => boolean;
  /** Resolves when what it began has ended, whether it gave a base or not. Failures are recorded by whoever does it. */
  request: () => Promise<void>;
  arm: Arm;
  monotonicMs: () => number;
}

export class BaseRequests {
  private running = false;
  private stopped = false;
  private attempts = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private callOff: (() => void) | null = null;

  constructor(private readonly parts: BaseRequestParts) {}

  /** Looks whether one is needed; asks for it where nothing is under way already. */
  look(): void {
    if (this.stopped || this.running || this.callOff) return;
    if (!this.parts.isNeeded()) {
      this.attempts = 0;
      return;
    }
    const sinceMs = this.parts.monotonicMs() - this.lastMs;
    const backOffMs = this.attempts === 0 ? SHORTEST_GAP_MS : (DELAYS_MS[this.attempts - 1] ?? DELAYS_MS.at(-1) ?? 0);
    if (sinceMs >= backOffMs) void this.ask();
    else {
      this.callOff = this.parts.arm(backOffMs - sinceMs, () => {
        this.callOff = null;
        this.look();
      });
    }
  }

  stop(): void {
    this.stopped = true;
    this.callOff?.();
    this.callOff = null;
  }

  private async ask(): Promise<void> {
    this.running = true;
    this.attempts++;
    try {
      await this.parts.request();
    } finally {
      this.lastMs = this.parts.monotonicMs();
      this.running = false;
    }
    this.look();
  }
}
