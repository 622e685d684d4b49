/** The index of measurements: a SQLite file that can be thrown away, because it is made from the record. */
import { existsSync, rmSync } from 'node:fs';
import type { MetricGap, Tier } from '@shared/metrics';
import Database from 'better-sqlite3';

const SHAPE = 1;
// Only the worker writes; a person who looks into the file with sqlite3 may hold it for a moment.
const BUSY_TIMEOUT_MS = 5_000;
const DELETED_AT_ONCE = 5_000;

// No auto_vacuum: the pages that an old hour leaves are filled by the next new one, and keeping account of them would add
// to what each hour writes. Small tables are WITHOUT ROWID for the same reason: one page a row changed, not two.
const SCHEMA = `
  CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, last_at INTEGER NOT NULL,
    last_value REAL NOT NULL) STRICT;
  CREATE TABLE chunks (tier TEXT NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL, histograms BLOB,
    PRIMARY KEY (tier, start)) STRICT;
  CREATE TABLE days (start INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE gaps (from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (from_ms, reason)) STRICT, WITHOUT ROWID;
  CREATE TABLE forgotten (key TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE files (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL, packed INTEGER, damaged INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- Hours whose minutes are not yet in an hour or in a day.
  CREATE TABLE pending (tier TEXT NOT NULL, hour INTEGER NOT NULL, PRIMARY KEY (tier, hour)) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SHAPE};
`;

/** What names one row of the tables that get old. */
const ROW_NAMES = { chunks: 'tier, start', gaps: 'from_ms, reason', metrics: 'id', days: 'start' };

export interface IndexedFile {
  bytes: number;
  packed: number | null;
  damaged: number;
}
export interface ChunkRow {
  start: number;
  data: Buffer;
  histograms: Buffer | null;
}

/** True for a file that is no index, or a damaged one: it is made anew. */
export function isDamage(thrown: unknown): boolean {
  const { code, name } = thrown as { code?: unknown; name?: unknown };
  return name === 'DamagedChunk' || (typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB)/.test(code));
}

/** Removes an index with its log. */
export function removeIndex(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) rmSync(path, { force: true });
}

export class IndexFile {
  readonly db: Database.Database;
  private readonly statements = new Map<string, Database.Statement>();

