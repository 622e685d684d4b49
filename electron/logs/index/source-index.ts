/** What is kept of one source: its files, its patterns, and its newest entries, which are no full block yet. */
import { LOG_FORMATS, type LogFormat, type LogLevel } from '@shared/logs';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { EntryBatch, FilePosition } from '../types';
import {
  BLOCK_ENTRIES,
  BLOCK_TEXT_BYTES,
  buildBlock,
  type BuiltBlock,
  type IndexedEntry,
  levelNumber,
  packColumns,
  packDetails,
} from './block';
import { fold, type Folded } from './casing';
import { filterOf } from './filter';
import { PatternBook } from './pattern-book';

/** What is known of a full block without reading it. */
export interface BlockMeta {
  number: number;
  source: number;
  count: number;
  fromMs: number;
  toMs: number;
  /** One bit for each level that occurs. */
  levels: number;
  readAtMs: number;
}

/** Numbers that all sources share. */
export interface Shared {
  nowMs: () => number;
  nextBlock: () => number;
  /** 0: without a name. */
  loggerId: (name: string | null) => number;
}

export const SourceRow = z.object({
  number: z.number(),
  id: z.string(),
  format: z.enum(LOG_FORMATS).nullable(),
  tail_block: z.number(),
  entries: z.number(),
  last_entry_ms: z.number().nullable(),
  caught_up: z.number(),
});

export const PositionRow = z
  .object({
    identity: z.string(),
    path: z.string(),
    offset: z.number(),
    content_check: z.string(),
    is_done: z.number(),
  })
  .transform(
    ({ is_done, content_check, ...row }): FilePosition => ({ ...row, check: content_check, isDone: is_done === 1 }),
  );

const FileRow = z.object({
  id: z.number(),
  identity: z.string(),
  path: z.string(),
  last_ms: z.number().nullable(),
});

const TailEntry: z.ZodType<IndexedEntry> = z.object({
  atMs: z.number(),
  hasOwnTime: z.boolean(),
  level: z.number(),
  patternId: z.number(),
  fileId: z.number(),
  loggerId: z.number(),
  offset: z.number(),
  sizeBytes: z.number(),
  lines: z.number(),
  isCut: z.boolean(),
  text: z.string(),
});

interface File {
  id: number;
  path: string;
  identity: string;
  lastMs: number | null;
}

interface Tail {
  block: number;
  entries: IndexedEntry[];
  folded: Folded[];
  bytes: number;
  /** Of these, so many are written in the table. */
  written: number;
  readAtMs: number;
}

export class SourceIndex {
  readonly number: number;
  readonly id: string;
  readonly patterns: PatternBook;
  format: LogFormat | null;
  entries: number;
  lastEntryMs: number | null;
  private caughtUp: boolean;
  private isDirty = false;
  /** Positions that are in memory only, by file. */
  private readonly moved = new Map<string, FilePosition>();
  private tail: Tail;
  private built: BuiltBlock | null = null;
  private readonly files = new Map<string, File>();
  private readonly statements;

