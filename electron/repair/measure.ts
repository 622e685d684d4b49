/** What must be the same before and after a repair: the schema, and how many rows each table has. */
import type Database from 'better-sqlite3';
import { quoted } from '../database/names';
import type { JobStep } from './run-steps';

export interface Measure {
  schema: string;
  /** Rows of each table; null where it cannot be read to its end. */
  rows: Map<string, number | null>;
}

/** @throws what SQLite throws where the schema cannot be read */
export function measure(connection: Database.Database): Measure {
  const objects = connection.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all();
  const tables = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name")
    .pluck()
    .all() as string[];
  return { schema: JSON.stringify(objects), rows: new Map(tables.map((name) => [name, countOf(connection, name)])) };
}

/** By the table itself: an index that lacks entries has another number of them. */
function countOf(connection: Database.Database, table: string): number | null {
  try {
    return connection
      .prepare(`SELECT count(*) FROM ${quoted(table)} NOT INDEXED`)
      .pluck()
      .get() as number;
  } catch {
    // Damaged already, which the check has told; a repair must only not make it so.
    return null;
  }
}

/**
 * What SQLite still says of the index or full-text index that a step has mended, while that can be taken back; null for
 * nothing.
 */
export function stillWrong(connection: Database.Database, { kind, subject }: JobStep, before: Measure): string | null {
  const tableOf = connection.prepare("SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?").pluck();
  const table = kind === 'reindex' ? tableOf.get(subject) : kind === 'fts-rebuild' ? subject : undefined;
  // A table that could not be read before has faults that no index mends.
  if (typeof table !== 'string' || before.rows.get(table) === null) return null;
  const lines = connection
    .prepare(`PRAGMA integrity_check(${quoted(table)})`)
    .pluck()
    .all() as string[];
  return lines.find((line) => line.includes(subject)) ?? null;
}

/** Why the second is not what a repair may leave of the first; null when it is. */
export function whatChanged(before: Measure, after: Measure, steps: readonly JobStep[]): string | null {
  if (before.schema !== after.schema) return 'the schema would be another one';
  const mayChange = steps.some(({ kind }) => kind === 'rule-fix');
  const rebuilt = steps.filter(({ kind }) => kind === 'fts-rebuild').map(({ subject }) => subject);
  for (const [table, count] of before.rows) {
    if (count === null || count === after.rows.get(table)) continue;
    if (mayChange && after.rows.get(table) !== null) continue;
    if (rebuilt.some((subject) => isIndexPart(table, subject)) || table === 'sqlite_sequence') continue;
    return `${table} had ${count} rows and would have ${after.rows.get(table) ?? 'some that cannot be read'}`;
  }
  return null;
}

/** Tables that a full-text index keeps beside its content. */
const INDEX_PARTS = ['data', 'idx', 'docsize', 'config', 'segments', 'segdir', 'stat'];

function isIndexPart(table: string, fullText: string): boolean {
  return INDEX_PARTS.some((part) => table === `${fullText}_${part}`);
}
