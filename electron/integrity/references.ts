/** The rows behind `foreign_key_check`: which columns refer to a parent that is not there, and what they hold. */
import type Database from 'better-sqlite3';
import type { ForeignKeyFinding } from '@shared/integrity';
import { columnNames, quoted, rowidName } from '../database/names';

/** As `PRAGMA foreign_key_check` gives it, integers as BigInt. */
export interface ReferenceViolation {
  table: string;
  /** Null for WITHOUT ROWID tables. */
  rowid: bigint | null;
  parent: string;
  fkid: bigint;
}

type Cell = ForeignKeyFinding['values'][number];
interface Reference {
  from: string[];
  /** Columns of the parent, in the order of `from`. */
  to: string[];
}

/** Longer texts of a cell are cut. */
const CELL_LIMIT = 200;

/** @throws what SQLite throws for pages that it cannot read */
export function describeReferences(
  connection: Database.Database,
  violations: readonly ReferenceViolation[],
): ForeignKeyFinding[] {
  const references = new Map<string, Reference>();
  const withoutRowid = new Map<string, Cell[][]>();
  return violations.map((violation) => {
    const { table, parent, fkid } = violation;
    const key = `${fkid} ${table}`;
    const reference = references.get(key) ?? readReference(connection, violation);
    references.set(key, reference);
    let values: Cell[] | undefined;
    if (violation.rowid !== null) values = readByRowid(connection, violation, reference);
    else {
      // SQLite does not say which rows they are; the same question gives them in the same order.
      const rows = withoutRowid.get(key) ?? readOrphans(connection, violation, reference);
      values = rows.shift();
      withoutRowid.set(key, rows);
    }
    const rowid = violation.rowid === null ? null : asNumber(violation.rowid);
    return { table, rowid, parent, columns: values ? reference.from : [], values: values ?? [] };
  });
}

function readReference(connection: Database.Database, { table, parent, fkid }: ReferenceViolation): Reference {
  const rows = connection
    .prepare('SELECT "from", "to" FROM pragma_foreign_key_list(?) WHERE id = ? ORDER BY seq')
    .all(table, fkid) as { from: string; to: string | null }[];
  const keys = connection.prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').pluck().all(parent);
  return {
    from: rows.map(({ from }) => from),
    // A reference that names no columns is to the primary key.
    to: rows.map(({ to }, index) => to ?? (keys as string[])[index] ?? ''),
  };
}

function readByRowid(
  connection: Database.Database,
  { table, rowid }: ReferenceViolation,
  { from }: Reference,
): Cell[] | undefined {
  const alias = rowidName(columnNames(connection, table));
  if (alias === null || from.length === 0) return undefined;
  const sql = `SELECT ${from.map(quoted).join(', ')} FROM ${quoted(table)} WHERE ${alias} = ?`;
  const row = connection.prepare(sql).raw().safeIntegers().get(rowid) as unknown[] | undefined;
  return row?.map(asCell);
}

function readOrphans(
  connection: Database.Database,
  { table, parent }: ReferenceViolation,
  { from, to }: Reference,
): Cell[][] {
  const isThere = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)");
  if (from.length === 0 || to.includes('')) return [];
  const set = from.map((name) => `c.${quoted(name)} IS NOT NULL`).join(' AND ');
  const same = from.map((name, index) => `p.${quoted(to[index] ?? '')} = c.${quoted(name)}`).join(' AND ');
  const orphan = isThere.get(parent) ? `NOT EXISTS (SELECT 1 FROM ${quoted(parent)} p WHERE ${same})` : 'TRUE';
  const sql = `SELECT ${from.map((name) => `c.${quoted(name)}`).join(', ')} FROM ${quoted(table)} c WHERE ${set} AND ${orphan} LIMIT 100`;
  const rows = connection.prepare(sql).raw().safeIntegers().all() as unknown[][];
  return rows.map((row) => row.map(asCell));
}

/** What a number cannot hold exactly is told as text. */
const asNumber = (value: bigint): number | string =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

function asCell(value: unknown): Cell {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'bigint') return asNumber(value);
  if (value instanceof Uint8Array) return `BLOB (${value.byteLength} B)`;
  const text = value as string;
  return text.length > CELL_LIMIT ? `${text.slice(0, CELL_LIMIT)}…` : text;
}
