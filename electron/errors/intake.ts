/**
 * From taking an event to its being in the store. Events are gathered and written a few times a second in one transaction,
 * so that many of them cost little: an end of the process without warning loses what came in the last `WRITE_AFTER_MS`.
 */
import type { NewEvent } from '@shared/error-groups';
import type { Operation } from '@shared/metrics';
import { systemTimeZone } from '../backup/local-time';
import type { Store } from '../store/open';
import { EventWriter } from './event-writer';
import type { HoldfastError } from './holdfast-error';
import { OperationCounts } from './operation-counts';
import { type About, PendingEvents } from './pending';
import { wrapError } from './wrap';

export const WRITE_AFTER_MS = 250;
/** Fingerprints and samples in one transaction; between two of them others have their turn, unless somebody asks. */
const AT_ONCE = { parts: 20, samples: 100 };
const AFTER_A_FAULT_MS = 5_000;

export interface IntakeParts {
  store: Store;
  nowMs: () => number;
  timeZone?: () => string;
  /** Something was written. `groups`: how many were made. */
  onWritten: (groups: number) => void;
  /** What was taken could not be written; tried again. */
  report: (error: HoldfastError) => void;
}

export class Intake {
  readonly writer: EventWriter;
  private readonly pending = new PendingEvents();
  private readonly operations = new OperationCounts();
  private refused = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private dueMs = 0;
  /** Nothing is tried before this: on a clock that nobody can set. */
  private holdUntilMs = Number.NEGATIVE_INFINITY;
  private lost = 0;

  constructor(private readonly parts: IntakeParts) {
    this.writer = new EventWriter(parts.store, parts.nowMs);
  }

  take(applicationId: string | null, event: NewEvent, about: About): void {
    if (this.pending.isFull && !this.write()) {
      this.lost++;
      if (applicationId !== null) this.refuse(applicationId, 1);
      return;
    }
    this.pending.add(applicationId, event, about, this.parts.nowMs());
    // Not here and now: whoever takes may be in a transaction that is undone.
    this.arm(this.pending.isMuch ? 0 : WRITE_AFTER_MS);
  }

  countOperation(operation: Operation, ok: boolean): void {
    this.operations.add(operation, ok, this.parts.nowMs(), (this.parts.timeZone ?? systemTimeZone)());
    this.arm(WRITE_AFTER_MS);
  }

  refuse(applicationId: string, count: number): void {
    this.refused.set(applicationId, (this.refused.get(applicationId) ?? 0) + count);
    this.arm(WRITE_AFTER_MS);
  }

  /** Writes all that was taken. False: it could not be written, or not now, and is kept. */
  write(): boolean {
    while (!this.isEmpty) if (!this.writeSome()) return false;
    return true;
  }

  private get isEmpty(): boolean {
    return this.pending.isEmpty && this.operations.isEmpty && this.refused.size === 0;
  }

  private writeSome(): boolean {
    if (this.parts.store.inTransaction() || performance.now() < this.holdUntilMs) return false;
    try {
      this.writeSlice();
      return true;
    } catch (thrown) {
      this.holdUntilMs = performance.now() + AFTER_A_FAULT_MS;
      this.parts.report(wrapError(thrown));
      return false;
    }
  }

  /** Writes what is left. */
  stop(): void {
    this.holdUntilMs = Number.NEGATIVE_INFINITY;
    this.write();
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lost > 0)
      this.parts.report(wrapError(new Error(`${this.lost} events were lost: they could not be written`)));
  }

  private writeSlice(): void {
    const { store } = this.parts;
    const { refused } = this;
    const parts = this.pending.first(AT_ONCE);
    const groups = store.atomically(() => {
      const made = this.writer.write(parts);
      for (const day of this.operations.list()) store.operationDays.add(day);
      for (const [id, count] of refused) {
        store.errorApplications.count(id, { events: 0, refused: count, lastEventAt: null });
      }
      return made;
    });
    this.pending.written(parts);
    this.operations.clear();
    this.refused = new Map();
    this.parts.onWritten(groups);
  }

  private arm(afterMs: number): void {
    const dueMs = Math.max(performance.now() + afterMs, this.holdUntilMs);
    // What is set is not put off again and again.
    if (this.timer !== undefined && this.dueMs <= dueMs) return;
    clearTimeout(this.timer);
    this.dueMs = dueMs;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.isEmpty) this.writeSome();
      if (!this.isEmpty) this.arm(0);
    }, dueMs - performance.now());
    // A command that is done does not wait for this: it is written when its core ends.
    this.timer.unref();
  }
}
