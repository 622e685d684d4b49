/** Asks for a restore point that a log can be replayed on, again and again until there is one. */
import type { Arm } from './capture-process';

const SECOND_MS = 1_000;
/**
 * Pause before a request, by how many there were lately: neither a backup that fails nor a log that begins anew all the
 * time may keep the machine busy with backups.
 */
const DELAYS_MS = [0, 2, 10, 60, 300].map((seconds) => seconds * SECOND_MS);
const LATELY_MS = 15 * 60 * SECOND_MS;

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
  /** When requests ended, oldest first. */
  private endedAtMs: number[] = [];
  private callOff: (() => void) | null = null;

  constructor(private readonly parts: BaseRequestParts) {}

  /** Looks whether one is needed; asks for it where nothing is under way already. */
  look(): void {
    if (this.stopped || this.running || this.callOff || !this.parts.isNeeded()) return;
    const nowMs = this.parts.monotonicMs();
    this.endedAtMs = this.endedAtMs.filter((atMs) => nowMs - atMs < LATELY_MS);
    const delayMs = DELAYS_MS[this.endedAtMs.length] ?? DELAYS_MS.at(-1) ?? 0;
    const waitMs = (this.endedAtMs.at(-1) ?? nowMs) + delayMs - nowMs;
    if (waitMs <= 0) void this.ask();
    else {
      this.callOff = this.parts.arm(waitMs, () => {
        this.callOff = null;
        this.look();
      });
    }
  }

  /** Asks for nothing more. */
  stop(): void {
    this.stopped = true;
    this.callOff?.();
  }

  private async ask(): Promise<void> {
    this.running = true;
    try {
      await this.parts.request();
    } finally {
      this.endedAtMs.push(this.parts.monotonicMs());
      this.running = false;
    }
    this.look();
  }
}
