/**
 * Finds the rows of a table that differ between the live database (`main`) and the content (`past`), by SQL alone: values
 * that cross into JavaScript would lose what it cannot hold.
 *
 * A row is chosen by a condition when it fulfils it now or did then. After the restore the rows that fulfil it are then
 * exactly those that did.
 */
import type Database from 'better-sqlite3';
import type { TablePlan } from './plan';
import { ofFilter } from './refusals';
import { quoted } from '../database/names';
import { changesTable, keysOf, liveTable, sameKey, sheet, sheetKeys, sourceOf, WORK } from './worksheet';

/** Adds the keys that the condition chooses now to those that it chose then. @throws QUERY_INVALID */
export function matchNow(connection: Database.Database, plan: TablePlan): void {
  const { filter } = plan.request;
  if (filter === undefined || plan.created) return;
  const keys = plan.key.columns.map(quoted).join(', ');
  const chosen = `SELECT ${keys} FROM ${liveTable(plan)} WHERE (${filter}\n)`;
  ofFilter(plan, () => connection.prepare(`INSERT INTO ${WORK}.${sheet('matched', plan)} ${chosen}`).run());
}

/** SQL: the values differ, in type or in any bit. Without `+` SQLite would make their types the same first. */
export const differs = (column: string): string =>
  `(typeof(n.${column}) <> typeof(p.${column}) OR +n.${column} IS NOT +p.${column} COLLATE BINARY)`;

export const rowDiffers = (plan: TablePlan): string =>
  plan.columns.length === 0 ? '0' : balanced(plan.columns.map(({ name }) => differs(quoted(name))));

/** SQLite takes expressions of a limited depth: a chain of many columns would be too deep. */
function balanced(terms: readonly string[]): string {
  if (terms.length <= 8) return `(${terms.join(' OR ')})`;
  const half = terms.length >> 1;
  return `(${balanced(terms.slice(0, half))} OR ${balanced(terms.slice(half))})`;
}

/** SQL: the chosen rows of `table`, as `alias`. */
function chosen(plan: TablePlan, table: string, alias: 'n' | 'p'): string {
  if (plan.request.filter === undefined) return `${table} AS ${alias}`;
  const keys = plan.key.columns.map((_, at) => `k${at}`).join(', ');
  // The sheet comes first: each of its keys is looked up in the table.
  return `(SELECT DISTINCT ${keys} FROM ${WORK}.${sheet('matched', plan)}) AS m
    CROSS JOIN ${table} AS ${alias} ON ${sameKey(keysOf(plan, alias), sheetKeys(plan, 'm'))}`;
}

const both = (plan: TablePlan): string =>
  `${chosen(plan, sourceOf(plan), 'p')}
    CROSS JOIN ${liveTable(plan)} AS n ON ${sameKey(keysOf(plan, 'n'), keysOf(plan, 'p'))}`;

const absent = (plan: TablePlan, table: string, alias: 'n' | 'p', other: 'n' | 'p'): string =>
  `NOT EXISTS (SELECT 1 FROM ${table} AS ${alias} WHERE ${sameKey(keysOf(plan, alias), keysOf(plan, other))})`;

/** Writes the rows that are to be changed into the table `into`, which `changesTable` made. */
export function findChanges(connection: Database.Database, plan: TablePlan, into: string): void {
  const { insert, update, remove } = plan.request;
  const names = plan.key.columns.map((_, at) => `k${at}`).join(', ');
  const add = (change: string, at: string, keys: readonly string[], rows: string): void => {
    const sql = `INSERT INTO ${into} (change, at, ${names}) SELECT '${change}', ${at}, ${keys.join(', ')} FROM ${rows}`;
    connection.prepare(sql).run();
  };
  const rowid = plan.rowid === null ? 'NULL' : `n.${quoted(plan.rowid)}`;
  const [then, now] = [sourceOf(plan), liveTable(plan)];
  if (insert) {
    add('insert', 'NULL', keysOf(plan, 'p'), `${chosen(plan, then, 'p')} WHERE ${absent(plan, now, 'n', 'p')}`);
  }
  if (update) add('update', rowid, keysOf(plan, 'n'), `${both(plan)} WHERE ${rowDiffers(plan)}`);
  if (remove)
    add('remove', rowid, keysOf(plan, 'n'), `${chosen(plan, now, 'n')} WHERE ${absent(plan, then, 'p', 'n')}`);
}

export interface ChangeCounts {
  insert: number;
  update: number;
  remove: number;
}

export function countChanges(connection: Database.Database, plan: TablePlan): ChangeCounts {
  const counts = { insert: 0, update: 0, remove: 0 };
  const sql = `SELECT change, count(*) AS rows FROM ${WORK}.${sheet('changes', plan)} GROUP BY change`;
  const found = connection.prepare(sql).all() as { change: keyof ChangeCounts; rows: number }[];
  for (const { change, rows } of found) counts[change] = rows;
  return counts;
}

/** Chosen rows that are the same now and then. */
export function countSame(connection: Database.Database, plan: TablePlan): number {
  const sql = `SELECT count(*) FROM ${both(plan)} WHERE NOT ${rowDiffers(plan)}`;
  return Number(connection.prepare(sql).pluck().get());
}

/** Compares again from the beginning; gives how many rows still differ. */
export function countRemaining(connection: Database.Database, plan: TablePlan): number {
  const name = `temp.${quoted(`again ${plan.index}`)}`;
  connection.exec(changesTable(name, plan));
  findChanges(connection, plan, name);
  const rows = Number(connection.prepare(`SELECT count(*) FROM ${name}`).pluck().get());
  connection.exec(`DROP TABLE ${name}`);
  return rows;
}

/** How many of the rows that were to be changed are not as they should be: what was written, read back. */
export function countWrong(connection: Database.Database, plan: TablePlan): number {
  const changes = `${WORK}.${sheet('changes', plan)} AS c`;
  const inSheet = (alias: 'n' | 'p'): string => sameKey(keysOf(plan, alias), sheetKeys(plan, 'c'));
  const written = `EXISTS (SELECT 1 FROM ${sourceOf(plan)} AS p CROSS JOIN ${liveTable(plan)} AS n
    ON ${sameKey(keysOf(plan, 'n'), keysOf(plan, 'p'))} WHERE ${inSheet('p')} AND NOT ${rowDiffers(plan)})`;
  const gone = `NOT EXISTS (SELECT 1 FROM ${liveTable(plan)} AS n WHERE ${inSheet('n')})`;
  const sql = `SELECT count(*) FROM ${changes} WHERE NOT CASE c.change WHEN 'remove' THEN ${gone} ELSE ${written} END`;
  return Number(connection.prepare(sql).pluck().get());
}

/** Rows without a key of their own: two with NULL in the key cannot be told apart. `table`: with its schema. */
export function hasAmbiguousRows(connection: Database.Database, plan: TablePlan, table: string): boolean {
  if (!plan.key.nullable) return false;
  const keys = plan.key.columns.map(quoted);
  const empty = keys.map((name) => `${name} IS NULL`).join(' OR ');
  const sql = `SELECT 1 FROM ${table} WHERE ${empty} GROUP BY ${keys.join(', ')} HAVING count(*) > 1`;
  return connection.prepare(sql).get() !== undefined;
}
