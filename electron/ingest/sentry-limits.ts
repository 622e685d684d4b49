/** How many errors an application may send, and what is said when there are more. */
import { holdfastError, type HoldfastError } from '../errors/holdfast-error';

export interface RateLimits {
  /** For as long as it wants, and at once. */
  eventsPerSecond: number;
  burst: number;
}

export interface FloodParts {
  clock: { monotonicMs(): number };
  limits: RateLimits;
  report: (error: HoldfastError) => void;
  /** No application sends too much any more. */
  settle: () => void;
}

interface Sender {
  name: string;
  tokens: number;
  filledAtMs: number;
  /** Null when it does not send too much. */
  flood: { sinceMs: number; lastMs: number; refused: number } | null;
}

/** Longer than a sender is told to wait: one that comes back with as much is in the same flood. */
const QUIET_AFTER_MS = 120_000;
const LONGEST_WAIT_S = 60;
const TOLD_EVERY_MS = 60_000;
/** Those that sent nothing for so long are forgotten. */
const FORGOTTEN_AFTER_MS = 600_000;

/** A bucket of tokens for each application, and one problem that names those that sent too much. */
export class Floods {
  private readonly senders = new Map<string, Sender>();
  private toldAtMs: number | null = null;
  /** One that was open when Holdfast ended the last time is over. */
  private isSettled = false;

  constructor(private readonly parts: FloodParts) {}

  /** True when one more event may be taken; `refused` is to be called when it may not. */
  mayTake(applicationId: string, name: string): boolean {
    const { eventsPerSecond, burst } = this.parts.limits;
    const nowMs = this.parts.clock.monotonicMs();
    const sender = this.senders.get(applicationId) ?? { name, tokens: burst, filledAtMs: nowMs, flood: null };
    this.senders.set(applicationId, sender);
    sender.name = name;
    sender.tokens = Math.min(burst, sender.tokens + ((nowMs - sender.filledAtMs) / 1_000) * eventsPerSecond);
    sender.filledAtMs = nowMs;
    if (sender.tokens < 1) return false;
    sender.tokens--;
    return true;
  }

  /** Counts what was not taken; gives the seconds for which its sender is to wait: the longer the flood, the longer. */
  refused(applicationId: string, count: number): number {
    const sender = this.senders.get(applicationId);
    if (!sender) return 1;
    const nowMs = this.parts.clock.monotonicMs();
    sender.flood ??= { sinceMs: nowMs, lastMs: nowMs, refused: 0 };
    sender.flood.refused += count;
    sender.flood.lastMs = nowMs;
    return Math.min(LONGEST_WAIT_S, Math.max(1, Math.ceil((nowMs - sender.flood.sinceMs) / 1_000)));
  }

  /** To be called every few seconds: tells how a flood goes on, and that it is over. */
  tick(): void {
    const nowMs = this.parts.clock.monotonicMs();
    for (const [id, sender] of this.senders) {
      if (sender.flood && nowMs - sender.flood.lastMs >= QUIET_AFTER_MS) sender.flood = null;
      if (!sender.flood && nowMs - sender.filledAtMs >= FORGOTTEN_AFTER_MS) this.senders.delete(id);
    }
    const flooding = [...this.senders.values()].flatMap(({ flood }) => flood ?? []);
    if (flooding.length === 0) {
      if (!this.isSettled) this.parts.settle();
      this.isSettled = true;
      this.toldAtMs = null;
      return;
    }
    const { toldAtMs } = this;
    const isNew = toldAtMs === null;
    const goesOn = !isNew && nowMs - toldAtMs >= TOLD_EVERY_MS && flooding.some(({ lastMs }) => lastMs > toldAtMs);
    if (isNew || goesOn) this.tell(nowMs);
  }

  private tell(nowMs: number): void {
    const flooding = [...this.senders.values()].filter(({ flood }) => flood !== null);
    const name = flooding.map((sender) => sender.name).join(', ');
    const count = flooding.reduce((sum, { flood }) => sum + (flood?.refused ?? 0), 0);
    this.toldAtMs = nowMs;
    this.isSettled = false;
    this.parts.report(holdfastError('ERROR_FLOOD', { params: { name, count } }));
  }
}
