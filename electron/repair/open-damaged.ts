/** Opening and counting a copy of a damaged database. */
import Database from 'better-sqlite3';
import { quoted } from '../database/names';

/** Opens a copy so that SQLite reads on where it would stop: an entry of the schema, a cell, that makes no sense. */
export function openDamaged(file: string): Database.Database {
  const connection = new Database(file, { fileMustExist: true });
  connection.unsafeMode(true);
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cell_size_check = OFF');
  connection.pragma('writable_schema = ON');
  return connection;
}

/** Whether SQLite reads the schema of a copy at all. */
export function canBeOpened(file: string): boolean {
  const connection = openDamaged(file);
  try {
    connection.prepare('SELECT 1 FROM sqlite_schema').get();
    return true;
  } catch {
    // What is wrong with it is told when reading it fails after the header was put right.
    return false;
  } finally {
    connection.close();
  }
}

/** Rows that a plain scan of each table reads; null where it does not come to an end. */
export function scannedRows(source: Database.Database, tables: readonly string[]): (number | null)[] {
  return tables.map((table) => {
    try {
      return source
        .prepare(`SELECT count(*) FROM ${quoted(table)} NOT INDEXED`)
        .pluck()
        .get() as number;
    } catch {
      // Not knowing is the answer.
      return null;
    }
  });
}
