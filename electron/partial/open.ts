/** Connections for the restore of rows. */
import type Database from 'better-sqlite3';
import { openHardened } from '../backup/snapshot';
import { attach, PAST, WORK } from './worksheet';

export interface Beside {
  contentFile: string;
  workFile: string;
}

/** Opens a database whose rows are written, with content and worksheet beside it. Throws what SQLite throws. */
export function openForRows(file: string, beside: Beside, busyTimeoutMs: number): Database.Database {
  return prepared(openHardened(file, { timeout: busyTimeoutMs }), beside);
}

/** The same to compare only. */
export function openToCompare(file: string, beside: Beside, busyTimeoutMs: number): Database.Database {
  return prepared(openHardened(file, { readonly: true, timeout: busyTimeoutMs }), beside);
}

function prepared(connection: Database.Database, { contentFile, workFile }: Beside): Database.Database {
  try {
    // Inside a transaction this would do nothing; what cascades would change rows that nobody chose.
    connection.pragma('foreign_keys = OFF');
    // As in applications; better-sqlite3's own default differs.
    connection.pragma('recursive_triggers = OFF');
    // In WAL mode a commit is on the disk only with this.
    connection.pragma('synchronous = FULL');
    attach(connection, contentFile, PAST);
    attach(connection, workFile, WORK);
    connection.pragma(`${WORK}.journal_mode = MEMORY`);
    return connection;
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}
