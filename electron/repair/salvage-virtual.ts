/** Full-text indexes and other virtual tables: made anew, and filled from what they keep of their rows. */
import type Database from 'better-sqlite3';
import { quoted } from '../database/names';
import { readRows } from './read-rows';
import type { LostAndFound } from './lost-and-found';
import type { DamagedTable } from './salvage-schema';
import { type SavedTable, unreadable } from './salvage-tables';
import { isRefusal, isSame, TYPED, typedColumns, typedParameters } from './typed-values';

const FULL_TEXT = new Set(['fts3', 'fts4', 'fts5']);

/**
 * Makes the virtual table again.
 * @returns why it cannot be made; null when it was
 */
export function makeVirtual(fresh: Database.Database, table: DamagedTable): string | null {
  try {
    if (!/^\s*CREATE\s+VIRTUAL\s+TABLE\b/i.test(table.sql)) throw new Error('its definition cannot be read');
    fresh.transaction(() => fresh.prepare(table.sql).run())();
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Fills a virtual table that was made again. Its columns are those that it has there: the damaged one may not say. */
export function fillVirtual(
  source: Database.Database,
  fresh: Database.Database,
  { name, module }: DamagedTable,
  found: LostAndFound,
): SavedTable {
  const columns = fresh
    .prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0')
    .pluck()
    .all(name) as string[];
  const table = { name, module, columns };
  return FULL_TEXT.has(module ?? '')
    ? fullText(source, fresh, table, found)
    : throughModule(source, fresh, table, found);
}

/** Of one that cannot be made: its parts are tables like others, and whoever has the module finds everything. */
export function keepDefinition(fresh: Database.Database, { name, sql }: DamagedTable, why: string): SavedTable {
  // Anything else that is wrong with it would make the schema of the new file unreadable as well.
  if (!why.startsWith('no such module')) return unreadable(name, `left out: ${why}`);
  fresh.unsafeMode(true);
  fresh.pragma('writable_schema = ON');
  fresh
    .prepare("INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?, ?, 0, ?)")
    .run(name, name, sql);
  fresh.pragma('writable_schema = OFF');
  fresh.unsafeMode(false);
  return unreadable(name, `its definition is kept: ${why}`);
}

type Target = Pick<DamagedTable, 'name' | 'module' | 'columns'>;

/** The text of a full-text index is in a table of its own, in the application's table, or nowhere. */
function fullText(source: Database.Database, fresh: Database.Database, table: Target, found: LostAndFound): SavedTable {
  const content = `${table.name}_content`;
  const columns = contentColumns(source, content, table);
  if (columns) return fill(source, fresh, table, { table: content, columns, rowid: 'rowid', key: [] }, found);
  try {
    fresh.prepare(`INSERT INTO ${quoted(table.name)} (${quoted(table.name)}) VALUES ('rebuild')`).run();
    return { table: table.name, rowsSaved: 0, rowsLost: 0, note: 'built anew from the table that it is about' };
  } catch (thrown) {
    return unreadable(table.name, `empty: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function contentColumns(source: Database.Database, content: string, { columns }: Target): string[] | null {
  try {
    const all = source.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(content) as string[];
    // The first is the rowid; behind the columns there may be what an option asks for.
    return all.length > columns.length ? all.slice(1, columns.length + 1) : null;
  } catch {
    return null;
  }
}

function throughModule(
  source: Database.Database,
  fresh: Database.Database,
  table: Target,
  found: LostAndFound,
): SavedTable {
  const rowid = table.module?.startsWith('rtree') || table.module === 'geopoly' ? null : 'rowid';
  return fill(source, fresh, table, { table: table.name, columns: table.columns, rowid, key: [] }, found);
}

function fill(
  source: Database.Database,
  fresh: Database.Database,
  { name, columns }: Target,
  plan: Parameters<typeof readRows>[1],
  found: LostAndFound,
): SavedTable {
  const names = [...(plan.rowid === null ? [] : ['rowid']), ...columns.map(quoted)];
  const places = [...(plan.rowid === null ? [] : ['?']), ...columns.map(() => TYPED)];
  const insert = fresh.prepare(`INSERT INTO ${quoted(name)} (${names.join(', ')}) VALUES (${places.join(', ')})`);
  const typed = typedColumns(columns).join(', ');
  const there = fresh
    .prepare(`SELECT ${typed} FROM ${quoted(name)} WHERE rowid = ?`)
    .raw()
    .safeIntegers();
  const seen = new Set<unknown>();
  let rowsSaved = 0;
  const end = readRows(source, plan, (row) => {
    const id = plan.rowid === null ? null : row[0];
    const values = plan.rowid === null ? row : row.slice(1);
    if (id !== null && seen.has(id)) {
      // Pages that are mixed up show one row twice, or two of one rowid.
      if (!isSame(values, there.get(id))) found.keep(name, id, values);
      return;
    }
    try {
      insert.run(...(id === null ? [] : [id]), ...typedParameters(values));
      rowsSaved++;
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      found.keep(name, id, values);
    }
    seen.add(id);
  });
  return { table: name, rowsSaved, rowsLost: end.lost, note: end.fault ?? '' };
}
