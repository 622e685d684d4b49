/** How many messages a channel carries: token buckets, of which the last two tokens are kept for CRITICAL. */
import type { ChannelConfig } from '@shared/alerting';

interface Bucket {
  capacity: number;
  /** Time in which one token comes back. */
  refillMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Each message takes one token of every bucket of its channel. */
export const LIMITS: Record<ChannelConfig['kind'], readonly Bucket[]> = {
  // 6 a minute and 30 an hour
  native: [
    { capacity: 6, refillMs: MINUTE_MS / 6 },
    { capacity: 30, refillMs: HOUR_MS / 30 },
  ],
  // 60 an hour, 5 at once
  email: [{ capacity: 5, refillMs: HOUR_MS / 60 }],
  // 30 a minute
  webhook: [{ capacity: 30, refillMs: MINUTE_MS / 30 }],
};
export const KEPT_FOR_CRITICAL = 2;

/** What may be sent now, in messages, and how long it takes until the next one may. */
export interface Tokens {
  normal: number;
  critical: number;
  normalInMs: number;
  criticalInMs: number;
}

// Sums of parts of a token are not exact.
const ROUNDING = 1e-6;

/** How long a channel's past matters: whatever was sent before, its buckets could be full again. */
export const historyMs = (kind: ChannelConfig['kind']): number =>
  Math.max(...LIMITS[kind].map(({ capacity, refillMs }) => 2 * capacity * refillMs));

/** The buckets of one channel. Times are monotonic milliseconds. */
export class Allowance {
  private readonly levels: { bucket: Bucket; level: number; atMs: number }[];

  /**
   * @param agesMs how long ago each message of the last `historyMs` was sent. The buckets are taken to have been empty
   * before: after a restart they may be read as lower than they were, never as higher.
   */
  constructor(kind: ChannelConfig['kind'], agesMs: readonly number[], nowMs: number) {
    this.levels = LIMITS[kind].map((bucket) => {
      return { bucket, level: 0, atMs: nowMs - 2 * bucket.capacity * bucket.refillMs };
    });
    // An age below zero was written by a clock that stood ahead.
    for (const ageMs of agesMs.filter((age) => age >= 0).toSorted((a, b) => b - a)) this.take(nowMs - ageMs);
  }

  take(nowMs: number): void {
    for (const one of this.levels) {
      if (nowMs < one.atMs) continue;
      this.refill(one, nowMs);
      one.level = Math.max(0, one.level - 1);
    }
  }

  tokens(nowMs: number): Tokens {
    const tokens: Tokens = {
      normal: Number.POSITIVE_INFINITY,
      critical: Number.POSITIVE_INFINITY,
      normalInMs: 0,
      criticalInMs: 0,
    };
    for (const one of this.levels) {
      this.refill(one, nowMs);
      const whole = Math.floor(one.level + ROUNDING);
      tokens.critical = Math.min(tokens.critical, whole);
      tokens.normal = Math.min(tokens.normal, Math.max(0, whole - KEPT_FOR_CRITICAL));
      const untilMs = (wanted: number) => Math.max(0, Math.ceil((wanted - one.level) * one.bucket.refillMs));
      tokens.criticalInMs = Math.max(tokens.criticalInMs, untilMs(1));
      tokens.normalInMs = Math.max(tokens.normalInMs, untilMs(1 + KEPT_FOR_CRITICAL));
    }
    return tokens;
  }

  private refill(one: { bucket: Bucket; level: number; atMs: number }, nowMs: number): void {
    const { capacity, refillMs } = one.bucket;
    one.level = Math.min(capacity, one.level + Math.max(0, nowMs - one.atMs) / refillMs);
    one.atMs = Math.max(one.atMs, nowMs);
  }
}
