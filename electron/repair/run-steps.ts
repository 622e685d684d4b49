/** The steps of a repair as SQL, on a connection inside a transaction. */
import type Database from 'better-sqlite3';
import type { RepairKind } from '@shared/integrity';
import { openHardened } from '../backup/snapshot';
import { columnNames, quoted, rowidName } from '../database/names';

/** A step as the job gets it. */
export interface JobStep {
  id: string;
  kind: RepairKind;
  /** Index, table, or name of the rule. */
  subject: string;
  /** Of a rule: the question that returns its rows, and the statement that mends them. */
  rule: { sql: string; fixSql: string } | null;
}

/**
 * Opens a database whose indexes are to be written anew. A page of the old index that makes no sense must not be in the way
 * of letting go of it; what becomes of the file is checked in full before and after.
 */
export function openForRepair(file: string, busyTimeoutMs: number): Database.Database {
  const connection = openHardened(file, { timeout: busyTimeoutMs });
  connection.pragma('cell_size_check = OFF');
  return connection;
}

/** A statement that changes rows and nothing else: no schema, no pragma, no transaction of its own. */
const CHANGES_ROWS = /^\s*(?:insert|update|delete|replace|with)\b/i;

/** @throws what SQLite throws, or an error that says why the step cannot be done */
export function runStep(connection: Database.Database, step: JobStep): void {
  RUN[step.kind](connection, step);
}

const RUN: Record<RepairKind, (connection: Database.Database, step: JobStep) => void> = {
  reindex(connection, { subject }) {
    requireObject(connection, 'index', subject);
    connection.exec(`REINDEX ${quoted(subject)}`);
  },
  'fts-rebuild'(connection, { subject }) {
    requireObject(connection, 'table', subject);
    connection.prepare(`INSERT INTO ${quoted(subject)} (${quoted(subject)}) VALUES ('rebuild')`).run();
  },
  sequence(connection, { subject }) {
    requireObject(connection, 'table', subject);
    const rowid = rowidName(columnNames(connection, subject));
    if (rowid === null) throw new Error(`${subject} has no name for its rowid`);
    const highest = `(SELECT max(${rowid}) FROM ${quoted(subject)})`;
    const { changes } = connection
      .prepare(`UPDATE sqlite_sequence SET seq = ${highest} WHERE name = ? AND seq < ${highest}`)
      .run(subject);
    const isThere = connection.prepare('SELECT 1 FROM sqlite_sequence WHERE name = ?').get(subject);
    if (changes > 0 || isThere) return;
    connection.prepare(`INSERT INTO sqlite_sequence (name, seq) SELECT ?, ${highest}`).run(subject);
  },
  'rule-fix'(connection, { subject, rule }) {
    if (!rule) throw new Error(`the rule ${subject} names no statement that mends its rows`);
    if (!CHANGES_ROWS.test(rule.fixSql)) throw new Error('the statement of the rule does more than change rows');
    const before = countRows(connection, rule.sql);
    const statement = connection.prepare(rule.fixSql);
    if (statement.readonly) throw new Error('the statement of the rule changes nothing');
    if (statement.reader) statement.all();
    else statement.run();
    const after = countRows(connection, rule.sql);
    if (after >= before) throw new Error(`${after} rows break the rule afterwards, ${before} before`);
  },
};

function requireObject(connection: Database.Database, type: 'index' | 'table', name: string): void {
  const isThere = connection.prepare('SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?').get(type, name);
  if (!isThere) throw new Error(`there is no ${type} ${name}`);
}

function countRows(connection: Database.Database, sql: string): number {
  const statement = connection.prepare(sql);
  if (!statement.readonly) throw new Error('the question of the rule would change something');
  let count = 0;
  for (const _ of statement.raw().safeIntegers().iterate()) count++;
  return count;
}
