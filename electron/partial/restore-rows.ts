/**
 * The restore of rows from the first comparison to the last check, inside a transaction of the caller: on the live database
 * it is committed, on a copy of it a preview is made of it.
 */
import type Database from 'better-sqlite3';
import { holdfastError } from '../errors/holdfast-error';
import { insertRows, raiseSequence, removeRows, updateRows } from './change-rows';
import { type ChangeCounts, countChanges, countWrong, findChanges, hasAmbiguousRows, matchNow } from './compare';
import type { TablePlan } from './plan';
import { type BrokenReference, References } from './references';
import { onTable, requirePossible } from './refusals';
import { readTexts, type Schema, type SchemaText, type Table } from './schema';
import { quoted } from '../database/names';
import { folded } from './sql-text';
import { liveTable, sheet, sourceOf, WORK } from './worksheet';

/** A restore whose changes are found and not written yet. */
export interface Prepared {
  /** Parents before their children. Tables that are not there and not to be made again are left out. */
  plans: TablePlan[];
  counts: Map<number, ChangeCounts>;
  then: Schema;
  /** As it is now, with the tables that were made. */
  schema: Schema;
  /** The schema's statements as they have to be afterwards. */
  texts: SchemaText[];
}

const MOST_NAMED = 200;

/**
 * Makes tables that are not there and finds what changes.
 * @throws PARTIAL_NOT_POSSIBLE, QUERY_INVALID
 */
export function prepareRows(
  connection: Database.Database,
  now: Schema,
  then: Schema,
  planned: readonly TablePlan[],
): Prepared {
  const wanted = planned.filter(({ created, request }) => created === null || request.insert);
  requirePossible(wanted);
  const schema: Schema = { ...now, tables: new Map(now.tables) };
  const texts = [...now.texts];
  for (const plan of wanted) {
    if (!plan.created) continue;
    makeTable(connection, plan, plan.created);
    schema.tables.set(folded(plan.table), plan.created);
    texts.push(...ownTexts(then, plan.created), ...plan.created.triggers);
  }
  const plans = parentsFirst(wanted, schema);
  const counts = new Map<number, ChangeCounts>();
  for (const plan of plans) {
    refuseAmbiguous(connection, plan);
    matchNow(connection, plan);
    onTable(plan, () => findChanges(connection, plan, `${WORK}.${sheet('changes', plan)}`));
    counts.set(plan.index, countChanges(connection, plan));
  }
  return { plans, counts, then, schema, texts };
}

function makeTable(connection: Database.Database, plan: TablePlan, table: Table): void {
  onTable(plan, () => {
    connection.exec(table.sql);
    for (const { sql } of table.indexes) connection.exec(sql);
  });
}

const ownTexts = (then: Schema, table: Table): SchemaText[] =>
  then.texts.filter(({ type, name }) => type === 'table' && name === table.name).concat(table.indexes);

function refuseAmbiguous(connection: Database.Database, plan: TablePlan): void {
  const isAmbiguous = [liveTable(plan), sourceOf(plan)].some((table) => hasAmbiguousRows(connection, plan, table));
  if (isAmbiguous) requirePossible([{ ...plan, obstacle: 'no-key', obstacleDetail: emptyKey(plan) }]);
}

export const emptyKey = ({ key }: TablePlan): string => `several rows have no ${key.columns.join(', ')}`;

/**
 * Writes the rows and checks them. What is left in the transaction is right, or this throws.
 * @returns references that are broken now and were not before
 * @throws PARTIAL_NOT_POSSIBLE
 */
export function writeRows(
  connection: Database.Database,
  { plans, counts, then, schema, texts }: Prepared,
): { count: number; named: BrokenReference[] } {
  const sumOf = ({ index }: TablePlan): number =>
    Object.values(counts.get(index) ?? {}).reduce((sum, one) => sum + one, 0);
  const changed = plans.filter((plan) => plan.created !== null || sumOf(plan) > 0);
  const references = new References(connection, schema, plans, counts);
  const quiet = texts.filter((text) => changed.some((plan) => plan.quiet.includes(text)));
  for (const { name } of quiet) connection.exec(`DROP TRIGGER main.${quoted(name)}`);
  for (const plan of changed.toReversed()) removeRows(connection, plan);
  for (const plan of changed) updateRows(connection, plan);
  for (const plan of changed) insertRows(connection, plan);
  for (const plan of changed) raiseSequence(connection, plan, then);
  rebuild(connection, changed);
  for (const { sql } of quiet) connection.exec(sql);
  for (const plan of changed) if (plan.created) finishTable(connection, plan, plan.created);
  const [some] = changed;
  if (some && !hasTexts(connection, texts)) throw refused(some, 'its schema would not be the same afterwards');
  for (const plan of changed) {
    const wrong = countWrong(connection, plan);
    if (wrong > 0) throw refused(plan, `${wrong} rows are not what they were then once they are written`);
  }
  return references.broken(MOST_NAMED);
}

const refused = ({ table }: TablePlan, reason: string) =>
  holdfastError('PARTIAL_NOT_POSSIBLE', { params: { table, reason } });

function rebuild(connection: Database.Database, changed: readonly TablePlan[]): void {
  const done = new Set<string>();
  for (const plan of changed) {
    for (const name of plan.rebuilt) {
      if (done.has(name)) continue;
      done.add(name);
      onTable(plan, () => connection.exec(`INSERT INTO main.${quoted(name)} (${quoted(name)}) VALUES ('rebuild')`));
    }
  }
}

/** Triggers come after the rows. One that speaks of something that is not there would fail in every later write. */
function finishTable(connection: Database.Database, plan: TablePlan, table: Table): void {
  onTable(plan, () => {
    for (const { sql } of table.triggers) connection.exec(sql);
    connection.prepare(`INSERT INTO ${liveTable(plan)} DEFAULT VALUES`);
    connection.prepare(`DELETE FROM ${liveTable(plan)}`);
    for (const { name } of plan.allColumns) {
      connection.prepare(`UPDATE ${liveTable(plan)} SET ${quoted(name)} = NULL`);
    }
  });
}

/** Every statement of the schema is there byte for byte, and no other. */
export function hasTexts(connection: Database.Database, wanted: readonly SchemaText[]): boolean {
  const listed = (texts: readonly SchemaText[]): string =>
    JSON.stringify(texts.map(({ type, name, table, sql }) => [type, name, table, sql].join('\u0000')).toSorted());
  return listed(readTexts(connection, 'main')) === listed(wanted);
}

/** So that what a trigger or an index looks up in a parent is there. References in a circle have no order. */
function parentsFirst(plans: readonly TablePlan[], schema: Schema): TablePlan[] {
  const ordered: TablePlan[] = [];
  const seen = new Set<TablePlan>();
  const visit = (plan: TablePlan): void => {
    if (seen.has(plan)) return;
    seen.add(plan);
    for (const { parent } of schema.tables.get(folded(plan.table))?.references ?? []) {
      const above = plans.find(({ table }) => folded(table) === folded(parent));
      if (above) visit(above);
    }
    ordered.push(plan);
  };
  for (const plan of plans) visit(plan);
  return ordered;
}
