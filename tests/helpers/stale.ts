/** Faults that SQLite finds and that harm no row: made by SQLite itself, behind the back of its own rules. */
import Database from 'better-sqlite3';

/** Runs statements while an index is not known: it is stale afterwards. */
export function makeStale(file: string, index: string, sql: string): void {
  const database = new Database(file);
  try {
    database.unsafeMode(true);
    const entry = database.prepare('SELECT * FROM sqlite_schema WHERE name = ?').get(index) as Record<string, unknown>;
    database.pragma('writable_schema = ON');
    database.prepare('DELETE FROM sqlite_schema WHERE name = ?').run(index);
    database.pragma('writable_schema = RESET');
    database.exec(sql);
    database.pragma('writable_schema = ON');
    database.prepare('INSERT INTO sqlite_schema VALUES (@type, @name, @tbl_name, @rootpage, @sql)').run(entry);
    database.pragma('writable_schema = RESET');
  } finally {
    database.close();
  }
}

/** Writes what only SQLite should write: parts of full-text indexes. */
export function writeUnsafely(file: string, sql: string): void {
  const database = new Database(file);
  try {
    database.unsafeMode(true);
    database.exec(sql);
  } finally {
    database.close();
  }
}
