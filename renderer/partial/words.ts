/** What is said of tables, of rows that differ and of what restoring them does. */
import type { Cell, PartialPreview, PartialTableInfo, PartialTablePreview } from '@shared/recovery';
import type { Texts } from '@/i18n';
import type { TableChoice } from './flow';

/** Rows of a table now and then. */
export function countWords({ rowsNow, rowsThen, notes }: PartialTableInfo, { t, format }: Texts): string {
  const isGone = notes.some(({ note }) => note === 'missing-now');
  const count = (rows: number | null): string => (rows === null ? t('partial.unknown') : format.number(rows));
  return isGone
    ? t('partial.countsGone', { then: count(rowsThen) })
    : t('partial.counts', { now: count(rowsNow), then: count(rowsThen) });
}

/** Why rows of a table cannot be restored; null when they can. */
export function obstacleWords({ obstacle, obstacleDetail }: PartialTableInfo, { t }: Texts): string | null {
  if (obstacle === null) return null;
  const words = t(`partial.obstacle.${obstacle}`);
  return obstacleDetail === '' ? words : `${words} ${t('partial.obstacleAbout', { detail: obstacleDetail })}`;
}

/** Rows that come back, are reset and are removed; of one table or of all together. */
export interface RowCounts {
  inserts: number;
  updates: number;
  removes: number;
}

export function totalsOf(tables: readonly RowCounts[]): RowCounts {
  const sum = (key: keyof RowCounts): number => tables.reduce((total, table) => total + table[key], 0);
  return { inserts: sum('inserts'), updates: sum('updates'), removes: sum('removes') };
}

export const rowsIn = ({ inserts, updates, removes }: RowCounts): number => inserts + updates + removes;

/** What the button does: "Bring back 3 rows, reset 1 row in videos". */
export function confirmWords(preview: PartialPreview, { t, format }: Texts): string {
  const changing = preview.tables.filter((table) => rowsIn(table) > 0);
  const [first] = changing;
  if (!first) return t('partial.confirmNothing');
  const totals = totalsOf(changing);
  const actions = [
    ...(totals.inserts > 0
      ? [t('partial.do.insert', { count: totals.inserts, rows: format.number(totals.inserts) })]
      : []),
    ...(totals.updates > 0
      ? [t('partial.do.update', { count: totals.updates, rows: format.number(totals.updates) })]
      : []),
    ...(totals.removes > 0
      ? [t('partial.do.remove', { count: totals.removes, rows: format.number(totals.removes) })]
      : []),
  ].join(', ');
  const begun = actions.charAt(0).toLocaleUpperCase() + actions.slice(1);
  return changing.length === 1
    ? t('partial.confirmTable', { actions: begun, table: first.table })
    : t('partial.confirmTables', { actions: begun, count: changing.length });
}

/** A value as it is shown; null for NULL, which is no text. Whole numbers stay as they are: they may be ids. */
export function cellWords(cell: Cell, { format }: Texts): string | null {
  if (cell === null) return null;
  if (typeof cell === 'string') return cell;
  return Number.isInteger(cell) ? String(cell) : format.number(cell);
}

/** What mends broken references: tables whose missing rows are to come back too, and those where that is no help. */
export function mending(
  { newViolations }: PartialPreview,
  choices: ReadonlyMap<string, TableChoice>,
  tables: readonly PartialTableInfo[],
): { add: string[]; widen: string[] } {
  const add = new Set<string>();
  const widen = new Set<string>();
  for (const { parent, table } of newViolations) {
    const possible = tables.some((info) => info.table === parent && info.obstacle === null);
    const chosen = choices.get(parent);
    if (possible && !chosen?.insert) add.add(parent);
    else widen.add(chosen ? parent : table);
  }
  return { add: [...add], widen: [...widen] };
}

/** What was previewed can be done: something changes, nothing stands in the way and no reference is broken. */
export const canRestore = ({ tables, newViolations }: PartialPreview): boolean =>
  newViolations.length === 0 && tables.every(({ obstacle }) => obstacle === null) && rowsIn(totalsOf(tables)) > 0;

/** The tables of a preview, those that cannot be restored after all first, then those that change. */
export const byChange = (tables: readonly PartialTablePreview[]): PartialTablePreview[] =>
  tables.toSorted((a, b) => rank(a) - rank(b));
const rank = (table: PartialTablePreview): number => (table.obstacle ? 0 : rowsIn(table) > 0 ? 1 : 2);
