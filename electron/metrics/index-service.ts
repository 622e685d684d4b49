/** Everything that is done with record and index away from the main loop: in the worker, or inline in tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricGap } from '@shared/metrics';
import { IndexFile, isDamage, removeIndex } from './index-file';
import { type FoldAnswer, type FoldRequest, readFolds } from './index-read';
import { syncAll } from './index-sync';
import { readRecent, type Recent, type RecentRequest } from './recent';
import { RecordFiles } from './record-files';
import { rollUp } from './roll-up';
import type { KnownMetric } from './types';
import { keepUp } from './upkeep';

/** Folders below the home's `metrics`. */
export const recordFolder = (folder: string): string => join(folder, 'record');
export const indexFile = (folder: string): string => join(folder, 'index.sqlite');

export interface TakeInRequest {
  nowMs: number;
  timeZone: string;
  /** Packs and removes what is due. */
  upkeep: boolean;
  /** Reads all of the index first: a damaged one is found before it answers. */
  check: boolean;
}

export interface TakeInAnswer {
  /** The index was damaged, or missing beside a record, and was made anew. */
  rebuilt: boolean;
  /** Paths of files of the record in which new damage was found. */
  damaged: string[];
  known: KnownMetric[];
}

/** What the worker is asked for. */
export interface IndexRequests {
  recent: { request: RecentRequest; answer: Recent };
  takeIn: { request: TakeInRequest; answer: TakeInAnswer };
  folds: { request: FoldRequest; answer: FoldAnswer };
  gaps: { request: { fromMs: number; toMs: number }; answer: MetricGap[] };
}
export type IndexMethod = keyof IndexRequests;

/** Who answers: the worker or the same code inline. Rejects with what was thrown. */
export interface IndexBackend {
  ask<Method extends IndexMethod>(
    method: Method,
    request: IndexRequests[Method]['request'],
  ): Promise<IndexRequests[Method]['answer']>;
  close(): Promise<void>;
}

export class IndexService {
  private readonly files: RecordFiles;
  private readonly path: string;
  private index: IndexFile | null = null;
  private rebuilt = false;

  constructor(folder: string) {
    this.files = new RecordFiles(recordFolder(folder));
    this.path = indexFile(folder);
  }

  answer<Method extends IndexMethod>(
    method: Method,
    request: IndexRequests[Method]['request'],
  ): IndexRequests[Method]['answer'] {
    const methods: { [M in IndexMethod]: (request: IndexRequests[M]['request']) => IndexRequests[M]['answer'] } = {
      recent: (asked) => readRecent(this.files, asked),
      takeIn: (asked) => this.takeIn(asked),
      folds: (asked) => this.withIndex(false, (index) => readFolds(index, asked)),
      gaps: ({ fromMs, toMs }) => this.withIndex(false, (index) => index.gaps(fromMs, toMs)),
    };
    return methods[method](request);
  }

  close(): void {
    this.index?.close();
    this.index = null;
  }

  private takeIn({ nowMs, timeZone, upkeep, check }: TakeInRequest): TakeInAnswer {
    const damaged = this.withIndex(check, (index) => {
      const found = syncAll(index, this.files, nowMs);
      if (rollUp(index, this.files, nowMs, timeZone)) found.push(...syncAll(index, this.files, nowMs));
      if (upkeep) keepUp(index, this.files, nowMs);
      return found;
    });
    const known = this.withIndex(false, (index) => index.metrics());
    const { rebuilt } = this;
    this.rebuilt = false;
    return {
      rebuilt,
      damaged,
      known: known.map(({ key, lastValue, lastAtMs }) => ({ key, lastValue, lastAtMs })),
    };
  }

  /** Runs `work` on the index. One that turns out to be damaged is removed, made from the record and asked again. */
  private withIndex<T>(check: boolean, work: (index: IndexFile) => T): T {
    try {
      this.index ??= this.open(check);
      return work(this.index);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      this.close();
      removeIndex(this.path);
      this.index = this.open(false);
      return work(this.index);
    }
  }

  private open(check: boolean): IndexFile {
    const missing = !existsSync(this.path);
    const index = new IndexFile(this.path, check);
    if (missing && this.files.list().length > 0) this.rebuilt = true;
    return index;
  }
}
