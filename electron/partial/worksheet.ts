/**
 * The scratch database of one restore of rows: which keys a condition chose, which rows change, and rows whose values had
 * to take other types. It is made on a connection of its own, where the content is the only other database: names in a
 * condition must mean the tables then, not those of the live database.
 */
import Database from 'better-sqlite3';
import { holdfastError } from '../errors/holdfast-error';
import type { TablePlan } from './plan';
import { ofFilter, onTable } from './refusals';
import { quoted } from '../database/names';

/** Name under which the content is attached. */
export const PAST = 'past';
/** Name under which the worksheet is attached. */
export const WORK = 'work';

type Sheet = 'matched' | 'changes' | 'converted';
export const sheet = (kind: Sheet, { index }: TablePlan): string => quoted(`${kind} ${index}`);

/** The table itself, in the live database. */
export const liveTable = ({ table }: TablePlan): string => `main.${quoted(table)}`;

/** Where the rows then are read from. */
export const sourceOf = (plan: TablePlan): string =>
  plan.converted ? `${WORK}.${sheet('converted', plan)}` : `${PAST}.${quoted(plan.table)}`;

/** Key columns of the table, behind an alias. */
export const keysOf = (plan: TablePlan, alias: string): string[] =>
  plan.key.columns.map((name) => `${alias}.${quoted(name)}`);

/** The same in a sheet. */
export const sheetKeys = (plan: TablePlan, alias: string): string[] =>
  plan.key.columns.map((_, at) => `${alias}.k${at}`);

/** SQL: both keys are the same. The first list stands for the columns whose collation counts. */
export const sameKey = (left: readonly string[], right: readonly string[]): string =>
  left.map((name, at) => `${name} IS ${right[at]}`).join(' AND ');

/** The type of the column and its collation: a comparison with it then changes nothing, and can use its index. */
function keyColumns(plan: TablePlan): string {
  const declared = plan.key.columns.map((name, at) => {
    const affinity = plan.columns.find((column) => column.name === name)?.affinity ?? 'INTEGER';
    return `k${at} ${affinity} COLLATE ${quoted(plan.key.collations[at] ?? 'BINARY')}`;
  });
  return declared.join(', ');
}

/** A table for the rows that change. `at`: rowid of the row now. */
export const changesTable = (name: string, plan: TablePlan): string =>
  `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, change TEXT NOT NULL, at INTEGER, ${keyColumns(plan)})`;

/**
 * Makes the worksheet at `file`.
 * @throws QUERY_INVALID for a condition that fails; PARTIAL_NOT_POSSIBLE when values take types that make keys the same
 */
export function makeWorksheet(file: string, contentFile: string, encoding: string, plans: readonly TablePlan[]): void {
  const connection = new Database(file);
  try {
    connection.pragma(`encoding = ${quoted(encoding)}`);
    connection.pragma('journal_mode = MEMORY');
    connection.pragma('synchronous = OFF');
    connection.pragma('trusted_schema = OFF');
    attach(connection, contentFile, PAST);
    connection.transaction(() => {
      for (const plan of plans) {
        connection.exec(changesTable(sheet('changes', plan), plan));
        if (plan.request.filter !== undefined) match(connection, plan, plan.request.filter);
        if (plan.converted) convert(connection, plan);
      }
    })();
  } finally {
    connection.close();
  }
}

/** Attaches a file that nothing is written to; a file that would be synced counts as one that a transaction
 * writes to: SQLite would then tie the live database's journal to one in the scratch folder, which a start after a crash
 * empties. */
export function attach(connection: Database.Database, file: string, name: string): void {
  connection.prepare(`ATTACH ? AS ${name}`).run(file);
  connection.pragma(`${name}.synchronous = OFF`);
  const sync = Number(connection.pragma(`${name}.synchronous`, { simple: true }));
  if (sync !== 0) throw holdfastError('INTERNAL', { detail: `${name} is still synced (${sync})` });
}

function match(connection: Database.Database, plan: TablePlan, filter: string): void {
  connection.exec(`CREATE TABLE ${sheet('matched', plan)} (${keyColumns(plan)})`);
  const keys = plan.key.columns.map(quoted).join(', ');
  const chosen = `SELECT ${keys} FROM ${PAST}.${quoted(plan.table)} WHERE (${filter}\n)`;
  ofFilter(plan, () => connection.prepare(`INSERT INTO main.${sheet('matched', plan)} ${chosen}`).run());
}

function convert(connection: Database.Database, plan: TablePlan): void {
  const names = plan.columns.map(({ name }) => quoted(name)).join(', ');
  const declared = plan.columns.map(({ name, affinity }) => {
    const at = plan.key.columns.indexOf(name);
    return `${quoted(name)} ${affinity}${at === -1 ? '' : ` COLLATE ${quoted(plan.key.collations[at] ?? 'BINARY')}`}`;
  });
  const table = sheet('converted', plan);
  onTable(plan, () => {
    connection.exec(`CREATE TABLE ${table} (${declared.join(', ')});
      INSERT INTO main.${table} SELECT ${names} FROM ${PAST}.${quoted(plan.table)};
      CREATE UNIQUE INDEX ${quoted(`key of converted ${plan.index}`)} ON ${table} (${plan.key.columns.map(quoted).join(', ')})`);
  });
}
