/** What a restore of rows would change, as text for people. */
import type { RowPreview } from './values';
import { lines, type Words } from './words';

type TablePreview = RowPreview['tables'][number];
type Difference = TablePreview['differences'][number];

/** Rows of one table that are shown; `--json` has more. */
const MOST_SHOWN = 20;
const MARKS = { insert: '+', update: '~', remove: '-' } as const;

export function rowPreview({ tables, newViolations }: RowPreview, words: Words): string {
  const { text, format } = words;
  const possible = tables.filter(({ obstacle }) => obstacle === null);
  const { inserts, updates, removes, same } = text.column;
  const counts = words.table(
    [
      { title: text.column.table },
      ...[inserts, updates, removes, same].map((title) => ({ title, align: 'right' as const })),
    ],
    possible.map((one) => [
      one.table,
      ...[one.inserts, one.updates, one.removes, one.same].map((value) => format.count(value)),
    ]),
  );
  const why: Record<string, string> = text.rowsObstacle;
  const impossible = tables.flatMap(({ table, obstacle }) =>
    obstacle === null ? [] : [`! ${text.rowsImpossible(table, why[obstacle] ?? obstacle)}`],
  );
  const broken = newViolations
    .slice(0, MOST_SHOWN)
    .map(({ table, rowid, parent }) => `! ${text.rowsBroken(table, cell(rowid), parent)}`);
  return (
    (possible.length > 0 ? counts : '') +
    possible.map((one) => rowsOf(one, words)).join('') +
    lines(...impossible, ...broken, ...(broken.length > 0 ? [text.rowsRefused] : []), text.nothingRestored)
  );
}

function rowsOf(one: TablePreview, { text, format }: Words): string {
  const shown = one.differences.slice(0, MOST_SHOWN);
  const more = one.inserts + one.updates + one.removes - shown.length;
  return lines(
    ...shown.map((difference) => rowOf(one, difference)),
    ...(more > 0 ? [text.rowsMore(format.count(more))] : []),
  );
}

/** `~ item 3: title first 3 → changed`, and all values of a row that comes or goes. */
function rowOf({ table, columns }: TablePreview, { change, key, now, then, changed }: Difference): string {
  const value = (row: Difference['now'], at: number): string => cell(row?.[at] ?? null);
  const values =
    change === 'update'
      ? changed.map((at) => `${columns[at] ?? ''} ${value(now, at)} → ${value(then, at)}`)
      : columns.map((name, at) => `${name} ${value(then ?? now, at)}`);
  return `${MARKS[change]} ${table} ${key.map(cell).join(', ')}: ${values.join(', ')}`;
}

const cell = (value: string | number | null): string => (value === null ? 'NULL' : String(value));
