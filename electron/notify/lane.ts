/** What the outbox remembers of one channel while it runs; read back from the messages after a restart. */
import type { ErrorView } from '@shared/errors';
import type { StoredChannel } from '../store/channels';
import type { OutboxTable } from '../store/outbox';
import { Allowance, historyMs } from './limits';
import { MOST_AT_ONCE, TRIED_FOR_MS } from './plan';

const BROKEN_AFTER_FAILURES = 3;
const BROKEN_AFTER_MS = 600_000;

/** Wall time for what is stored and shown, monotonic time for what is waited for. */
export interface OutboxClock {
  nowMs(): number;
  /** `performance.now` when it is left out. */
  monotonicMs?(): number;
}

/** Monotonic milliseconds. */
export const monotonic = (clock: OutboxClock): number => clock.monotonicMs?.() ?? performance.now();

/** Moments named `…Ms` are monotonic. */
export class Lane {
  /** In a row. */
  failures = 0;
  failingSinceMs: number | null = null;
  lastError: ErrorView | null = null;
  lastSentAt: string | null = null;
  /** Nothing is tried before. */
  holdUntilMs = Number.NEGATIVE_INFINITY;
  /** When something is tried again, for people; null while nothing holds it up. */
  nextTryMs: number | null = null;
  /** When to look again; null when nothing waits. */
  wakeAtMs: number | null = null;
  /** True when it was reported that messages do not arrive. */
  told = false;
  /** Ends the try under way. */
  abort: AbortController | null = null;

  constructor(
    readonly id: string,
    public allowance: Allowance,
  ) {}

  isBroken(nowMs: number): boolean {
    return this.failures >= BROKEN_AFTER_FAILURES || this.brokenInMs(nowMs) === 0;
  }

  /** How long until a channel that fails counts as broken if it goes on; null when it does not fail. */
  brokenInMs(nowMs: number): number | null {
    if (this.failures === 0 || this.failingSinceMs === null) return null;
    return Math.max(0, this.failingSinceMs + BROKEN_AFTER_MS - nowMs);
  }

  failed(error: ErrorView, delayMs: number, nowMs: number): void {
    this.failures++;
    this.failingSinceMs ??= nowMs;
    this.lastError = error;
    this.holdUntilMs = nowMs + delayMs;
  }

  worked(at: string, error: ErrorView | null): void {
    this.failures = 0;
    this.failingSinceMs = null;
    this.lastError = error;
    this.lastSentAt = at;
    this.holdUntilMs = Number.NEGATIVE_INFINITY;
  }
}

/** Makes the lane of a channel as its messages tell it. */
export function openLane({ id, config }: StoredChannel, outbox: OutboxTable, clock: OutboxClock): Lane {
  const nowMs = monotonic(clock);
  const lane = new Lane(id, allowanceOf(id, config.kind, outbox, clock));
  const sent = outbox.last(id, 'sent');
  const gaveUp = outbox.last(id, 'given-up');
  lane.lastSentAt = sent?.sentAt ?? null;
  const agoMs = (at: string) => Math.max(0, clock.nowMs() - Date.parse(at));
  const tried = outbox.waiting(id, MOST_AT_ONCE).filter(({ attempts }) => attempts > 0);
  const [first] = tried;
  if (first) {
    lane.failures = Math.max(...tried.map(({ attempts }) => attempts));
    lane.failingSinceMs = nowMs - agoMs(first.createdAt);
    lane.lastError = outbox.get(first.id)?.error ?? null;
    const next = Math.max(...tried.map(({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? first.createdAt)));
    const holdMs = next - clock.nowMs();
    // Further ahead than anything is put off: written by a clock that stood wrong.
    if (holdMs <= TRIED_FOR_MS) lane.holdUntilMs = nowMs + holdMs;
  } else if (gaveUp && (!sent || gaveUp.createdAt > sent.createdAt)) {
    lane.failures = BROKEN_AFTER_FAILURES;
    lane.failingSinceMs = nowMs - agoMs(gaveUp.createdAt);
    lane.lastError = gaveUp.error;
  }
  // Whoever was to be told of it was told before the restart.
  lane.told = lane.isBroken(nowMs);
  return lane;
}

/** The rest of what the channel may send, by what it sent lately. */
export function allowanceOf(
  id: string,
  kind: StoredChannel['config']['kind'],
  outbox: OutboxTable,
  clock: OutboxClock,
): Allowance {
  const after = new Date(clock.nowMs() - historyMs(kind)).toISOString();
  const ages = outbox.sentSince(id, after).map((at) => clock.nowMs() - Date.parse(at));
  return new Allowance(kind, ages, monotonic(clock));
}
