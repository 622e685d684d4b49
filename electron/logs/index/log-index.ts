/** The index of all followed logs: one file, which one process writes and reads. What cannot be read throws DATABASE_CORRUPT. */
import type { LogFormat, LogLevel } from '@shared/logs';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { wrapError } from '../../errors/wrap';
import type { EntryBatch, FilePosition } from '../types';
import { type BlockColumns, type BlockDetails, unpackColumns, unpackDetails } from './block';
import { LimitedMap } from './limited-map';
import { type BlockMeta, PositionRow, SourceIndex, SourceRow } from './source-index';
import { isDamage, openIndexFile } from './schema';

/** Names of loggers that are kept; beyond it entries have none. */
const MOST_LOGGERS = 5_000;
/** Of columns and filters of blocks in memory, bytes. */
const COLUMNS_KEPT_BYTES = 48 * 1024 * 1024;
/** Of texts and details of blocks in memory, bytes. */
const SHOWN_KEPT_BYTES = 12 * 1024 * 1024;
/** What is read at length is kept this often: fewer entries are written twice, as newest ones and in a block. */
const KEPT_AFTER_MS = 500;
/** Pages that are given back to the disk in one go. */
const VACUUM_PAGES = 1_000;

const MetaRow = z
  .object({
    number: z.number(),
    source: z.number(),
    count: z.number(),
    from_ms: z.number(),
    to_ms: z.number(),
    levels: z.number(),
    read_at_ms: z.number(),
  })
  .transform(
    ({ from_ms, to_ms, read_at_ms, ...row }): BlockMeta => ({
      ...row,
      fromMs: from_ms,
      toMs: to_ms,
      readAtMs: read_at_ms,
    }),
  );

export interface Summary {
  entries: number;
  format: LogFormat | null;
  lastEntryMs: number | null;
}

export class LogIndex {
  private sources = new Map<string, SourceIndex>();
  private byNumber = new Map<number, SourceIndex>();
  private blocks = new Map<number, BlockMeta>();
  private loggers = new Map<string, number>();
  private loggerNames = new Map<number, string>();
  private nextBlock = 1;
  private columns = new LimitedMap<BlockColumns>(COLUMNS_KEPT_BYTES);
  private filters = new LimitedMap<Uint8Array>(COLUMNS_KEPT_BYTES);
  private texts = new LimitedMap<Buffer>(SHOWN_KEPT_BYTES);
  private details = new LimitedMap<BlockDetails>(SHOWN_KEPT_BYTES);
  /** Grows with each change of what is kept. */
  revision = 0;
  /** When the transaction began that is open. */
  private sinceMs = 0;
  private readonly wideColumns;
  private readonly fileById;

  private constructor(
    private readonly db: Database.Database,
    private readonly nowMs: () => number,
  ) {
    const wide = (name: string): Database.Statement =>
      db.prepare(`SELECT ${name} FROM blocks WHERE number = ?`).pluck();
    this.fileById = db.prepare('SELECT * FROM files WHERE id = ?');
    this.wideColumns = {
      filter: wide('filter'),
      columns: wide('columns'),
      details: wide('details'),
      text: wide('text'),
    };
  }

  /** Opens the index in `folder`; `rebuilt` says why one that was there had to go. */
  static open(folder: string, nowMs: () => number): { index: LogIndex; rebuilt: string | null } {
    const { db, rebuilt } = openIndexFile(folder, nowMs());
    const index = new LogIndex(db, nowMs);
    try {
      index.load();
    } catch (thrown) {
      db.close();
      throw wrapError(thrown, {}, 'DATABASE_CORRUPT');
    }
    return { index, rebuilt };
  }

  /** What was taken and not kept is undone. */
  close(): void {
    this.db.close();
  }

