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
  /** Also takes in the hours of the day in hand, which memory has. */
  whole: boolean;
}

export interface TakeInAnswer {
  /** The index was damaged, or missing beside a record, and was made anew. */
  rebuilt: boolean;
  /** Paths of files of the record in which new damage was found. */
  damaged: string[];
  known: KnownMetric[];
}

export interface GapsRequest {
  fromMs: number;
  toMs: number;
  nowMs: number;
}

/** What the worker is asked for. `nowMs` says how much of the record a lost index is made from. */
export interface IndexRequests {
  recent: { request: RecentRequest; answer: Recent };
  takeIn: { request: TakeInRequest; answer: TakeInAnswer };
  folds: { request: FoldRequest & { nowMs: number }; answer: FoldAnswer };
  gaps: { request: GapsRequest; answer: MetricGap[] };
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
  /** What the next take-in tells. */
  private rebuilt = false;
  private damaged = new Set<string>();

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
      folds: (asked) => this.withIndex(asked.nowMs, false, (index) => readFolds(index, asked)),
      gaps: ({ fromMs, toMs, nowMs }) => this.withIndex(nowMs, false, (index) => index.gaps(fromMs, toMs)),
    };
    return methods[method](request);
  }

  close(): void {
    this.index?.close();
    this.index = null;
  }

  private takeIn({ nowMs, timeZone, upkeep, check, whole }: TakeInRequest): TakeInAnswer {
    const known = this.withIndex(nowMs, check, (index) => {
      // One transaction: a page that changes three times is written once.
      index.atomically(() => {
        this.sync(index, nowMs, whole);
        if (rollUp(index, this.files, nowMs, timeZone)) this.sync(index, nowMs, whole);
      });
      if (upkeep) keepUp(index, this.files, nowMs);
      return index.metrics().map(({ key, lastValue, lastAtMs }) => ({ key, lastValue, lastAtMs }));
    });
    const { rebuilt, damaged } = this;
    [this.rebuilt, this.damaged] = [false, new Set()];
    return { rebuilt, damaged: [...damaged], known };
  }

  private sync(index: IndexFile, nowMs: number, whole: boolean): void {
    for (const path of syncAll(index, this.files, nowMs, whole)) this.damaged.add(path);
  }

  /** Runs `work` on the index. One that turns out to be damaged is removed, made from the record and asked again. */
  private withIndex<T>(nowMs: number, check: boolean, work: (index: IndexFile) => T): T {
    try {
      this.index ??= this.open(nowMs, check);
      return work(this.index);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      this.close();
      removeIndex(this.path);
      this.index = this.open(nowMs, false);
      return work(this.index);
    }
  }

  private open(nowMs: number, check: boolean): IndexFile {
    const missing = !existsSync(this.path);
    const index = new IndexFile(this.path, check);
    if (missing && this.files.list().length > 0) {
      this.rebuilt = true;
      this.sync(index, nowMs, true);
    }
    return index;
  }
}
