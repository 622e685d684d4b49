/**
 * Reads the rows of a table around damage. SQLite ends a scan at the first page that it cannot read: the scan is taken up
 * behind it, from the other end, and in ever smaller ranges of rowids between the two.
 */
import type Database from 'better-sqlite3';
import { quoted } from '../database/names';
import { typedColumns } from './typed-values';

/** Of each column its type and its value, text as the bytes that are stored; behind the rowid, where there is one. */
export type TypedRow = unknown[];

export interface ReadPlan {
  table: string;
  columns: readonly string[];
  /** A name for the rowid; null for tables without, and where no name is left for it. */
  rowid: string | null;
  /** Columns of the key of a WITHOUT ROWID table. */
  key: readonly string[];
}

export interface ReadEnd {
  /** Rows that are there and cannot be read; null when nobody knows how many. */
  lost: number | null;
  /** SQLite's words for the first damage; null when everything was read. */
  fault: string | null;
}

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** Ranges without a row that are tried one after the other inside a hole: one of half as many rowids is looked through. */
const FRUITLESS_PROBES = 400;

/** Calls `onRow` with every row that can be read; a row may come twice where the damage says so. */
export function readRows(source: Database.Database, plan: ReadPlan, onRow: (row: TypedRow) => void): ReadEnd {
  const scan = scanner(source, plan, onRow);
  const first = scan('', 'ASC', []);
  if (first.fault === null) return { lost: 0, fault: null };
  if (plan.rowid === null) {
    if (plan.key.length > 0) scan('', 'DESC', []);
    return { lost: null, fault: first.fault };
  }
  return { ...around(source, plan, scan, first.last), fault: first.fault };
}

interface ScanEnd {
  /** Rowid of the last row that was read; null when there was none. */
  last: bigint | null;
  fault: string | null;
}
type Scan = (where: string, direction: 'ASC' | 'DESC', values: bigint[]) => ScanEnd;

function scanner(source: Database.Database, plan: ReadPlan, onRow: (row: TypedRow) => void): Scan {
  const { begin, names } = renamed(source, plan);
  const wanted = [...(plan.rowid === null ? [] : ['r']), ...typedColumns(plan.columns.map(names))].join(', ') || 'NULL';
  return (where, direction, values) => {
    const order = plan.rowid === null ? plan.key.map((name) => quoted(names(name))) : ['r'];
    // The first scan takes the rows as they lie: where pages are mixed up their order is, too.
    const isFirst = where === '' && direction === 'ASC';
    const ordered = isFirst ? '' : `${where} ORDER BY ${order.map((name) => `${name} ${direction}`).join(', ')}`;
    let last: bigint | null = null;
    let isOurs = false;
    try {
      const rows = source.prepare(`${begin} SELECT ${wanted} FROM x ${ordered}`).raw().safeIntegers();
      for (const row of rows.iterate(...values) as Iterable<TypedRow>) {
        if (plan.rowid !== null && typeof row[0] === 'bigint') last = row[0];
        isOurs = true;
        onRow(row);
        isOurs = false;
      }
      return { last, fault: null };
    } catch (thrown) {
      // What goes wrong with the row elsewhere is no damage here.
      if (isOurs) throw thrown;
      return { last, fault: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  };
}

/**
 * The table under names of our own: a name that is damaged is no valid text, and cannot be said in a query.
 * @returns how the query begins, and what a column is called in it
 */
function renamed(source: Database.Database, { table, rowid, key }: ReadPlan) {
  const all = source.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1').pluck().all(table) as string[];
  const called = all.map((_, index) => `c${index}`);
  const names = (name: string): string => called[all.indexOf(name)] ?? name;
  const notIndexed = rowid === null && key.length > 0 ? '' : 'NOT INDEXED';
  const [own, theirs] = rowid === null ? [[], []] : [['r'], [rowid]];
  const begin = `WITH x (${[...own, ...called].join(', ')}) AS (SELECT ${[...theirs, '*'].join(', ')} FROM ${quoted(table)} ${notIndexed})`;
  return { begin, names };
}

/** Goes on behind the row `last`, at which the first scan ended. */
function around(source: Database.Database, plan: ReadPlan, scan: Scan, last: bigint | null): Pick<ReadEnd, 'lost'> {
  const range = 'WHERE r BETWEEN ? AND ?';
  let lost = 0;
  /** Reads towards `to`; a row whose place is known and whose content is not is stepped over. Gives where it ended. */
  const towards = (from: bigint, to: bigint): bigint | null => {
    const up = to >= from;
    const step = up ? 1n : -1n;
    for (let at = from; up ? at <= to : at >= to; ) {
      const [low, high] = up ? [at, to] : [to, at];
      const end = scan(range, up ? 'ASC' : 'DESC', [low, high]);
      if (end.fault === null) return null;
      // Where pages are mixed up SQLite gives rows that lie before the range: they lead nowhere new.
      if (end.last !== null && (up ? end.last >= at : end.last <= at)) at = end.last + step;
      const next = nextRowid(source, plan, up ? [at, to] : [to, at], up);
      if (next === null) return null;
      if (next === undefined || (up ? next < at : next > at)) return at;
      lost++;
      at = next + step;
    }
    return null;
  };
  const upTo = towards(last === null ? LEAST : last === MOST ? MOST : last + 1n, MOST);
  if (upTo === null) return { lost };
  const downTo = towards(MOST, upTo);
  if (downTo === null) return { lost };
  const holes: [bigint, bigint][] = [[upTo, downTo]];
  for (let fruitless = 0; fruitless < FRUITLESS_PROBES; fruitless++) {
    const hole = holes.shift();
    if (!hole) break;
    const [low, high] = hole;
    const rose = scan(range, 'ASC', [low, high]);
    if (rose.fault === null) continue;
    const fell = scan(range, 'DESC', [low, high]);
    const isInside = (last: bigint | null): last is bigint => last !== null && last >= low && last <= high;
    const from = isInside(rose.last) ? rose.last + 1n : low;
    const to = isInside(fell.last) ? fell.last - 1n : high;
    if (from > low || to < high) fruitless = 0;
    if (from >= to) continue;
    const middle = (from + to) >> 1n;
    holes.push([from, middle], [middle + 1n, to]);
  }
  return { lost: null };
}

/** The next rowid in a range without what its row holds; null for none, undefined when the way there is damaged. */
function nextRowid(
  source: Database.Database,
  { table, rowid }: ReadPlan,
  [low, high]: [bigint, bigint] | bigint[],
  up: boolean,
): bigint | null | undefined {
  const name = rowid ?? 'rowid';
  const sql = `SELECT ${name} FROM ${quoted(table)} NOT INDEXED WHERE ${name} BETWEEN ? AND ? ORDER BY ${name} ${up ? 'ASC' : 'DESC'} LIMIT 1`;
  try {
    const found = source.prepare(sql).pluck().safeIntegers().get(low, high);
    return typeof found === 'bigint' ? found : null;
  } catch {
    // The scan before has told what is damaged.
    return undefined;
  }
}
