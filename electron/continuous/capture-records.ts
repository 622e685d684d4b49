/** Writes into the store what a capture process tells, and reads from it what can be brought back. */
import type { GenerationEnd } from '@shared/recovery';
import { linksOf } from '../backup/chain';
import type { Store } from '../store/open';
import type { CaptureNews } from './capture-process';
import { usablePoints } from './log-of';
import type { OpenLog } from './supervisor';
import { timelineRanges } from './timeline-ranges';
import type { LogSegment } from './types';

/** What can be brought back of a log that is written, up to its end. */
export interface Coverage {
  since: string;
  /** Number of the last transaction before. */
  transactionsBefore: number;
}

type RecordStore = Pick<Store, 'logs' | 'backups' | 'segmentCopies' | 'atomically'>;

export class CaptureRecords {
  constructor(
    private readonly store: RecordStore,
    private readonly databaseId: string,
    private readonly nowMs: () => number,
  ) {}

  /** Gives since when there is a gap before this generation that nobody told of; null when there is none. */
  started(news: Extract<CaptureNews, { type: 'started' }>): string | null {
    const { logs } = this.store;
    const { generationId: id, startedAt, transaction: lastTransaction, pageSizeBytes } = news;
    return this.store.atomically(() => {
      let gapFrom: string | null = null;
      for (const other of logs.generations(this.databaseId)) {
        if (other.id === id || other.otherHome !== null || other.endedAt !== null) continue;
        const at = other.untilAt ?? other.startedAt;
        logs.end(other.id, 'interrupted', at);
        gapFrom = at;
      }
      if (logs.generation(id)) logs.reopen(id);
      else {
        logs.insertGeneration({
          ...{ id, databaseId: this.databaseId, startedAt, untilAt: null, lastTransaction, pageSizeBytes },
          ...{ endedAt: null, endedBecause: null, otherHome: null },
        });
      }
      return gapFrom;
    });
  }

  reached(generationId: string, transaction: number, untilAt: string): void {
    this.store.logs.reached(generationId, untilAt, transaction);
  }

  ended(generationId: string, because: GenerationEnd, at: string): boolean {
    return this.store.logs.end(generationId, because, at);
  }

  sealed({ generationId, segment }: Extract<CaptureNews, { type: 'sealed' }>): void {
    const { logs } = this.store;
    // Of a store that was lost: whoever makes the catalogue anew finds the file.
    if (!logs.generation(generationId)) return;
    const verifiedAt = new Date(this.nowMs()).toISOString();
    this.store.atomically(() => {
      const before = logs.segmentOf(generationId, segment.number);
      if (before) logs.setSegmentState(before.id, 'proved', verifiedAt);
      else {
        const id = `${generationId}-${segment.number}`;
        logs.insertSegment({ ...segment, id, generationId, state: 'proved', verifiedAt });
      }
    });
  }

  /** Null while there is no proved restore point that the log can be replayed on to its end. */
  coverage({ generationId, lastTransaction, untilAt }: OpenLog): Coverage | null {
    const { logs, backups } = this.store;
    const generation = logs.generation(generationId);
    if (!generation) return null;
    const bases = logs.basesIn(generationId);
    const links = bases.flatMap(({ pointId }) => {
      const entry = backups.get(pointId);
      return entry ? linksOf(entry, (id) => backups.get(id)) : [];
    });
    const { ranges } = timelineRanges({
      points: usablePoints(links),
      generations: [{ ...generation, lastTransaction, untilAt, endedAt: null, endedBecause: null }],
      segments: logs.segmentsIn(generationId),
      bases,
      isUsable: (segment) => this.isUsable(segment),
    });
    const range = ranges.find(({ open }) => open);
    return range ? { since: range.fromAt, transactionsBefore: lastTransaction - range.transactions } : null;
  }

  private isUsable({ id, state }: LogSegment): boolean {
    if (state === 'proved' || state === 'replayed') return true;
    return this.store.segmentCopies.of(id).some((copy) => copy.state === 'copied');
  }
}
