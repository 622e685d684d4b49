/** References that a restore of rows would break: found with the transaction's own eyes, before and after. */
import type Database from 'better-sqlite3';
import type { Cell } from '@shared/recovery';
import { showCell } from '../database/query';
import type { ChangeCounts } from './compare';
import { rowidName, type TablePlan } from './plan';
import { onTable } from './refusals';
import type { Schema, Table } from './schema';
import { quoted } from '../database/names';
import { folded } from './sql-text';

const CELL_LIMIT = 2_000;

/** A row whose parent is missing and was not before. */
export interface BrokenReference {
  table: string;
  /** The rowid, or the key by which the row is told apart. */
  rowid: Cell;
  parent: string;
}

interface Watched {
  child: Table;
  parent: string;
  /** SQL that gives the rows without parent by what tells them apart. */
  broken: string;
  /** Temporary table with those of before. */
  before: string;
}

export class References {
  private readonly watched: Watched[] = [];

  /** Notes which references are broken now, of those that the changes could break. */
  constructor(
    private readonly connection: Database.Database,
    schema: Schema,
    plans: readonly TablePlan[],
    counts: ReadonlyMap<number, ChangeCounts>,
  ) {
    const planOf = (name: string): TablePlan | undefined => plans.find(({ table }) => folded(table) === folded(name));
    const countsOf = (plan: TablePlan | undefined): ChangeCounts =>
      (plan && counts.get(plan.index)) ?? { insert: 0, update: 0, remove: 0 };
    for (const child of schema.tables.values()) {
      for (const { columns, parent, parentColumns } of child.kind === 'table' ? child.references : []) {
        const own = countsOf(planOf(child.name));
        const above = countsOf(planOf(parent));
        if (own.insert + own.update + above.update + above.remove === 0) continue;
        const found = schema.tables.get(folded(parent));
        const names = found && (parentColumns ?? found.keys[0]?.columns);
        const broken = brokenRows(child, columns, found, names, planOf(child.name));
        if (broken !== null) this.watch({ child, parent, broken, before: quoted(`broken ${this.watched.length}`) });
      }
    }
  }

  private watch(one: Watched): void {
    onTable({ table: one.child.name }, () => this.connection.exec(`CREATE TEMP TABLE ${one.before} AS ${one.broken}`));
    this.watched.push(one);
  }

  /** Those that are broken now and were not before; at most `limit` of them are named. */
  broken(limit: number): { count: number; named: BrokenReference[] } {
    let count = 0;
    const named: BrokenReference[] = [];
    for (const { child, parent, broken, before } of this.watched) {
      const rows = this.connection.prepare(`${broken} EXCEPT SELECT * FROM temp.${before}`).raw().safeIntegers();
      for (const row of rows.iterate() as Iterable<unknown[]>) {
        count++;
        const cells = row.map((value) => showCell(value, CELL_LIMIT));
        const rowid = cells.length === 1 ? (cells[0] ?? null) : cells.join(', ');
        if (named.length < limit) named.push({ table: child.name, rowid, parent });
      }
    }
    return { count, named };
  }
}

/**
 * Null when the reference cannot be checked: SQLite itself calls it a mismatch. A row is told apart by the key that the
 * restore works with, because rowids of other tables may be given out anew.
 */
function brokenRows(
  child: Table,
  columns: readonly string[],
  parent: Table | undefined,
  parentColumns: readonly string[] | undefined,
  plan: TablePlan | undefined,
): string | null {
  const rowid = rowidName(child);
  const names = plan?.key.columns ?? (rowid === null ? (child.keys[0]?.columns ?? []) : [rowid]);
  const identity = names.map((name) => `c.${quoted(name)}`).join(', ');
  const given = columns.map((name) => `c.${quoted(name)} IS NOT NULL`).join(' AND ');
  const rows = `SELECT ${identity} FROM main.${quoted(child.name)} AS c WHERE ${given}`;
  if (!parent) return rows;
  const has = (name: string): boolean => parent.columns.some((column) => folded(column.name) === folded(name));
  if (parentColumns?.length !== columns.length || !parentColumns.every(has)) return null;
  // The parent's column says how to compare, as for SQLite's own check.
  const same = columns.map((name, at) => `p.${quoted(parentColumns[at] ?? '')} = +c.${quoted(name)}`).join(' AND ');
  return `${rows} AND NOT EXISTS (SELECT 1 FROM main.${quoted(parent.name)} AS p WHERE ${same})`;
}
