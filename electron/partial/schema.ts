/** The schema of a database as the restore of rows needs it: keys, references, triggers, what belongs to what. */
import type Database from 'better-sqlite3';
import { folded, hasWord, virtualTableOf } from './sql-text';

export type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC';

export interface Column {
  name: string;
  affinity: Affinity;
  notNull: boolean;
  hasDefault: boolean;
  generated: boolean;
}

/** Columns that tell the rows of a table apart. */
export interface Key {
  columns: string[];
  /** By column. */
  collations: string[];
  /** It is the INTEGER PRIMARY KEY. */
  isRowid: boolean;
  /** SQLite takes NULL in the primary key of most tables, also several times. */
  nullable: boolean;
}

export interface Reference {
  columns: string[];
  /** As it is written; the table may not be there. */
  parent: string;
  /** Null: the primary key of the parent. */
  parentColumns: string[] | null;
  /** It does something to the rows of this table when their parent goes or changes. */
  acts: boolean;
}

export interface SchemaText {
  type: string;
  name: string;
  table: string;
  sql: string;
}

export interface Table {
  name: string;
  kind: 'table' | 'virtual' | 'shadow' | 'view';
  sql: string;
  withoutRowid: boolean;
  autoincrement: boolean;
  columns: Column[];
  /** The primary key first. */
  keys: Key[];
  references: Reference[];
  indexes: SchemaText[];
  triggers: SchemaText[];
  /** Why its schema cannot be read, in SQLite's words. */
  unreadable: string | null;
}

export interface Schema {
  encoding: string;
  /** Every statement of the schema, in its order. */
  texts: SchemaText[];
  /** By folded name. */
  tables: Map<string, Table>;
}

interface Listed {
  name: string;
  type: string;
  wr: number;
  strict: number;
}

/** Reads the schema that a connection has under the name `of`. Throws what SQLite throws. */
export function readSchema(connection: Database.Database, of = 'main'): Schema {
  const texts = readTexts(connection, of);
  const listed = connection.prepare('SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = ?');
  const tables = new Map<string, Table>();
  for (const entry of listed.all(of) as Listed[]) {
    const name = folded(entry.name);
    if (!name.startsWith('sqlite_')) tables.set(name, readTable(connection, of, entry, texts));
  }
  markShadows(tables);
  return { encoding: String(connection.pragma('encoding', { simple: true })), texts, tables };
}

/** The statements of a schema that somebody wrote, in its order. */
export function readTexts(connection: Database.Database, of: string): SchemaText[] {
  const sql = `SELECT type, name, tbl_name AS "table", sql FROM ${of}.sqlite_schema
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`;
  return connection.prepare(sql).all() as SchemaText[];
}

function readTable(
  connection: Database.Database,
  of: string,
  { name, type, wr, strict }: Listed,
  texts: readonly SchemaText[],
): Table {
  const own = texts.filter(({ table }) => folded(table) === folded(name));
  const ofType = (wanted: string): SchemaText[] => own.filter((text) => text.type === wanted);
  const sql = own.find((text) => (text.type === 'table' || text.type === 'view') && text.name === name)?.sql ?? '';
  const table: Table = {
    name,
    kind: type === 'virtual' || type === 'shadow' || type === 'view' ? type : 'table',
    ...{ sql, withoutRowid: wr === 1, autoincrement: hasWord(sql, 'AUTOINCREMENT') },
    ...{ columns: [], keys: [], references: [], indexes: ofType('index'), triggers: ofType('trigger') },
    unreadable: null,
  };
  try {
    const columns = readColumns(connection, of, name, strict === 1);
    if (table.kind !== 'table') return { ...table, columns };
    return {
      ...table,
      columns,
      keys: readKeys(connection, of, table, columns),
      references: readReferences(connection, of, name),
    };
  } catch (thrown) {
    // A module that this SQLite does not have: the other tables can still be looked at.
    if ((thrown as { code?: unknown }).code !== 'SQLITE_ERROR') throw thrown;
    return { ...table, unreadable: (thrown as Error).message };
  }
}

interface ColumnRow {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
  hidden: number;
}

const columnRows = (connection: Database.Database, of: string, table: string): ColumnRow[] =>
  connection.prepare('SELECT * FROM pragma_table_xinfo(?, ?) ORDER BY cid').all(table, of) as ColumnRow[];