  /**
   * Takes entries and the position behind them. They are found at once, and kept from `commit` on, which comes by itself
   * when all was read or some time has passed: both or none of them. When it throws, all that was not kept is undone, of
   * all sources: they are to be read on from their `positions`.
   */
  take(batch: EntryBatch, alertFrom: LogLevel | null): void {
    this.guarded(() => {
      if (!this.db.inTransaction) {
        this.db.exec('BEGIN IMMEDIATE');
        this.sinceMs = performance.now();
      }
      const full = this.ensure(batch.sourceId).take(batch, alertFrom);
      for (const meta of full) this.blocks.set(meta.number, meta);
      this.revision++;
    });
    if (batch.behindBytes === 0 || performance.now() - this.sinceMs >= KEPT_AFTER_MS) this.commit();
  }

  /** Brings what was taken to the file. Throws as `take` does. */
  commit(): void {
    if (!this.db.inTransaction) return;
    this.guarded(() => {
      for (const source of this.sources.values()) source.flush();
      this.db.exec('COMMIT');
    });
  }

  positions(sourceId: string): FilePosition[] {
    this.commit();
    return this.sources.get(sourceId)?.positions() ?? [];
  }

  summary(sourceId: string): Summary | null {
    return this.sources.get(sourceId) ?? null;
  }

  sourceIds = (): string[] => [...this.sources.keys()];
  source = (sourceId: string): SourceIndex | null => this.sources.get(sourceId) ?? null;
  sourceOf = (number: number): SourceIndex | null => this.byNumber.get(number) ?? null;
  logger = (id: number): string | null => this.loggerNames.get(id) ?? null;
  block = (number: number): BlockMeta | null => this.blocks.get(number) ?? null;

  file(id: number): FilePosition | null {
    const raw = this.fileById.get(id);
    return raw === undefined ? null : PositionRow.parse(raw);
  }

  /** Full blocks, those of a source in the order in which they were read. */
  metas = (): BlockMeta[] => [...this.blocks.values()];

  columnsOf(number: number): BlockColumns {
    return this.columns.get(number, () => {
      const packed = unpackColumns(this.wide(number, 'columns'));
      return { value: packed, bytes: packed.times.buffer.byteLength };
    });
  }

  filterOf(number: number): Uint8Array {
    return this.filters.get(number, () => {
      const filter = this.wide(number, 'filter');
      return { value: filter, bytes: filter.length };
    });
  }

  detailsOf(number: number): BlockDetails {
    return this.details.get(number, () => {
      const details = unpackDetails(this.wide(number, 'details'));
      return { value: details, bytes: details.offsets.buffer.byteLength };
    });
  }

  /** For what is shown: it is kept for a while. */
  textOf(number: number): Buffer {
    return this.texts.get(number, () => {
      const text = this.wide(number, 'text');
      return { value: text, bytes: text.length };
    });
  }

  /** For what is searched through: once. */
  textOnce(number: number): Buffer {
    return this.wide(number, 'text');
  }

  /** Frees what is only kept to be fast. */
  forgetCaches(): void {
    for (const cache of [this.columns, this.filters, this.texts, this.details]) cache.clear();
  }

  /** Removes a source with all that was read of it, block by block: call it until it gives false. */
  removeSome(sourceId: string): boolean {
    const source = this.sources.get(sourceId);
    if (!source) return false;
    const next = this.metas().find((meta) => meta.source === source.number);
    if (next) {
      this.removeBlock(next);
      return true;
    }
    this.atomically(() => {
      this.db.prepare('DELETE FROM sources WHERE number = ?').run(source.number);
      this.sources.delete(sourceId);
      this.byNumber.delete(source.number);
    });
    return false;
  }

  /** Removes one block, of at most BLOCK_ENTRIES entries. */
  removeBlock({ number, source, count }: BlockMeta): void {
    this.atomically(() => {
      this.db.prepare('DELETE FROM blocks WHERE number = ?').run(number);
      this.byNumber.get(source)?.forgetBlock(count);
      this.blocks.delete(number);
    });
    for (const cache of [this.columns, this.filters, this.texts, this.details]) cache.delete(number);
  }

