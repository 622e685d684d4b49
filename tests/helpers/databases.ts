/** Small real databases, and what can be said about one from outside. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

export interface DatabaseOptions {
  journalMode?: 'wal' | 'delete' | 'truncate' | 'persist';
  pageSizeBytes?: number;
  encoding?: 'UTF-8' | 'UTF-16le' | 'UTF-16be';
  autoVacuum?: 'none' | 'full' | 'incremental';
  /** Rows of `item`; each is about 120 bytes. */
  rows?: number;
  /** Random bytes more in each row, to make it large and hard to compress. */
  fillerBytes?: number;
  /** What tells this database from another one of the same shape. */
  label?: string;
  /** Further statements. */
  sql?: string;
}

/** Makes a database at `file` and closes it. Returns the path. */
export function makeDatabase(file: string, options: DatabaseOptions = {}): string {
  const { journalMode = 'wal', rows = 200, fillerBytes = 0, label = 'first' } = options;
  const database = new Database(file);
  try {
    if (options.pageSizeBytes) database.pragma(`page_size = ${options.pageSizeBytes}`);
    if (options.encoding) database.pragma(`encoding = "${options.encoding}"`);
    if (options.autoVacuum) database.pragma(`auto_vacuum = ${options.autoVacuum}`);
    database.pragma(`journal_mode = ${journalMode}`);
    database.exec(`CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
      CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL REFERENCES owner (id), title TEXT,
        filler BLOB);
      CREATE INDEX item_title ON item (title);
      INSERT INTO owner VALUES (1, '김하늘'), (2, 'Ada');`);
    const insert = database.prepare('INSERT INTO item (owner, title, filler) VALUES (?, ?, randomblob(?))');
    database.transaction(() => {
      for (let row = 0; row < rows; row++) insert.run(1 + (row % 2), `${label} ${row} ${'x'.repeat(80)}`, fillerBytes);
    })();
    if (options.sql) database.exec(options.sql);
  } finally {
    database.close();
  }
  return file;
}

/** Runs statements on a database in this process and closes it again. */
export function change(file: string, sql: string): void {
  const database = new Database(file, { timeout: 5000 });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** The first column of the first row. */
export function ask(file: string, sql: string): unknown {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    return database.prepare(sql).pluck().get();
  } finally {
    database.close();
  }
}

/** What SQLite's own check says: `ok`, or its first complaint. */
export const integrityOf = (file: string): unknown => ask(file, 'PRAGMA integrity_check');

/**
 * SHA-256 over schema, pragmas that belong to the file, and every row of every table: equal for databases that hold the
 * same, however their pages lie.
 */
export function logicalHash(file: string): string {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    const hash = createHash('sha256');
    for (const name of ['encoding', 'application_id', 'user_version']) {
      hash.update(`${name}=${String(database.pragma(name, { simple: true }))}\n`);
    }
    const objects = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
    hash.update(JSON.stringify(objects));
    const tables = database.prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')",
    );
    for (const name of (tables.pluck().all() as string[]).toSorted()) {
      if (name === 'sqlite_schema') continue;
      hash.update(`\n${name}\n`);
      const rows = database.prepare(
        `SELECT * FROM "${name}" ORDER BY 1, 2`.replace(', 2', columns(database, name) > 1 ? ', 2' : ''),
      );
      for (const row of rows.raw().safeIntegers().iterate() as Iterable<unknown[]>) {
        for (const value of row) hash.update(value instanceof Uint8Array ? value : `${typeof value} ${String(value)};`);
      }
    }
    return hash.digest('hex');
  } finally {
    database.close();
  }
}

function columns(database: Database.Database, table: string): number {
  return Number(database.prepare('SELECT count(*) FROM pragma_table_info(?)').pluck().get(table));
}

/** SHA-256 of a file's bytes; only for files that nobody in this process has open through SQLite. */
export const fileHash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Which of the files that belong to a database are there. */
export const filesOf = (file: string): string[] =>
  ['', '-wal', '-shm', '-journal'].filter((end) => existsSync(file + end));
