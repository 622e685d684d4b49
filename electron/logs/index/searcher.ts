/** Answers what is asked of the index. */
import { randomUUID } from 'node:crypto';
import {
  type LogEntry,
  type LogHistogram,
  type LogPattern,
  type LogQuery,
  type LogResult,
  SHOWN_CHARACTERS,
} from '@shared/logs';
import { holdfastError } from '../../errors/holdfast-error';
import type { FilePosition } from '../types';
import { type BuiltBlock, entryAt, type IndexedEntry, levelOf, placeOf } from './block';
import { bucketsOf } from './buckets';
import type { Found } from './found';
import type { LogIndex } from './log-index';
import { planOf } from './query';
import { scan, type ScanOptions } from './scan';

const RESULTS_KEPT = 5;

interface Kept {
  ids: Float64Array;
  size: number;
}

export interface EntryPlace {
  file: FilePosition | null;
  offset: number;
  sizeBytes: number;
  /** As it is kept. */
  text: string;
}

export class Searcher {
  private readonly results = new Map<string, Kept>();
  /** What was found last: a histogram and patterns of the same are asked for next. */
  private last: { key: string; revision: number; found: Promise<Found> } | null = null;

  constructor(
    private readonly index: LogIndex,
    private readonly options: ScanOptions,
    private readonly nowMs: () => number,
  ) {}

  /** @throws LOG_SEARCH_INVALID {reason} */
  async search(query: LogQuery): Promise<LogResult> {
    const startedMs = performance.now();
    const { ids, size, isWhole } = await this.found(query);
    const resultId = randomUUID();
    this.results.set(resultId, { ids, size });
    for (const oldest of this.results.keys()) {
      if (this.results.size <= RESULTS_KEPT) break;
      this.results.delete(oldest);
    }
    const throughId = ids.subarray(0, size).reduce((most, id) => Math.max(most, id), 0);
    return { resultId, total: size, throughId, tookMs: performance.now() - startedMs, isWhole };
  }

  /** @throws LOG_RESULT_GONE */
  rows(resultId: string, offset: number, limit: number): LogEntry[] {
    const kept = this.results.get(resultId);
    if (!kept) throw holdfastError('LOG_RESULT_GONE');
    return [...kept.ids.subarray(offset, Math.min(offset + limit, kept.size))].map((id) => {
      const entry = this.entry(id);
      // Removed since: places in the result would no longer be those of its entries.
      if (!entry) throw holdfastError('LOG_RESULT_GONE', { detail: `entry ${id}` });
      return entry;
    });
  }

  async histogram(query: LogQuery, buckets: number): Promise<LogHistogram> {
    return bucketsOf(await this.found(query), query, buckets);
  }

  /** The most frequent first, counted among what was found. */
  async patterns(query: LogQuery, limit: number): Promise<LogPattern[]> {
    const { patterns, size } = await this.found(query);
    const counts = countsOf(patterns, size);
    const nowMs = this.nowMs();
    const books = this.index.sourceIds().flatMap((id) => this.index.source(id)?.patterns ?? []);
    const shown: LogPattern[] = [];
    for (const [id, count] of [...counts].sort(([, a], [, b]) => b - a)) {
      const pattern = books.map((book) => book.shown(id, nowMs)).find((one) => one !== null);
      if (pattern) shown.push({ ...pattern, count });
      if (shown.length === limit) break;
    }
    return shown;
  }

  /** Entries around one or a moment, the oldest first; ITEM_UNKNOWN when it is not kept any more. */
  async around(
    at: { entryId: number } | { atMs: number },
    sourceId: string | null,
    count: number,
  ): Promise<LogEntry[]> {
    const entry = 'entryId' in at ? this.entry(at.entryId) : null;
    if ('entryId' in at && !entry) throw holdfastError('ITEM_UNKNOWN', { params: { id: at.entryId } });
    const atMs = entry ? entry.atMs : (at as { atMs: number }).atMs;
    const sourceIds = sourceId === null ? null : [sourceId];
    for (let reachMs = 60_000; ; reachMs *= 16) {
      const query = { sourceIds, fromMs: atMs - reachMs, toMs: atMs + reachMs, levels: null, text: null };
      const found = await scan(this.index, planOf({ ...query, isRegex: false, patternId: null }), this.options);
      const middle = middleOf(found, atMs, entry?.id ?? null);
      const half = Math.floor(count / 2);
      const isEnough = middle >= half && found.size - middle >= count - half;
      if (!isEnough && reachMs < EVER_MS) continue;
      const from = Math.max(0, Math.min(middle - half, found.size - count));
      return [...found.ids.subarray(from, Math.min(from + count, found.size))].flatMap((id) => this.entry(id) ?? []);
    }
  }