  /** Forgets the newest entries of sources in which nothing was written since. */
  forgetTails(beforeMs: number): void {
    const due = [...this.sources.values()].filter((source) => source.isTailOlder(beforeMs));
    for (const source of due) this.atomically(() => source.forgetTail());
  }

  /** Of the file, without what is free in it. */
  usedBytes(): number {
    const [pages = 0, free = 0, size = 0] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(this.db.pragma(name, { simple: true })),
    );
    return (pages - free) * size;
  }

  /** Gives some of what is free back to the disk; false when there is nothing more. */
  shrink(): boolean {
    const free = (): number => Number(this.db.pragma('freelist_count', { simple: true }));
    const before = free();
    // A little stays for what comes next.
    if (before <= VACUUM_PAGES) return false;
    this.db.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
    return free() < before;
  }

  private wide(number: number, column: 'filter' | 'columns' | 'details' | 'text'): Buffer {
    const value: unknown = this.wideColumns[column].get(number);
    if (Buffer.isBuffer(value)) return value;
    throw wrapError(Object.assign(new Error(`block ${number} has no ${column}`), { code: 'SQLITE_CORRUPT' }));
  }

  private ensure(sourceId: string): SourceIndex {
    const known = this.sources.get(sourceId);
    if (known) return known;
    const statement = this.db.prepare('INSERT INTO sources (id, tail_block) VALUES (?, ?) RETURNING *');
    return this.add(statement.get(sourceId, this.nextBlock++));
  }

  private add(row: unknown): SourceIndex {
    const shared = {
      nowMs: this.nowMs,
      nextBlock: () => this.nextBlock++,
      loggerId: (name: string | null) => this.loggerId(name),
    };
    const source = new SourceIndex(this.db, SourceRow.parse(row), shared);
    this.sources.set(source.id, source);
    this.byNumber.set(source.number, source);
    return source;
  }

  private loggerId(name: string | null): number {
    if (name === null) return 0;
    const known = this.loggers.get(name);
    if (known !== undefined) return known;
    if (this.loggers.size >= MOST_LOGGERS) return 0;
    const id = Number(this.db.prepare('INSERT INTO loggers (name) VALUES (?)').run(name).lastInsertRowid);
    this.loggers.set(name, id);
    this.loggerNames.set(id, name);
    return id;
  }

  /** Runs `work` and keeps what it did. */
  private atomically(work: () => void): void {
    this.guarded(() => {
      if (!this.db.inTransaction) this.db.exec('BEGIN IMMEDIATE');
      work();
      this.revision++;
    });
    this.commit();
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      // What is in memory is ahead of what is kept.
      if (!isDamage(thrown)) this.load();
      throw thrown;
    }
  }

  private load(): void {
    this.forgetCaches();
    this.sources = new Map();
    this.byNumber = new Map();
    const LoggerRow = z.object({ id: z.number(), name: z.string() });
    const loggers = this.db
      .prepare('SELECT id, name FROM loggers')
      .all()
      .map((raw) => LoggerRow.parse(raw));
    this.loggers = new Map(loggers.map(({ id, name }) => [name, id]));
    this.loggerNames = new Map(loggers.map(({ id, name }) => [id, name]));
    const metas = this.db
      .prepare('SELECT number, source, count, from_ms, to_ms, levels, read_at_ms FROM blocks ORDER BY number')
      .all()
      .map((raw) => MetaRow.parse(raw));
    this.blocks = new Map(metas.map((meta) => [meta.number, meta]));
    for (const row of this.db.prepare('SELECT * FROM sources').all()) this.add(row);
    const tails = this.db.prepare('SELECT coalesce(max(tail_block), 0) FROM sources').pluck().get();
    this.nextBlock = Math.max(this.nextBlock, Number(tails) + 1, (metas.at(-1)?.number ?? 0) + 1);
    this.revision++;
  }
}
