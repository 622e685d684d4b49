/** Full-text indexes and other virtual tables: made anew, and filled from what they keep of their rows. */
import type Database from 'better-sqlite3';
import { quoted } from '../database/names';
import { readRows } from './read-rows';
import type { DamagedTable } from './salvage-schema';
import { type SavedTable, unreadable } from './salvage-tables';
import { isConstraint, TYPED, typedParameters } from './typed-values';

const FULL_TEXT = new Set(['fts3', 'fts4', 'fts5']);

export function salvageVirtual(source: Database.Database, fresh: Database.Database, table: DamagedTable): SavedTable {
  try {
    fresh.prepare(table.sql).run();
  } catch (thrown) {
    // Its parts were copied as the tables that they are: whoever has the module finds everything.
    return keepDefinition(fresh, table, thrown instanceof Error ? thrown.message : String(thrown));
  }
  return FULL_TEXT.has(table.module ?? '') ? fullText(source, fresh, table) : throughModule(source, fresh, table);
}

function keepDefinition(fresh: Database.Database, { name, sql }: DamagedTable, why: string): SavedTable {
  fresh.unsafeMode(true);
  fresh.pragma('writable_schema = ON');
  fresh
    .prepare("INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?, ?, 0, ?)")
    .run(name, name, sql);
  fresh.pragma('writable_schema = OFF');
  fresh.unsafeMode(false);
  return unreadable(name, `its definition is kept: ${why}`);
}

/** The text of a full-text index is in a table of its own, in the application's table, or nowhere. */
function fullText(source: Database.Database, fresh: Database.Database, table: DamagedTable): SavedTable {
  const content = `${table.name}_content`;
  const columns = contentColumns(source, content, table);
  if (columns) return fill(source, fresh, table, { table: content, columns, rowid: 'rowid', key: [] });
  try {
    fresh.prepare(`INSERT INTO ${quoted(table.name)} (${quoted(table.name)}) VALUES ('rebuild')`).run();
    return { table: table.name, rowsSaved: 0, rowsLost: 0, note: 'built anew from the table that it is about' };
  } catch (thrown) {
    return unreadable(table.name, `empty: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function contentColumns(source: Database.Database, content: string, { columns }: DamagedTable): string[] | null {
  try {
    const all = source.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(content) as string[];
    // The first is the rowid; behind the columns there may be what an option asks for.
    return all.length > columns.length ? all.slice(1, columns.length + 1) : null;
  } catch {
    return null;
  }
}

function throughModule(source: Database.Database, fresh: Database.Database, table: DamagedTable): SavedTable {
  const rowid = table.module?.startsWith('rtree') || table.module === 'geopoly' ? null : 'rowid';
  return fill(source, fresh, table, { table: table.name, columns: table.columns, rowid, key: [] });
}

function fill(
  source: Database.Database,
  fresh: Database.Database,
  { name, columns }: DamagedTable,
  plan: Parameters<typeof readRows>[1],
): SavedTable {
  const names = [...(plan.rowid === null ? [] : ['rowid']), ...columns.map(quoted)];
  const places = [...(plan.rowid === null ? [] : ['?']), ...columns.map(() => TYPED)];
  const insert = fresh.prepare(`INSERT INTO ${quoted(name)} (${names.join(', ')}) VALUES (${places.join(', ')})`);
  const seen = new Set<unknown>();
  let rowsSaved = 0;
  const end = readRows(source, plan, (row) => {
    const id = plan.rowid === null ? null : row[0];
    if (id !== null && seen.has(id)) return;
    try {
      insert.run(...(id === null ? [] : [id]), ...typedParameters(id === null ? row : row.slice(1)));
    } catch (thrown) {
      if (!isConstraint(thrown)) throw thrown;
      return;
    }
    seen.add(id);
    rowsSaved++;
  });
  return { table: name, rowsSaved, rowsLost: end.lost, note: end.fault ?? '' };
}
