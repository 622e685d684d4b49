/** Names of tables, columns and indexes in SQL that is put together. */
import type Database from 'better-sqlite3';

/** A name as SQLite takes it anywhere. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A name for the rowid that no column takes; null when all three are taken. */
export function rowidName(columns: readonly string[]): string | null {
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null;
}

/** All columns of a table, hidden and generated ones too. @throws what SQLite throws */
export function columnNames(connection: Database.Database, table: string): string[] {
  return connection.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table) as string[];
}
