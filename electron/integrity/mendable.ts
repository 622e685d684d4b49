/**
 * Which of the faults that SQLite names can be mended without touching a row: indexes and full-text indexes hold nothing
 * that is not in their tables, and AUTOINCREMENT counters follow from the rows.
 */
import type Database from 'better-sqlite3';
import type { RepairKind } from '@shared/integrity';
import { quoted, rowidName, columnNames } from '../database/names';

export interface Mendable {
  kind: Exclude<RepairKind, 'rule-fix'>;
  /** Index, full-text table, or table with AUTOINCREMENT. */
  subject: string;
  /** What was found, in SQLite's words. */
  reason: string;
  /**
   * May be mended without asking. Not an index by a collation or an expression: the application may have its own idea of
   * how those compare, and would find our index wrong.
   */
  plain: boolean;
}

interface Index {
  name: string;
  table: string;
  rootpage: number;
}

/** Faults that say nothing but that an index does not agree with its table. */
const OF_AN_INDEX = [
  /^row -?\d+ missing from index (.+)$/s,
  /^row -?\d+ values differ from index (.+)$/s,
  /^wrong # of entries in index (.+)$/s,
  /^rowid not at end-of-record for row -?\d+ of index (.+)$/s,
];
const OF_A_TREE = /^Tree (\d+)\b/;
const OF_FULL_TEXT = [
  /^(?:malformed inverted index|unable to validate the inverted index) for FTS\d+ table (?:main\.)?([^:]+)/s,
  /^fts5: (?:corrupt|checksum)[^]*\btable "(.+)"$/,
];

/**
 * @returns what can be mended, and whether that is every fault
 * @throws what SQLite throws where the schema cannot be read
 */
export function findMendable(
  connection: Database.Database,
  faults: readonly string[],
): { mendable: Mendable[]; coversAll: boolean } {
  const indexes = connection
    .prepare('SELECT name, tbl_name AS "table", rootpage FROM sqlite_schema WHERE type = \'index\' AND rootpage > 0')
    .all() as Index[];
  const found = new Map<string, Mendable>();
  let coversAll = true;
  for (const fault of faults) {
    const mendable = ofIndex(connection, indexes, fault) ?? ofFullText(connection, fault);
    if (!mendable) coversAll = false;
    else if (!found.has(`${mendable.kind} ${mendable.subject}`)) {
      found.set(`${mendable.kind} ${mendable.subject}`, mendable);
    }
  }
  return { mendable: [...found.values()], coversAll };
}

function ofIndex(connection: Database.Database, indexes: readonly Index[], fault: string): Mendable | null {
  const named = OF_AN_INDEX.map((pattern) => pattern.exec(fault)?.[1]).find((name) => name !== undefined);
  const rootpage = Number(OF_A_TREE.exec(fault)?.[1] ?? 0);
  const index = indexes.find(({ name, rootpage: root }) => name === named || (rootpage > 0 && root === rootpage));
  if (!index) return null;
  return { kind: 'reindex', subject: index.name, reason: fault, plain: comparesPlainly(connection, index.name) };
}

function comparesPlainly(connection: Database.Database, index: string): boolean {
  const columns = connection.prepare('SELECT cid, coll FROM pragma_index_xinfo(?)').all(index) as {
    cid: number;
    coll: string;
  }[];
  // -2 is an expression. A partial index has an expression too: which rows are in it.
  const isPartial = connection.prepare(
    "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ? AND sql LIKE '%WHERE%'",
  );
  return columns.every(({ cid, coll }) => cid !== -2 && coll.toUpperCase() === 'BINARY') && !isPartial.get(index);
}

function ofFullText(connection: Database.Database, fault: string): Mendable | null {
  const name = OF_FULL_TEXT.map((pattern) => pattern.exec(fault)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return null;
  const isThere = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? AND rootpage = 0");
  return isThere.get(name) ? { kind: 'fts-rebuild', subject: name, reason: fault, plain: true } : null;
}

/** Tables with AUTOINCREMENT whose counter is below their highest row. @throws what SQLite throws */
export function findSequences(connection: Database.Database): Mendable[] {
  const has = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get();
  if (!has) return [];
  const tables = connection
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    .pluck()
    .all() as string[];
  const counter = connection.prepare('SELECT max(seq) FROM sqlite_sequence WHERE name = ?').pluck().safeIntegers();
  return tables.flatMap((table): Mendable[] => {
    const rowid = rowidName(columnNames(connection, table));
    // Without one it is no such table: the word stands in a comment or a default.
    if (rowid === null || !isAutoincrement(connection, table)) return [];
    const highest = connection
      .prepare(`SELECT max(${rowid}) FROM ${quoted(table)}`)
      .pluck()
      .safeIntegers()
      .get();
    const told = counter.get(table);
    if (typeof highest !== 'bigint' || (typeof told === 'bigint' && told >= highest)) return [];
    const reason = `sqlite_sequence has ${typeof told === 'bigint' ? String(told) : 'nothing'} for a table with row ${String(highest)}`;
    return [{ kind: 'sequence', subject: table, reason, plain: true }];
  });
}

function isAutoincrement(connection: Database.Database, table: string): boolean {
  const sql = connection.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(table);
  const withoutStrings = String(sql)
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/--[^\n]*|\/\*.*?\*\//gs, ' ');
  return /\bPRIMARY\s+KEY\s+(?:ASC\s+)?(?:ON\s+CONFLICT\s+\w+\s+)?AUTOINCREMENT\b/i.test(withoutStrings);
}