function readColumns(connection: Database.Database, of: string, table: string, strict: boolean): Column[] {
  return columnRows(connection, of, table).map(({ name, type, notnull, dflt_value, hidden }) => ({
    name,
    affinity: affinityOf(type, strict),
    notNull: notnull === 1,
    hasDefault: dflt_value !== null,
    generated: hidden === 2 || hidden === 3,
  }));
}

/** By the rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity. */
function affinityOf(declared: string, strict: boolean): Affinity {
  const type = declared.toUpperCase();
  if (type.includes('INT')) return 'INTEGER';
  if (/CHAR|CLOB|TEXT/.test(type)) return 'TEXT';
  if (type === '' || type.includes('BLOB') || (strict && type === 'ANY')) return 'BLOB';
  return /REAL|FLOA|DOUB/.test(type) ? 'REAL' : 'NUMERIC';
}

function readKeys(connection: Database.Database, of: string, table: Table, columns: readonly Column[]): Key[] {
  const rows = columnRows(connection, of, table.name);
  const primary = rows.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const indexes = connection.prepare('SELECT name, "unique", origin, partial FROM pragma_index_list(?, ?)');
  const listed = indexes.all(table.name, of) as { name: string; unique: number; origin: string; partial: number }[];
  const keys: Key[] = [];
  // A primary key without an index of its own is the rowid.
  if (primary.length === 1 && !listed.some(({ origin }) => origin === 'pk')) {
    keys.push({ columns: [primary[0]?.name ?? ''], collations: ['BINARY'], isRowid: true, nullable: false });
  }
  for (const { name, unique, origin, partial } of listed.toSorted((a, b) => rank(a.origin) - rank(b.origin))) {
    if (unique !== 1 || partial === 1) continue;
    const parts = connection
      .prepare('SELECT cid, name, coll FROM pragma_index_xinfo(?, ?) WHERE key = 1')
      .all(name, of);
    const key = keyOf(parts as { name: string | null; coll: string }[], columns);
    if (!key) continue;
    if (table.withoutRowid && origin === 'pk') keys.push({ ...key, nullable: false });
    else if (origin === 'pk' || !key.nullable) keys.push(key);
  }
  return keys;
}

const rank = (origin: string): number => (origin === 'pk' ? 0 : 1);

/** Null for an index over expressions or generated columns. */
function keyOf(parts: readonly { name: string | null; coll: string }[], columns: readonly Column[]): Key | null {
  const own = parts.map(({ name }) => columns.find((column) => column.name === name));
  if (own.some((column) => column === undefined || column.generated)) return null;
  return {
    columns: parts.map(({ name }) => name ?? ''),
    collations: parts.map(({ coll }) => coll.toUpperCase()),
    isRowid: false,
    nullable: own.some((column) => column?.notNull !== true),
  };
}

function readReferences(connection: Database.Database, of: string, table: string): Reference[] {
  const rows = connection.prepare('SELECT * FROM pragma_foreign_key_list(?, ?) ORDER BY id, seq').all(table, of) as {
    id: number;
    table: string;
    from: string;
    to: string | null;
    on_update: string;
    on_delete: string;
  }[];
  return [...new Set(rows.map(({ id }) => id))].flatMap((id) => {
    const parts = rows.filter((row) => row.id === id);
    const [first] = parts;
    if (!first) return [];
    const to = parts.map((part) => part.to);
    return [
      {
        columns: parts.map(({ from }) => from),
        parent: first.table,
        parentColumns: to.some((name) => name === null) ? null : (to as string[]),
        acts: [first.on_delete, first.on_update].some((action) => /CASCADE|SET/.test(action)),
      },
    ];
  });
}

const KNOWN_MODULES = new Set(['fts5', 'fts4', 'fts3', 'rtree', 'rtree_i32', 'geopoly']);

/** SQLite knows the tables of a virtual one by its module: without it their names have to do. */
function markShadows(tables: ReadonlyMap<string, Table>): void {
  for (const [name, { kind, sql }] of tables) {
    if (kind !== 'virtual' || KNOWN_MODULES.has(virtualTableOf(sql).module)) continue;
    for (const [other, table] of tables) {
      if (other.startsWith(`${name}_`) && table.kind === 'table') table.kind = 'shadow';
    }
  }
}
