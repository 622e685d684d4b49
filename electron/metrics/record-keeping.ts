/** Writes the record and has it taken into the index: one thing after the other, in the background. */
import type { HoldfastError } from '../errors/holdfast-error';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { indexFile, type IndexBackend, type TakeInRequest } from './index-service';
import type { RecordEntry, RecordWriter } from './record-writer';
import { floorTo, HOUR_MS } from './samples';
import type { KnownMetric } from './types';

export interface RecordKeepingParts {
  folder: string;
  index: IndexBackend;
  writer: RecordWriter;
  nowMs(): number;
  timeZone(): string;
  report(error: HoldfastError): void;
}

export type TakeInWish = Pick<TakeInRequest, 'upkeep' | 'check' | 'whole'>;

export class RecordKeeping {
  /** What the index had when it last took something in. */
  known: KnownMetric[] = [];
  /** When the index last took in what was written, and when also the hours of the day in hand; 0 before. */
  takenInAtMs = 0;
  wholeAtMs = 0;
  private readonly parts: RecordKeepingParts;
  private queue: Promise<void> = Promise.resolve();
  /** Hours with closed minutes that the index does not have yet. */
  private missing = new Set<number>();

  constructor(parts: RecordKeepingParts) {
    this.parts = parts;
  }

  /** Writes these soon; none is lost when that fails, it is tried again with the next. */
  write(entries: readonly RecordEntry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) {
      this.parts.writer.add(entry);
      if (entry.kind === 'minute') this.missing.add(floorTo(entry.minute.atMs, HOUR_MS));
    }
    void this.after(() => this.parts.writer.flush()).catch((thrown: unknown) => this.parts.report(wrapError(thrown)));
  }

  /** True when closed minutes before `atMs` are not in the index. */
  isMissingBefore(atMs: number): boolean {
    return [...this.missing].some((hour) => hour < atMs);
  }

  /** Brings the index up to what is written by now. Rejects with a `HoldfastError`. */
  takeIn(wish: TakeInWish): Promise<void> {
    return this.after(async () => {
      const taken = this.missing;
      this.missing = new Set();
      const nowMs = this.parts.nowMs();
      try {
        const answer = await this.parts.index.ask('takeIn', { nowMs, timeZone: this.parts.timeZone(), ...wish });
        this.known = answer.known;
        this.takenInAtMs = nowMs;
        if (wish.whole) this.wholeAtMs = nowMs;
        if (answer.rebuilt) this.tell('METRICS_INDEX_REBUILT', indexFile(this.parts.folder));
        for (const path of answer.damaged) this.tell('METRICS_RECORD_DAMAGED', path);
      } catch (thrown) {
        for (const hour of taken) this.missing.add(hour);
        throw wrapError(thrown);
      }
    });
  }

  /** As `takeIn`; what fails is reported, and made up for by the next one. */
  takeInQuietly(wish: TakeInWish): Promise<void> {
    return this.takeIn(wish).catch((thrown: unknown) => this.parts.report(wrapError(thrown)));
  }

  /** Resolves when everything that was asked for so far is done. */
  settled(): Promise<void> {
    return this.queue;
  }

  private tell(code: 'METRICS_INDEX_REBUILT' | 'METRICS_RECORD_DAMAGED', path: string): void {
    this.parts.report(holdfastError(code, { params: { path } }));
  }

  private after(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work);
    // A failure is the caller's; what comes after it is done all the same.
    this.queue = done.catch(() => undefined);
    return done;
  }
}