  /** Opens or makes it. `check` reads all of it first. Throws SQLite's errors; `isDamage` knows those of a damaged file. */
  constructor(file: string, check: boolean) {
    const isNew = !existsSync(file);
    this.db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      this.prepare(isNew, check);
    } catch (thrown) {
      this.db.close();
      throw thrown;
    }
  }

  private prepare(isNew: boolean, check: boolean): void {
    // Each hour changes a few small rows beside its chunk: small pages make that cheap. Said before the first table is made.
    if (isNew) this.db.pragma('page_size = 2048');
    // One write a commit, and none of it waits for the disk: what a power cut takes is made again from the record.
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.pragma('trusted_schema = OFF');
    this.db.pragma('cell_size_check = ON');
    const shape = Number(this.db.pragma('user_version', { simple: true }));
    if (shape === 0 && isNew) this.atomically(() => this.db.exec(SCHEMA));
    else if (shape !== SHAPE) throw damage(`it has shape ${shape}`);
    if (!check) return;
    const fault = String(this.db.pragma('quick_check(1)', { simple: true }));
    if (fault !== 'ok') throw damage(fault);
  }

  atomically<T>(work: () => T): T {
    return this.db.transaction(work).immediate();
  }

  private statement(sql: string): Database.Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const prepared = this.db.prepare(sql);
    this.statements.set(sql, prepared);
    return prepared;
  }

  /** Id of a metric, or null when it has none. */
  findId(key: string): number | null {
    return (this.statement('SELECT id FROM metrics WHERE key = ?').pluck().get(key) as number | undefined) ?? null;
  }

  /** Notes the newest bucket of a metric and gives its id. */
  noteMetric(key: string, atMs: number, value: number): number {
    const known = this.findId(key);
    if (known === null) {
      const insert = this.statement('INSERT INTO metrics (key, last_at, last_value) VALUES (?, ?, ?)');
      return Number(insert.run(key, atMs, value).lastInsertRowid);
    }
    this.statement('UPDATE metrics SET last_at = ?, last_value = ? WHERE id = ? AND last_at <= ?').run(
      atMs,
      value,
      known,
      atMs,
    );
    return known;
  }

  metrics(): { id: number; key: string; lastAtMs: number; lastValue: number }[] {
    return this.statement(
      'SELECT id, key, last_at AS lastAtMs, last_value AS lastValue FROM metrics ORDER BY key',
    ).all() as { id: number; key: string; lastAtMs: number; lastValue: number }[];
  }

  /** Writes a chunk in the place of the one with its start; one that is the same is not written. */
  putChunk(tier: Tier, start: number, data: Buffer, histograms: Buffer | null): void {
    this.statement(
      `INSERT INTO chunks (tier, start, data, histograms) VALUES (?, ?, ?, ?) ON CONFLICT (tier, start) DO UPDATE SET
         data = excluded.data, histograms = excluded.histograms
         WHERE data IS NOT excluded.data OR histograms IS NOT excluded.histograms`,
    ).run(tier, start, data, histograms);
  }

  /** Chunks that start in the range, oldest first, one at a time. */
  chunks(tier: Tier, fromStart: number, toMs: number): IterableIterator<ChunkRow> {
    const sql = `SELECT start, data, histograms FROM chunks WHERE tier = ? AND start >= ? AND start < ? ORDER BY start`;
    // Not a shared statement: one that is being stepped through cannot be used again.
    return this.db.prepare(sql).iterate(tier, fromStart, toMs) as IterableIterator<ChunkRow>;
  }

  file(name: string): IndexedFile | null {
    const sql = 'SELECT bytes, packed, damaged FROM files WHERE name = ?';
    return (this.statement(sql).get(name) as IndexedFile | undefined) ?? null;
  }

  putFile(name: string, { bytes, packed, damaged }: IndexedFile): void {
    this.statement('INSERT OR REPLACE INTO files (name, bytes, packed, damaged) VALUES (?, ?, ?, ?)').run(
      name,
      bytes,
      packed,
      damaged,
    );
  }

  dropFile(name: string): void {
    this.statement('DELETE FROM files WHERE name = ?').run(name);
  }

  pending(tier: Tier): number[] {
    return this.statement('SELECT hour FROM pending WHERE tier = ? ORDER BY hour').pluck().all(tier) as number[];
  }

  setPending(tier: Tier, hour: number, on: boolean): void {
    if (on) this.statement('INSERT OR IGNORE INTO pending (tier, hour) VALUES (?, ?)').run(tier, hour);
    else this.statement('DELETE FROM pending WHERE tier = ? AND hour = ?').run(tier, hour);
  }

  putDay(start: number, until: number): void {
    this.statement('INSERT OR REPLACE INTO days (start, until) VALUES (?, ?)').run(start, until);
  }

  /** The last day that starts at or before, and the first that starts after `atMs`. */
  daysAround(atMs: number): { before: { start: number; until: number } | null; nextStart: number | null } {
    const before = this.statement('SELECT start, until FROM days WHERE start <= ? ORDER BY start DESC LIMIT 1').get(
      atMs,
    );
    const nextStart = this.statement('SELECT min(start) FROM days WHERE start > ?').pluck().get(atMs);
    return {
      before: (before as { start: number; until: number } | undefined) ?? null,
      nextStart: nextStart as number | null,
    };
  }

  /** False when it was known. */
  putGap({ fromMs, toMs, reason }: MetricGap): boolean {
    const sql = 'INSERT OR IGNORE INTO gaps (from_ms, to_ms, reason) VALUES (?, ?, ?)';
    return this.statement(sql).run(Math.round(fromMs), Math.round(toMs), reason).changes > 0;
  }

  gaps(fromMs: number, toMs: number): MetricGap[] {
    const sql = `SELECT from_ms AS fromMs, to_ms AS toMs, reason FROM gaps WHERE to_ms > ? AND from_ms < ? ORDER BY from_ms`;
    return this.statement(sql).all(fromMs, toMs) as MetricGap[];
  }

  /** Drops what was kept of a metric before `atMs`; false when that was known. */
  forget(key: string, atMs: number): boolean {
    const isNew =
      this.statement(
        `INSERT INTO forgotten (key, at) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET at = excluded.at
           WHERE excluded.at > at`,
      ).run(key, Math.round(atMs)).changes > 0;
    // Without its id nobody finds its columns; they leave with their chunks.
    if (isNew) this.statement('DELETE FROM metrics WHERE key = ?').run(key);
    return isNew;
  }

  forgotten(): Map<string, number> {
    const rows = this.statement('SELECT key, at FROM forgotten').all() as { key: string; at: number }[];
    return new Map(rows.map(({ key, at }) => [key, at]));
  }

  /** Deletes the rows of `table` that `where` names, never more than 5 000 in one transaction; gives how many. */
  deleteInBatches(table: keyof typeof ROW_NAMES, where: string, ...values: (string | number)[]): number {
    const row = ROW_NAMES[table];
    const sql = `DELETE FROM ${table} WHERE (${row}) IN (SELECT ${row} FROM ${table} WHERE ${where} LIMIT ${DELETED_AT_ONCE})`;
    for (let deleted = 0; ; ) {
      const { changes } = this.statement(sql).run(...values);
      deleted += changes;
      if (changes < DELETED_AT_ONCE) return deleted;
    }
  }

  /** Writes the log into the file and closes it. */
  close(): void {
    this.db.close();
  }
}

const damage = (detail: string) => Object.assign(new Error(detail), { code: 'SQLITE_CORRUPT' });