  /** Where an entry stands in its file; null when it is not kept any more. */
  place(id: number): EntryPlace | null {
    const found = this.stored(id);
    if (!found) return null;
    const { entry } = found;
    return { file: this.index.file(entry.fileId), offset: entry.offset, sizeBytes: entry.sizeBytes, text: entry.text };
  }

  /** Frees memory; results stay. */
  forget(): void {
    this.last = null;
    this.index.forgetCaches();
  }

  private found(query: LogQuery): Promise<Found> {
    const key = JSON.stringify(query);
    const { revision } = this.index;
    if (this.last?.key === key && this.last.revision === revision) return this.last.found;
    const plan = planOf(query);
    const found = scan(this.index, plan, this.options);
    const last = { key, revision, found };
    this.last = last;
    // What failed, or was ended early, is tried again when it is asked again.
    const drop = (): void => {
      if (this.last === last) this.last = null;
    };
    found.then(({ isWhole }) => isWhole || drop(), drop);
    return found;
  }

  private entry(id: number): LogEntry | null {
    const found = this.stored(id);
    if (!found) return null;
    const { entry, sourceId } = found;
    return {
      id,
      sourceId,
      file: this.index.file(entry.fileId)?.path ?? '',
      atMs: entry.atMs,
      hasOwnTime: entry.hasOwnTime,
      level: levelOf(entry.level),
      logger: this.index.logger(entry.loggerId),
      text: entry.text.slice(0, SHOWN_CHARACTERS),
      lines: entry.lines,
      isCut: entry.isCut || entry.text.length > SHOWN_CHARACTERS,
      patternId: entry.patternId,
    };
  }

  private stored(id: number): { entry: IndexedEntry; sourceId: string } | null {
    const { block, place } = placeOf(id);
    const { index } = this;
    const meta = index.block(block);
    if (meta) {
      const source = index.sourceOf(meta.source);
      if (!source || place >= meta.count) return null;
      const built: BuiltBlock = {
        columns: index.columnsOf(block),
        details: index.detailsOf(block),
        text: index.textOf(block),
      };
      return { entry: entryAt(built, place), sourceId: source.id };
    }
    for (const sourceId of index.sourceIds()) {
      const newest = index.source(sourceId)?.newest();
      if (newest?.meta.number === block && place < newest.meta.count) {
        return { entry: entryAt(newest.built, place), sourceId };
      }
    }
    return null;
  }
}

/** How often each number occurs. They lie close together: so do ids that were given one after the other. */
function countsOf(numbers: Uint32Array, size: number): Map<number, number> {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let at = 0; at < size; at++) {
    const number = numbers[at] ?? 0;
    if (number < least) least = number;
    if (number > most) most = number;
  }
  const counts = new Uint32Array(size === 0 ? 0 : most - least + 1);
  for (let at = 0; at < size; at++) {
    const place = (numbers[at] ?? 0) - least;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const found = new Map<number, number>();
  for (const [place, count] of counts.entries()) if (count > 0) found.set(least + place, count);
  return found;
}

/** Longer than any log. */
const EVER_MS = 1e15;

/** Place of the entry, or of the first one at that moment or later. */
function middleOf({ ids, times, size }: Found, atMs: number, id: number | null): number {
  if (id !== null) {
    const place = ids.subarray(0, size).indexOf(id);
    if (place !== -1) return place;
  }
  const place = times.subarray(0, size).findIndex((time) => time >= atMs);
  return place === -1 ? size : place;
}
