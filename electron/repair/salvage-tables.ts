/** Reads a damaged database table by table into a new one. */
import type Database from 'better-sqlite3';
import type { SalvageReport } from '@shared/integrity';
import { quoted } from '../database/names';
import { LostAndFound } from './lost-and-found';
import { readRows, type TypedRow } from './read-rows';
import {
  type DamagedTable,
  describeTables,
  makeTable,
  readSchema,
  type SchemaObject,
  takeOver,
} from './salvage-schema';
import { fillVirtual, keepDefinition, makeVirtual } from './salvage-virtual';
import { isRefusal, TYPED, typedParameters } from './typed-values';

export type SavedTable = SalvageReport['tables'][number];

export interface Salvaged {
  tables: SavedTable[];
  lostAndFoundRows: number;
  /** What kept the schema from being read to its end; null when nothing did. */
  schemaFault: string | null;
}

/**
 * @param source a copy, opened for writing by `openDamaged`
 * @param fresh an empty database
 * @throws what writing into the new database throws (a full disk)
 */
export function salvageTables(source: Database.Database, fresh: Database.Database): Salvaged {
  takeOver(source, fresh);
  // What was in the table comes into the table, whatever its rules say of it.
  fresh.pragma('foreign_keys = OFF');
  fresh.pragma('ignore_check_constraints = ON');
  const { objects, fault } = readSchema(source);
  const described = describeTables(source, objects);
  const found = new LostAndFound(fresh, objects);
  const made = new Map<DamagedTable, string | null>();
  for (const table of described) if (table.kind === 'virtual') made.set(table, makeVirtual(fresh, table));
  // What belongs to a virtual table comes with it, where that could be made again.
  const isThere = fresh.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  const saved = described.flatMap((table): SavedTable[] => {
    if (table.kind === 'virtual' || isThere.get(table.name)) return [];
    if (table.kind === 'unknown') return [unreadable(table.name, 'its definition cannot be read')];
    return [fresh.transaction(salvageTable)(source, fresh, table, found)];
  });
  for (const [table, why] of made) {
    if (why === null) saved.push(fresh.transaction(fillVirtual)(source, fresh, table, found));
    else saved.push(keepDefinition(fresh, table, why));
  }
  keepSequences(source, fresh);
  makeTheRest(fresh, objects, saved);
  return { tables: saved, lostAndFoundRows: found.rows, schemaFault: fault };
}

export const unreadable = (table: string, note: string): SavedTable => ({ table, rowsSaved: 0, rowsLost: null, note });

function salvageTable(
  source: Database.Database,
  fresh: Database.Database,
  table: DamagedTable,
  found: LostAndFound,
): SavedTable {
  const missing = makeTable(fresh, table);
  const insert = inserter(fresh, table, missing === '');
  let rowsSaved = 0;
  const end = readRows(source, planOf(table), (row) => {
    const outcome = insert(row);
    if (outcome === 'saved') rowsSaved++;
    else if (outcome === 'refused')
      found.keep(table.name, table.rowid === null ? null : row[0], valuesOf(row, table.rowid));
  });
  const note = [missing, end.fault ?? ''].filter((part) => part !== '').join('; ');
  return { table: table.name, rowsSaved, rowsLost: end.lost, note };
}

const planOf = ({ name, columns, rowid, key }: DamagedTable) => ({ table: name, columns, rowid, key });

/** The typed values behind the rowid. */
const valuesOf = (row: TypedRow, rowid: string | null): unknown[] => (rowid === null ? row : row.slice(1));

/**
 * Writes rows into the new table. `again`: the very row is there already. `refused`: the table takes no such row, because
 * another has its key or because of its rules.
 */
function inserter(
  fresh: Database.Database,
  { name, columns, rowid, rowidColumn }: DamagedTable,
  isWhole: boolean,
): (row: TypedRow) => 'saved' | 'again' | 'refused' {
  const keepsRowid = rowid !== null && (rowidColumn === null || !isWhole);
  const names = [...(keepsRowid ? [rowid] : []), ...columns.map(quoted)];
  const places = [...(keepsRowid ? ['?'] : []), ...columns.map(() => TYPED)];
  const insert = fresh.prepare(
    `INSERT OR IGNORE INTO ${quoted(name)} (${names.join(', ')}) VALUES (${places.join(', ')})`,
  );
  const same = columns.map((column) => `${quoted(column)} IS ${TYPED}`).join(' AND ');
  const there = fresh.prepare(
    `SELECT 1 FROM ${quoted(name)} WHERE ${rowid === null ? '' : `${rowid} = ? AND `}${same || 'TRUE'}`,
  );
  return (row) => {
    const typed = typedParameters(valuesOf(row, rowid));
    try {
      if (insert.run(...(keepsRowid ? [row[0]] : []), ...typed).changes > 0) return 'saved';
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
    }
    return there.get(...(rowid === null ? [] : [row[0]]), ...typed) ? 'again' : 'refused';
  };
}

/** AUTOINCREMENT goes on where it was, where that can be read. */
function keepSequences(source: Database.Database, fresh: Database.Database): void {
  if (!fresh.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get()) return;
  const raise = fresh.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
  const add = fresh.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)');
  try {
    const rows = source.prepare('SELECT name, seq FROM sqlite_sequence').safeIntegers().all();
    for (const { name, seq } of rows as { name: string; seq: bigint }[]) {
      if (raise.run(seq, name).changes === 0) add.run(name, seq);
    }
  } catch {
    // Then it goes on behind the highest row, which is what SQLite has put there by itself.
  }
}

/** Indexes, views and triggers, after the rows: they must not act on them. */
function makeTheRest(fresh: Database.Database, objects: readonly SchemaObject[], saved: SavedTable[]): void {
  for (const type of ['index', 'view', 'trigger']) {
    for (const { name, table, sql } of objects.filter((one) => one.type === type && one.sql !== null)) {
      try {
        if (!/^\s*CREATE\s/i.test(sql ?? '')) throw new Error('its definition cannot be read');
        fresh.prepare(sql ?? '').run();
      } catch (thrown) {
        const why = `${type} ${name} could not be made: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
        const entry = saved.find((one) => one.table === table);
        if (entry) entry.note = entry.note === '' ? why : `${entry.note}; ${why}`;
        else saved.push(unreadable(name, why));
      }
    }
  }
}