  constructor(
    private readonly db: Database.Database,
    row: z.infer<typeof SourceRow>,
    private readonly shared: Shared,
  ) {
    this.number = row.number;
    this.id = row.id;
    this.format = row.format;
    this.entries = row.entries;
    this.lastEntryMs = row.last_entry_ms;
    this.caughtUp = row.caught_up === 1;
    this.patterns = new PatternBook(db, row.number, row.id);
    for (const raw of db.prepare('SELECT * FROM files WHERE source = ?').all(row.number)) {
      const { last_ms, ...file } = FileRow.parse(raw);
      this.files.set(file.identity, { ...file, lastMs: last_ms });
    }
    const stored = db.prepare('SELECT entries FROM tail WHERE source = ? ORDER BY place').pluck().all(row.number);
    const entries = stored.flatMap((raw) => z.array(TailEntry).parse(JSON.parse(String(raw))));
    const folded = entries.map(({ text }) => fold(text));
    this.tail = {
      block: row.tail_block,
      entries,
      folded,
      bytes: folded.reduce((sum, one) => sum + bytesOf(one), 0),
      written: entries.length,
      readAtMs: shared.nowMs(),
    };
    this.statements = {
      file: db.prepare(
        `INSERT INTO files (source, identity, path, offset, content_check, is_done, last_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET path = excluded.path, offset = excluded.offset,
           content_check = excluded.content_check, is_done = excluded.is_done,
           last_ms = excluded.last_ms RETURNING id`,
      ),
      source: db.prepare(
        'UPDATE sources SET format = ?, tail_block = ?, entries = ?, last_entry_ms = ?, caught_up = ? WHERE number = ?',
      ),
      tail: db.prepare('INSERT INTO tail (source, place, entries) VALUES (?, ?, ?)'),
      clearTail: db.prepare('DELETE FROM tail WHERE source = ?'),
      block: db.prepare(
        `INSERT INTO blocks (number, source, count, from_ms, to_ms, levels, read_at_ms, filter, columns, details, text)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
    };
  }

  /** How far its files were read. */
  positions(): FilePosition[] {
    return this.db
      .prepare('SELECT * FROM files WHERE source = ?')
      .all(this.number)
      .map((raw) => PositionRow.parse(raw));
  }

  /**
   * Takes entries and their position; gives the blocks that became full. Within a transaction that ends with `flush`: when
   * it is undone, this object is of no use any more.
   */
  take({ format, position, entries, behindBytes }: EntryBatch, alertFrom: LogLevel | null): BlockMeta[] {
    const { shared, tail } = this;
    const nowMs = shared.nowMs();
    const known = this.files.get(position.identity);
    const file = known ?? { id: this.writeFile(position, null), identity: position.identity, path: '', lastMs: null };
    file.path = position.path;
    const context = { nowMs, caughtUp: this.caughtUp, alertFrom };
    const full: BlockMeta[] = [];
    for (const entry of entries) {
      const hasOwnTime = entry.atMs !== null;
      const atMs = entry.atMs ?? file.lastMs ?? nowMs;
      file.lastMs = atMs;
      const level = levelNumber(entry.level);
      const { text, offset, sizeBytes, lines, isCut } = entry;
      const patternId = this.patterns.see({ text, level, atMs, hasOwnTime }, context);
      const loggerId = shared.loggerId(entry.logger);
      const folded = fold(text);
      tail.entries.push({
        ...{ atMs, hasOwnTime, level, patternId, fileId: file.id, loggerId, offset, sizeBytes, lines, isCut, text },
      });
      tail.folded.push(folded);
      tail.bytes += bytesOf(folded);
      this.lastEntryMs = Math.max(this.lastEntryMs ?? atMs, atMs);
      if (tail.entries.length >= BLOCK_ENTRIES || tail.bytes >= BLOCK_TEXT_BYTES) full.push(this.seal(nowMs));
    }
    if (entries.length > 0) {
      this.built = null;
      tail.readAtMs = nowMs;
    }
    this.entries += entries.length;
    this.files.set(position.identity, file);
    this.moved.set(position.identity, position);
    this.format = format;
    this.caughtUp ||= behindBytes === 0;
    this.isDirty = true;
    return full;
  }

  /** Writes what is in memory only. At the end of the transaction. */
  flush(): void {
    if (!this.isDirty) return;
    const { tail } = this;
    if (tail.written < tail.entries.length) {
      this.statements.tail.run(this.number, tail.written, JSON.stringify(tail.entries.slice(tail.written)));
      tail.written = tail.entries.length;
    }
    for (const position of this.moved.values()) {
      this.writeFile(position, this.files.get(position.identity)?.lastMs ?? null);
    }
    this.moved.clear();
    this.patterns.flush();
    this.statements.source.run(
      ...[this.format, tail.block, this.entries, this.lastEntryMs, this.caughtUp ? 1 : 0, this.number],
    );
    this.isDirty = false;
  }

  /** Its newest entries as a block; null when there are none. */
  newest(): { meta: BlockMeta; built: BuiltBlock } | null {
    const { entries, folded } = this.tail;
    if (entries.length === 0) return null;
    this.built ??= buildBlock(entries, folded);
    return { meta: this.metaOf(this.built, this.tail.readAtMs), built: this.built };
  }

  /** All of its newest entries were written and read before. */
  isTailOlder(beforeMs: number): boolean {
    const { entries, readAtMs } = this.tail;
    return entries.length > 0 && readAtMs < beforeMs && entries.every(({ atMs }) => atMs < beforeMs);
  }

  /** Forgets its newest entries. Within a transaction. */
  forgetTail(): void {
    this.forgetBlock(this.tail.entries.length);
    this.clearTail();
  }

  /** So many of its entries are gone. */
  forgetBlock(entries: number): void {
    this.entries = Math.max(0, this.entries - entries);
    this.isDirty = true;
  }

  private seal(nowMs: number): BlockMeta {
    const built = buildBlock(this.tail.entries, this.tail.folded);
    const meta = this.metaOf(built, nowMs);
    this.statements.block.run(
      ...[meta.number, meta.source, meta.count, meta.fromMs, meta.toMs, meta.levels, nowMs],
      ...[filterOf(built.text), packColumns(built.columns), packDetails(built.details), built.text],
    );
    this.clearTail();
    return meta;
  }

  private clearTail(): void {
    if (this.tail.written > 0) this.statements.clearTail.run(this.number);
    Object.assign(this.tail, { block: this.shared.nextBlock(), entries: [], folded: [], bytes: 0, written: 0 });
    this.built = null;
  }

  private metaOf({ columns }: BuiltBlock, readAtMs: number): BlockMeta {
    let [fromMs, toMs, levels] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const atMs of columns.times) {
      fromMs = Math.min(fromMs, atMs);
      toMs = Math.max(toMs, atMs);
    }
    for (const level of columns.levels) levels |= 1 << level;
    return {
      number: this.tail.block,
      source: this.number,
      count: columns.times.length,
      fromMs,
      toMs,
      levels,
      readAtMs,
    };
  }

  private writeFile({ identity, path, offset, check, isDone }: FilePosition, lastMs: number | null): number {
    const row = this.statements.file.get(this.number, identity, path, offset, check, isDone ? 1 : 0, lastMs);
    return FileRow.pick({ id: true }).parse(row).id;
  }
}

/** Three bytes a character at most: whether the block is full need not be known to the byte. */
const bytesOf = ({ text }: Folded): number => Buffer.byteLength(text) + 1;
