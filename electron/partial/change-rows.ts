/**
 * Writes the rows that `findChanges` found, inside a transaction of the caller. Never REPLACE, which would delete rows that
 * nobody chose: what a constraint's own ON CONFLICT clause says is overruled as well. References are not enforced meanwhile
 * (`foreign_keys` is off), so nothing cascades; they are compared before and after.
 */
import type Database from 'better-sqlite3';
import type { TablePlan } from './plan';
import { onTable } from './refusals';
import { quoted } from '../database/names';
import { folded } from './sql-text';
import type { Schema } from './schema';
import { keysOf, liveTable, PAST, sameKey, sheet, sheetKeys, sourceOf, WORK } from './worksheet';

const changesOf = (plan: TablePlan): string => `${WORK}.${sheet('changes', plan)}`;
const listed = (plan: TablePlan): string => plan.columns.map(({ name }) => quoted(name)).join(', ');

/** SQL: the row `n` is one of those with that change. */
function isChanged(plan: TablePlan, change: string): string {
  if (plan.rowid !== null) {
    return `n.${quoted(plan.rowid)} IN (SELECT at FROM ${changesOf(plan)} WHERE change = '${change}')`;
  }
  const keys = plan.key.columns.map((_, at) => `k${at}`).join(', ');
  return `(${keysOf(plan, 'n').join(', ')}) IN (SELECT ${keys} FROM ${changesOf(plan)} WHERE change = '${change}')`;
}

export const removeRows = (connection: Database.Database, plan: TablePlan): void =>
  onTable(plan, () => {
    connection.prepare(`DELETE FROM ${liveTable(plan)} AS n WHERE ${isChanged(plan, 'remove')}`).run();
  });

export const insertRows = (connection: Database.Database, plan: TablePlan): void =>
  onTable(plan, () => {
    const values = plan.columns.map(({ name }) => `p.${quoted(name)}`).join(', ');
    connection
      .prepare(
        `INSERT OR ABORT INTO ${liveTable(plan)} (${listed(plan)}) SELECT ${values} FROM ${changesOf(plan)} AS c
         CROSS JOIN ${sourceOf(plan)} AS p ON ${sameKey(keysOf(plan, 'p'), sheetKeys(plan, 'c'))}
         WHERE c.change = 'insert' ORDER BY c.id`,
      )
      .run();
  });

/**
 * Rows may have traded values of a unique column: whichever is written first then meets the other, which still has the
 * value. Such a table has all its changed rows taken out and put in again, with their rowids.
 */
export const updateRows = (connection: Database.Database, plan: TablePlan): void =>
  onTable(plan, () => {
    try {
      updateInPlace(connection, plan);
    } catch (thrown) {
      // The statement was undone as a whole, and the transaction goes on.
      if (!/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(String((thrown as { code?: unknown }).code)))
        throw thrown;
      takeOutAndPutIn(connection, plan);
    }
  });

function updateInPlace(connection: Database.Database, plan: TablePlan): void {
  const changeable = plan.columns.filter(({ name }) => name !== plan.rowid).map(({ name }) => quoted(name));
  if (changeable.length === 0) return;
  const values = changeable.map((name) => `p.${name}`).join(', ');
  connection
    .prepare(
      `UPDATE OR ABORT ${liveTable(plan)} AS n SET (${changeable.join(', ')}) =
         (SELECT ${values} FROM ${sourceOf(plan)} AS p WHERE ${sameKey(keysOf(plan, 'p'), keysOf(plan, 'n'))})
       WHERE ${isChanged(plan, 'update')}`,
    )
    .run();
}

function takeOutAndPutIn(connection: Database.Database, plan: TablePlan): void {
  const whole = `temp.${quoted(`whole ${plan.index}`)}`;
  const then = new Set(plan.columns.map(({ name }) => name));
  const columns = plan.allColumns.map(({ name }) => ({ name, from: then.has(name) ? 'p' : 'n' }));
  const { rowid } = plan;
  if (rowid !== null && !columns.some(({ name }) => name === rowid)) columns.push({ name: rowid, from: 'n' });
  // Columns without a type keep every value as it is.
  connection.exec(
    `CREATE TEMP TABLE ${quoted(`whole ${plan.index}`)} (${columns.map((_, at) => `v${at}`).join(', ')})`,
  );
  connection
    .prepare(
      `INSERT INTO ${whole} SELECT ${columns.map(({ name, from }) => `${from}.${quoted(name)}`).join(', ')}
       FROM ${liveTable(plan)} AS n CROSS JOIN ${sourceOf(plan)} AS p ON ${sameKey(keysOf(plan, 'p'), keysOf(plan, 'n'))}
       WHERE ${isChanged(plan, 'update')}`,
    )
    .run();
  connection.prepare(`DELETE FROM ${liveTable(plan)} AS n WHERE ${isChanged(plan, 'update')}`).run();
  connection
    .prepare(
      `INSERT OR ABORT INTO ${liveTable(plan)} (${columns.map(({ name }) => quoted(name)).join(', ')})
       SELECT * FROM ${whole}`,
    )
    .run();
  connection.exec(`DROP TABLE ${whole}`);
}

/** AUTOINCREMENT never gives a number out again: its counter is the highest of now, of then and of the rows. */
export const raiseSequence = (connection: Database.Database, plan: TablePlan, then: Schema): void =>
  onTable(plan, () => {
    const { rowid } = plan;
    if (!plan.autoincrement || rowid === null) return;
    const theirs = then.tables.get(folded(plan.table));
    const counted = (schema: string, name: string): number =>
      connection
        .prepare(`SELECT max(seq) FROM ${schema}.sqlite_sequence WHERE name = ?`)
        .pluck()
        .safeIntegers()
        .get(name) as number;
    const rows = connection
      .prepare(`SELECT max(${quoted(rowid)}) FROM ${liveTable(plan)}`)
      .pluck()
      .safeIntegers();
    const known = [counted('main', plan.table), rows.get()];
    if (theirs?.autoincrement) known.push(counted(PAST, theirs.name));
    const numbers = known.filter((value): value is bigint => typeof value === 'bigint');
    if (numbers.length === 0) return;
    const seq = numbers.reduce((most, value) => (value > most ? value : most));
    const changed = connection.prepare('UPDATE main.sqlite_sequence SET seq = ? WHERE name = ?').run(seq, plan.table);
    if (changed.changes === 0)
      connection.prepare('INSERT INTO main.sqlite_sequence VALUES (?, ?)').run(plan.table, seq);
  });
