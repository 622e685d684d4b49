/** Follows how Holdfast's own log does: whether it is written, and what it dropped lately. */
import type { OwnLog } from '../logs/own-log';

/** Dropped lines are told for so long. */
const TOLD_MS = 60 * 60_000;

export class OwnLogWatch {
  private seen = { written: 0, dropped: 0 };
  private droppedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly log: Pick<OwnLog, 'counts'>) {}

  /** @param nowMs milliseconds since 1970 */
  look(nowMs: number): { hasWritten: boolean; dropped: number } {
    const counts = this.log.counts();
    const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
    const hasWritten = counts.written > this.seen.written;
    if (dropped > this.seen.dropped) this.droppedAtMs = nowMs;
    this.seen = { written: counts.written, dropped };
    return { hasWritten, dropped: nowMs - this.droppedAtMs < TOLD_MS ? dropped : 0 };
  }
}
