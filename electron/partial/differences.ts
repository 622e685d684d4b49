/** Rows that would change, as a window lists them. */
import type Database from 'better-sqlite3';
import type { Cell, RowDifference } from '@shared/recovery';
import { showCell } from '../database/query';
import { differs } from './compare';
import type { TablePlan } from './plan';
import { quoted } from '../database/names';
import { keysOf, liveTable, sameKey, sheet, sheetKeys, sourceOf, WORK } from './worksheet';

/** Rows that are listed for a table. */
const MOST_SHOWN = 200;
const CELL_LIMIT = 2_000;

const CHANGES: readonly RowDifference['change'][] = ['insert', 'update', 'remove'];

/** The first of them; each kind of change has its share when there are more. */
export function listDifferences(connection: Database.Database, plan: TablePlan): RowDifference[] {
  return chooseIds(connection, plan).map(({ id, change }) => {
    const row = (from: string, values: readonly string[]): unknown[] => {
      const sql = `SELECT ${values.join(', ')} FROM ${WORK}.${sheet('changes', plan)} AS c ${from} WHERE c.id = ?`;
      return (connection.prepare(sql).raw().safeIntegers().get(id) as unknown[] | undefined) ?? [];
    };
    const n = `CROSS JOIN ${liveTable(plan)} AS n ON ${sameKey(keysOf(plan, 'n'), sheetKeys(plan, 'c'))}`;
    const p = `CROSS JOIN ${sourceOf(plan)} AS p ON ${sameKey(keysOf(plan, 'p'), sheetKeys(plan, 'c'))}`;
    const names = plan.columns.map(({ name }) => quoted(name));
    const side = (from: string, alias: string): Cell[] =>
      cells(
        row(
          from,
          names.map((name) => `${alias}.${name}`),
        ),
      );
    const flags = change === 'update' ? row(`${n} ${p}`, names.map(differs)) : [];
    return {
      change,
      key: cells(row('', sheetKeys(plan, 'c'))),
      now: change === 'insert' ? null : side(n, 'n'),
      then: change === 'remove' ? null : side(p, 'p'),
      changed: flags.flatMap((flag, at) => (flag === 1n ? [at] : [])),
    };
  });
}

const cells = (row: readonly unknown[]): Cell[] => row.map((value) => showCell(value, CELL_LIMIT));

function chooseIds(connection: Database.Database, plan: TablePlan): { id: number; change: RowDifference['change'] }[] {
  const found = CHANGES.map((change) => {
    const sql = `SELECT id FROM ${WORK}.${sheet('changes', plan)} WHERE change = ? ORDER BY id LIMIT ?`;
    return (connection.prepare(sql).pluck().all(change, MOST_SHOWN) as number[]).map((id) => ({ id, change }));
  });
  const chosen = new Set<{ id: number }>();
  for (let at = 0; at < MOST_SHOWN; at++) {
    for (const ids of found) {
      const one = ids[at];
      if (one && chosen.size < MOST_SHOWN) chosen.add(one);
    }
  }
  return found.flat().filter((one) => chosen.has(one));
}
