/** Whether this SQLite can write rows of a table at all: its schema may need what only the application has. */
import Database from 'better-sqlite3';
import type { PartialObstacle } from '@shared/recovery';
import type { Table } from './schema';
import { quoted } from '../database/names';

interface Fault {
  obstacle: PartialObstacle;
  detail: string;
}

const FAULTS: [pattern: RegExp, obstacle: PartialObstacle][] = [
  [/no such (?:collation sequence|function|module): (.+)/, 'column-missing-module'],
  [/unsafe use of (.+)/, 'column-missing-module'],
  [/no such column: (".*") - should this be a string literal/, 'schema-needs-double-quoted-strings'],
];

/** Makes the table and its indexes in memory and prepares what a restore does with them; null when all of that works. */
export function probeTable(table: Table): Fault | null {
  const connection = new Database(':memory:');
  try {
    connection.pragma('trusted_schema = OFF');
    // The tables that it refers to are not there.
    connection.pragma('foreign_keys = OFF');
    connection.exec(table.sql);
    for (const { sql } of table.indexes) connection.exec(sql);
    const [column] = table.columns.filter(({ generated }) => !generated);
    connection.prepare(`INSERT INTO ${quoted(table.name)} DEFAULT VALUES`);
    connection.prepare(`SELECT * FROM ${quoted(table.name)} ORDER BY 1`);
    if (column) connection.prepare(`UPDATE ${quoted(table.name)} SET ${quoted(column.name)} = NULL`);
    return null;
  } catch (thrown) {
    const { message } = thrown as Error;
    for (const [pattern, obstacle] of FAULTS) {
      const found = pattern.exec(message);
      if (found) return { obstacle, detail: found[1] ?? '' };
    }
    return { obstacle: 'schema-unreadable', detail: message };
  } finally {
    connection.close();
  }
}
