/** What a damaged database says of its tables, and the same tables made anew in an empty one. */
import type Database from 'better-sqlite3';
import { quoted, rowidName } from '../database/names';
import { readRows } from './read-rows';

export interface SchemaObject {
  type: string;
  name: string;
  table: string;
  sql: string | null;
}

export interface DamagedTable {
  name: string;
  sql: string;
  /** Columns that hold something: not the generated ones. */
  columns: string[];
  rowid: string | null;
  /** Column that is the rowid; null when there is none. */
  rowidColumn: string | null;
  key: string[];
  /** `unknown`: SQLite cannot make sense of its definition. */
  kind: 'table' | 'virtual' | 'unknown';
  /** Module of a virtual table. */
  module: string | null;
}

/** Every object whose entry can be read. */
export function readSchema(source: Database.Database): { objects: SchemaObject[]; fault: string | null } {
  const objects: SchemaObject[] = [];
  const encoding = String(source.pragma('encoding', { simple: true }));
  const text = (bytes: unknown): string => (bytes instanceof Uint8Array ? decode(Buffer.from(bytes), encoding) : '');
  const plan = { table: 'sqlite_schema', columns: ['type', 'name', 'tbl_name', 'sql'], rowid: 'rowid', key: [] };
  const seen = new Set<unknown>();
  const { fault } = readRows(source, plan, (row) => {
    if (seen.has(row[0])) return;
    seen.add(row[0]);
    const [type, name, table, sql] = [row[2], row[4], row[6], row[8]].map(text);
    if (!type || !name || !table) return;
    objects.push({ type, name, table, sql: sql === '' || sql === undefined ? null : sql });
  });
  return { objects, fault };
}

function decode(bytes: Buffer, encoding: string): string {
  if (encoding === 'UTF-16le') return bytes.toString('utf16le');
  if (encoding !== 'UTF-16be') return bytes.toString('utf8');
  // Damaged text may end in half a character.
  return bytes
    .subarray(0, bytes.length & ~1)
    .swap16()
    .toString('utf16le');
}

/** Tables of the schema as SQLite understands them. */
export function describeTables(source: Database.Database, objects: readonly SchemaObject[]): DamagedTable[] {
  return objects.flatMap(({ type, name, sql }): DamagedTable[] => {
    if (type !== 'table' || sql === null || name.startsWith('sqlite_')) return [];
    return [describeTable(source, name, sql)];
  });
}

function describeTable(source: Database.Database, name: string, sql: string): DamagedTable {
  const module = /^\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+["'`[]?(\w+)/is.exec(sql)?.[1]?.toLowerCase() ?? null;
  const nothing = { name, sql, columns: [], rowid: null, rowidColumn: null, key: [], module };
  try {
    const all = source.prepare('SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)').all(name) as {
      name: string;
      type: string;
      pk: number;
      hidden: number;
    }[];
    if (module !== null) return { ...nothing, kind: 'virtual' };
    if (all.length === 0) return { ...nothing, kind: 'unknown' };
    const columns = all.filter(({ hidden }) => hidden === 0).map((column) => column.name);
    const withoutRowid = source.prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?");
    const keyed = all.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
    const hasRowid = withoutRowid.pluck().get(name) !== 1;
    const [first] = keyed;
    const isRowid = hasRowid && keyed.length === 1 && first?.type.toUpperCase() === 'INTEGER';
    return {
      ...nothing,
      columns,
      rowid: hasRowid ? rowidName(all.map((column) => column.name)) : null,
      rowidColumn: isRowid ? first.name : null,
      key: hasRowid ? [] : keyed.map((column) => column.name),
      kind: 'table',
    };
  } catch {
    return { ...nothing, kind: module === null ? 'unknown' : 'virtual' };
  }
}

/** Properties of the file that belong to what is in it. */
const KEPT_BEFORE = ['page_size', 'encoding', 'auto_vacuum'] as const;
const KEPT_AFTER = ['application_id', 'user_version'] as const;

/** Makes an empty database of the same kind. */
export function takeOver(source: Database.Database, fresh: Database.Database): void {
  const value = (name: string): number | string | null => {
    try {
      return source.pragma(name, { simple: true }) as number | string;
    } catch {
      // What cannot be read stays as SQLite has it by itself.
      return null;
    }
  };
  for (const name of [...KEPT_BEFORE, ...KEPT_AFTER]) {
    const kept = value(name);
    if (kept !== null) fresh.pragma(typeof kept === 'number' ? `${name} = ${kept}` : `${name} = "${kept}"`);
  }
}

/**
 * Makes a table as it was; where that cannot be done, one with the same columns and nothing else.
 * @returns what is missing of it; '' when nothing is
 */
export function makeTable(fresh: Database.Database, table: DamagedTable): string {
  try {
    if (!/^\s*CREATE\s+TABLE\b/i.test(table.sql)) throw new Error('its definition is none of a table');
    fresh.prepare(table.sql).run();
    return '';
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    fresh.exec(`CREATE TABLE ${quoted(table.name)} (${table.columns.map(quoted).join(', ')})`);
    return `made without its constraints: ${why}`;
  }
}
