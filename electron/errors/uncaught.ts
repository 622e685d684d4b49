/**
 * What to do about faults that nobody caught in the process that owns the home. After one, what it was in the midst of
 * is lost, and the rest goes on: ending would cost the backup in hand. After several within a minute nothing can be
 * relied on any more, and a fresh start is the repair. Pure: the caller gives the time.
 */

export interface Verdict {
  /** False for a flood: such faults are only counted. */
  isRecorded: boolean;
  /** Faults since the last recorded one that were only counted. */
  skipped: number;
  /** True when this one is one too many. */
  isTooMany: boolean;
}

const FAULTS = 3;
const WITHIN_MS = 60_000;
/** Each record costs a write to the disk. */
const RECORDS_A_MINUTE = 30;

export class UncaughtFaults {
  private atMs: number[] = [];
  private recordedAtMs: number[] = [];
  private skipped = 0;

  /** @param nowMs on a clock that nobody can set @param counts false: it is recorded, but does not bring the end nearer */
  take(nowMs: number, counts: boolean): Verdict {
    const recent = (list: number[]): number[] => list.filter((atMs) => nowMs - atMs < WITHIN_MS);
    this.recordedAtMs = recent(this.recordedAtMs);
    if (counts) this.atMs = [...recent(this.atMs), nowMs].slice(-FAULTS);
    const isTooMany = counts && this.atMs.length >= FAULTS;
    if (this.recordedAtMs.length >= RECORDS_A_MINUTE) {
      this.skipped++;
      return { isRecorded: false, skipped: this.skipped, isTooMany };
    }
    this.recordedAtMs.push(nowMs);
    const { skipped } = this;
    this.skipped = 0;
    return { isRecorded: true, skipped, isTooMany };
  }
}
