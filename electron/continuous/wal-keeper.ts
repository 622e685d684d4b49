/**
 * Keeps the WAL small: copies its frames into the main file, so that the next writer begins it anew. A pinned reader keeps
 * SQLite from doing that by itself.
 *
 * Most of the time nobody is held back: frames are copied beside the writers, and when none of them committed meanwhile, a
 * new pin lets the WAL go. Writers that commit without a pause would never let that happen; they are held back for the
 * moment that the last frames take, and for no more than a small part of the time as long as the WAL is not large.
 */
import { GenerationOver } from './capture-log';
import type { CaptureSettings } from './protocol';
import type { LiveWal, WalState } from './wal-live';

/** Writers may be held back for this part of the time at most, unless the WAL is large. */
const HOLD_SHARE = 0.05;
/** A WAL of this part of its limit is large: writers are held back until it is copied. */
const LARGE = 0.25;
/** The WAL may be so many times larger than wanted before writers are held back. */
const PATIENCE = 2;
/** A WAL that is so many times over its limit is given up, whatever the reason. */
const HOPELESS = 4;
/** How long to try to get in between two writers, and where the WAL is large. */
const ENTRY_MS = 30;
const LAST_ENTRY_MS = 1_000;
/** How long an application is waited for that copies frames in that very moment. */
const COPYING_MS = 30;
/** Where a reader of somebody else's keeps frames from being copied, it is tried again after so long. */
const BLOCKED_MS = 1_000;

/** Before writers are held back, what they committed is taken, in so many looks at most. */
const MOST_LOOKS = 8;
const LITTLE_BYTES = 256 << 10;

export interface Looking {
  /** Takes everything that is committed into the log, and a new pin. Gives how many bytes there were. */
  look: () => number;
  /** What the last look saw. */
  seen: () => WalState;
}

export class WalKeeper {
  /** Writers are not held back again before that; where the WAL is large, only a reader of somebody else's is waited for. */
  private notBeforeMs = 0;
  private blockedUntilMs = 0;
  /** What was made small already: nobody has written since. */
  private done: Buffer | null = null;

  constructor(
    private readonly live: LiveWal,
    private readonly settings: Pick<CaptureSettings, 'checkpointBytes' | 'walLimitBytes'>,
  ) {}

  /**
   * To be called after a look that saw a WAL larger than `checkpointBytes`.
   * @throws GenerationOver `wal-too-large`; what a look and SQLite throw
   */
  keepSmall(looking: Looking): void {
    if (this.done?.equals(looking.seen().bytes)) return;
    // Copying waits for the disk, and writers that do not wait meanwhile can make a large WAL a huge one.
    if (!this.isLarge(looking)) {
      // As far as the new pin: whoever commits next finds nothing to copy, and need not do it in the midst of its commit.
      looking.look();
      this.live.checkpoint();
      looking.look();
      if (this.isDone(looking.seen())) return;
    }
    const walBytes = this.live.bytesOf(looking.seen());
    const isOverLimit = walBytes >= this.settings.walLimitBytes;
    const isWanted = walBytes >= PATIENCE * this.settings.checkpointBytes;
    const notBeforeMs = this.isLarge(looking) ? this.blockedUntilMs : this.notBeforeMs;
    const isDue = isOverLimit || (isWanted && performance.now() >= notBeforeMs);
    const isBlocked = isDue && this.holdWriters(looking) === 'blocked';
    // Writers without a gap are not what the limit is for: they are got at sooner or later.
    const isHopeless = isOverLimit && (isBlocked || walBytes >= HOPELESS * this.settings.walLimitBytes);
    if (!isHopeless || this.isDone(looking.seen())) return;
    throw new GenerationOver('wal-too-large', `the WAL has ${walBytes} bytes`);
  }

  private isLarge(looking: Looking): boolean {
    return this.live.bytesOf(looking.seen()) >= LARGE * this.settings.walLimitBytes;
  }

  /** `blocked`: a reader of somebody else's keeps frames from being copied. */
  private holdWriters(looking: Looking): 'done' | 'busy' | 'blocked' {
    this.catchUp(looking);
    if (!this.live.tryHoldWriters(this.isLarge(looking) ? LAST_ENTRY_MS : ENTRY_MS)) return 'busy';
    const heldAtMs = performance.now();
    let copied: 'copied' | 'busy' = 'busy';
    try {
      looking.look();
      // The pins are given up now: only when the look took all there is.
      const now = this.live.state();
      if (now?.bytes.equals(looking.seen().bytes)) copied = this.copyUnderHold(heldAtMs);
    } finally {
      this.live.letWriters();
    }
    const nowMs = performance.now();
    const isBlocked = copied === 'copied' && !this.isDone(looking.seen());
    if (isBlocked) this.blockedUntilMs = nowMs + BLOCKED_MS;
    this.notBeforeMs = Math.max(this.blockedUntilMs, nowMs + (nowMs - heldAtMs) / HOLD_SHARE);
    if (isBlocked) return 'blocked';
    return copied === 'copied' ? 'done' : 'busy';
  }

  /** Takes what is committed until little is left. Writers that are faster than that are held back with more left to take. */
  private catchUp(looking: Looking): void {
    let leftBytes = looking.look();
    for (let looks = 1; looks < MOST_LOOKS && leftBytes > LITTLE_BYTES; looks++) {
      if (!this.isLarge(looking)) this.live.checkpoint();
      const beforeBytes = leftBytes;
      leftBytes = looking.look();
      if (leftBytes > beforeBytes / 2) return;
    }
  }

  /** An application that copies frames in that moment is waited for, but not for long. */
  private copyUnderHold(heldAtMs: number): 'copied' | 'busy' {
    for (;;) {
      const copied = this.live.checkpointUnderHold();
      if (copied === 'copied' || performance.now() - heldAtMs > COPYING_MS) return copied;
    }
  }

  private isDone(state: WalState): boolean {
    this.done = this.live.isBackfilled(state) ? state.bytes : null;
    return this.done !== null;
  }
}

/** Under load the WAL is looked at more often, so that it is begun anew before it is large. */
const SHORTEST_POLL_MS = 20;

/**
 * Milliseconds until the next look, so that about half of what makes the WAL large enough comes in between.
 * @param foundBytes what the last look found
 */
export function nextDelayMs(
  foundBytes: number,
  { pollMs, checkpointBytes }: Pick<CaptureSettings, 'pollMs' | 'checkpointBytes'>,
): number {
  if (foundBytes < checkpointBytes / 4) return pollMs;
  const delayMs = Math.min(pollMs, (pollMs * checkpointBytes) / (2 * foundBytes));
  return Math.max(Math.min(SHORTEST_POLL_MS, pollMs), delayMs);
}
