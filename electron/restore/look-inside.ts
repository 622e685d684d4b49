/** Reads what an extracted database holds, for people to look at. Runs in a job process, which is killed when it takes long. */
import type { Cell, MomentTable, TablePage } from '@shared/recovery';
import type Database from 'better-sqlite3';
import { openHardened } from '../backup/snapshot';
import { showCell } from '../database/query';
import { quoted } from '../database/names';
import { watchMemory } from '../database/query-memory';
import { holdfastError } from '../errors/holdfast-error';
import { countTable } from './preview';

/** Counting rows reads whole indexes; what is not counted by then stays unknown. */
const COUNT_BUDGET_MS = 20_000;
const CELL_CHARACTERS = 2_000;

export interface PageRequest {
  file: string;
  table: string;
  offset: number;
  limit: number;
  /** Text that any column holds, in any case of ASCII letters. */
  search?: string | undefined;
}

const KINDS: Record<string, MomentTable['kind']> = { table: 'table', virtual: 'virtual', view: 'view' };

/** Tables and views of a database, by name; those that belong to virtual tables and to SQLite are left out. */
export function listTables(file: string): MomentTable[] {
  const connection = openHardened(file, { readonly: true, timeout: 5_000 });
  try {
    const deadline = performance.now() + COUNT_BUDGET_MS;
    const listed = connection
      .prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY name COLLATE NOCASE")
      .all() as { name: string; type: string }[];
    return listed.flatMap(({ name, type }) => {
      const kind = KINDS[type];
      if (!kind || name.startsWith('sqlite_')) return [];
      // A view may read any number of tables.
      const rows = kind === 'view' || performance.now() > deadline ? null : countTable(connection, name);
      return [{ table: name, kind, rows, columns: readable(() => columnsOf(connection, name), []) }];
    });
  } finally {
    connection.close();
  }
}

/**
 * Some rows of a table, in the order of its key.
 * @throws INVALID_INPUT for a table that is not there; what SQLite throws
 */
export async function readPage(request: PageRequest): Promise<TablePage> {
  const stopWatching = await watchMemory();
  const connection = openHardened(request.file, { readonly: true, timeout: 5_000 });
  try {
    return pageOf(connection, request);
  } finally {
    connection.close();
    await stopWatching();
  }
}

function pageOf(connection: Database.Database, { table, offset, limit, search }: PageRequest): TablePage {
  const columns = columnsOf(connection, table);
  if (columns.length === 0) throw holdfastError('INVALID_INPUT', { params: { reason: `there is no table ${table}` } });
  const from = `FROM ${quoted(table)} ${search ? `WHERE ${searching(columns)}` : ''}`;
  const values = search ? { search } : {};
  const rows = connection
    .prepare(
      `SELECT ${columns.map(quoted).join(', ')} ${from} ${orderOf(connection, table)} LIMIT ${limit} OFFSET ${offset}`,
    )
    .raw()
    .safeIntegers()
    .all(values) as unknown[][];
  const total = Number(connection.prepare(`SELECT count(*) ${from}`).pluck().get(values));
  return {
    columns,
    rows: rows.map((row) => row.map((value): Cell => showCell(value, CELL_CHARACTERS))),
    total,
    offset,
  };
}

/** Names of the columns that `SELECT *` gives, and of hidden generated ones, too. */
function columnsOf(connection: Database.Database, table: string): string[] {
  const listed = connection.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1').pluck().all(table);
  return listed as string[];
}

const searching = (columns: readonly string[]): string =>
  columns.map((column) => `instr(lower(CAST(${quoted(column)} AS TEXT)), lower(:search)) > 0`).join(' OR ');

/** Pages follow each other only in an order that stays the same; a view has none. */
function orderOf(connection: Database.Database, table: string): string {
  return readable(() => {
    connection.prepare(`SELECT rowid FROM ${quoted(table)} LIMIT 0`);
    const isTable = connection
      .prepare("SELECT type = 'table' FROM pragma_table_list WHERE name = ?")
      .pluck()
      .get(table);
    return isTable ? 'ORDER BY rowid' : '';
  }, '');
}

/** A missing module or collation, or a table without rowids, keeps only this part from being told. */
function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'SQLITE_ERROR') return otherwise;
    throw thrown;
  }
}
