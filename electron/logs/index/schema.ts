/** The file of the index. It can be read anew from the logs at any time: what is damaged, or of another version, goes. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { knownCode } from '../../errors/wrap';

const APPLICATION_ID = 0x484c_4f47;
const VERSION = 1;
const WAL_KEPT_BYTES = 8 * 1024 * 1024;
const CACHE_KIB = 8 * 1024;
export const INDEX_FILE = 'index.sqlite';

const SCHEMA = `
  CREATE TABLE sources (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    format TEXT,
    -- The block that its newest entries will be: those of the table 'tail'.
    tail_block INTEGER NOT NULL UNIQUE,
    entries INTEGER NOT NULL DEFAULT 0,
    last_entry_ms REAL,
    -- It was read up to its end at least once.
    caught_up INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources (number) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    path TEXT NOT NULL,
    offset INTEGER NOT NULL,
    content_check TEXT NOT NULL,
    is_done INTEGER NOT NULL,
    last_ms REAL,
    UNIQUE (source, identity)
  ) STRICT;

  CREATE TABLE loggers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE patterns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources (number) ON DELETE CASCADE,
    level INTEGER NOT NULL,
    text TEXT NOT NULL,
    sample TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_ms REAL NOT NULL,
    last_ms REAL NOT NULL,
    -- When it was first read, if the source had been read up to its end before; null otherwise.
    new_at_ms REAL,
    -- 0: nobody is told; 1: an alert of its own; 2: summed up with others.
    alert INTEGER NOT NULL,
    UNIQUE (source, level, text)
  ) STRICT;

  CREATE TABLE tail (
    source INTEGER NOT NULL REFERENCES sources (number) ON DELETE CASCADE,
    -- Of the first of these entries.
    place INTEGER NOT NULL,
    entries TEXT NOT NULL,
    PRIMARY KEY (source, place)
  ) STRICT, WITHOUT ROWID;

  -- The wide columns come last: a row is looked at without reading them.
  CREATE TABLE blocks (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES sources (number) ON DELETE CASCADE,
    count INTEGER NOT NULL,
    from_ms REAL NOT NULL,
    to_ms REAL NOT NULL,
    -- One bit for each level that occurs.
    levels INTEGER NOT NULL,
    read_at_ms REAL NOT NULL,
    filter BLOB NOT NULL,
    columns BLOB NOT NULL,
    details BLOB NOT NULL,
    text BLOB NOT NULL
  ) STRICT;
  CREATE INDEX blocks_source ON blocks (source);
`;

/** Seconds since September 2020: ids of patterns of an index that was made anew are none that were told before. */
const firstPatternId = (nowMs: number): number => Math.floor(nowMs / 1000) - 1_600_000_000;

export interface OpenedIndex {
  db: Database.Database;
  /** Why the index that was there was thrown away; null when it was not. */
  rebuilt: string | null;
}

export function openIndexFile(folder: string, nowMs: number): OpenedIndex {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, INDEX_FILE);
  const wasThere = existsSync(file);
  const first = tryOpen(file, nowMs);
  if (typeof first !== 'string') return { db: first, rebuilt: null };
  discardIndex(folder);
  const second = tryOpen(file, nowMs);
  if (typeof second === 'string') throw holdfastError('IO_ERROR', { params: { path: file }, detail: second });
  return { db: second, rebuilt: wasThere ? first : null };
}

export function discardIndex(folder: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(join(folder, `${INDEX_FILE}${end}`), { force: true });
}

/** True: what was thrown says that the file is no use any more. */
export const isDamage = (thrown: unknown): boolean => {
  const code = thrown instanceof HoldfastError ? thrown.code : knownCode(thrown);
  return code === 'DATABASE_CORRUPT' || code === 'NOT_A_DATABASE';
};

/** Gives the reason when the file is damaged or of another version. */
function tryOpen(file: string, nowMs: number): Database.Database | string {
  const db = new Database(file, { timeout: 2_000 });
  try {
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // After a power cut the last moments are read again from the logs.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    const version = Number(db.pragma('user_version', { simple: true }));
    const objects = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
    if (objects === 0) {
      db.transaction(() => {
        db.exec(SCHEMA);
        db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('patterns', ?)").run(firstPatternId(nowMs));
        db.pragma(`application_id = ${APPLICATION_ID}`);
        db.pragma(`user_version = ${VERSION}`);
      })();
      return db;
    }
    const application = Number(db.pragma('application_id', { simple: true }));
    if (application === APPLICATION_ID && version === VERSION) return db;
    db.close();
    return `it is of version ${version}`;
  } catch (thrown) {
    db.close();
    if (isDamage(thrown)) return (thrown as Error).message;
    throw thrown;
  }
}
