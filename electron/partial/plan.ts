/** Decides, from two schemas alone, whether and how rows of a table can be brought back. */
import type { PartialNote, PartialObstacle, PartialTable } from '@shared/recovery';
import { probeTable } from './probe';
import { relatedTo } from './related';
import type { Affinity, Column, Key, Schema, SchemaText, Table } from './schema';
import { folded } from './sql-text';

export interface PlannedColumn {
  name: string;
  affinity: Affinity;
}

export interface TablePlan {
  /** Place in the request: names its worksheet tables. */
  index: number;
  request: PartialTable;
  /** As the live database spells it; as the content does when it is not there now. */
  table: string;
  /** It is not there now and is made from the schema then. */
  created: Table | null;
  obstacle: PartialObstacle | null;
  obstacleDetail: string;
  /** Written now and there then, in the order of now; with the rowid first when that is the key. */
  columns: PlannedColumn[];
  /** All that are written now. */
  allColumns: PlannedColumn[];
  key: Key;
  /** Name under which SQLite gives the rowid; null for a table without one. */
  rowid: string | null;
  /** The values then have to take the types of the columns now before they are compared. */
  converted: boolean;
  autoincrement: boolean;
  /** Taken away while rows are written. */
  quiet: SchemaText[];
  /** Full-text indexes to rebuild after a change. */
  rebuilt: string[];
  notes: PartialNote[];
}

const NO_KEY: Key = { columns: [], collations: [], isRowid: false, nullable: false };

/** Pure: the plan of one table; with an `obstacle` there is nothing to do. */
export function planTable(now: Schema, then: Schema, request: PartialTable, index: number): TablePlan {
  const mine = now.tables.get(folded(request.table)) ?? null;
  const theirs = then.tables.get(folded(request.table)) ?? null;
  const table = mine ?? theirs;
  const plan: TablePlan = {
    ...{ index, request, table: table?.name ?? request.table },
    created: mine === null ? theirs : null,
    ...{ obstacle: null, obstacleDetail: '', columns: [], allColumns: [], key: NO_KEY, rowid: null },
    ...{ converted: false, autoincrement: false, quiet: [], rebuilt: [], notes: [] },
  };
  const stop = (obstacle: PartialObstacle, obstacleDetail = ''): TablePlan => ({ ...plan, obstacle, obstacleDetail });
  if (!table || !theirs) return stop('not-in-backup');
  plan.columns = (mine?.columns ?? theirs.columns).map(({ name, affinity }) => ({ name, affinity }));
  for (const { kind } of [table, theirs]) {
    if (kind === 'view') return stop('view');
    if (kind !== 'table') return stop(kind === 'virtual' ? 'virtual-table' : 'shadow-table');
  }
  const unreadable = table.unreadable ?? theirs.unreadable;
  if (unreadable !== null) return stop('schema-unreadable', unreadable);
  if (now.encoding !== then.encoding) {
    return stop('schema-unreadable', `the text encoding is ${now.encoding} now and was ${then.encoding}`);
  }
  const fault = probeTable(table);
  if (fault) return stop(fault.obstacle, fault.detail);
  return planRows(now, plan, table, theirs, stop);
}

function planRows(
  now: Schema,
  plan: TablePlan,
  table: Table,
  theirs: Table,
  stop: (obstacle: PartialObstacle, detail?: string) => TablePlan,
): TablePlan {
  const written = table.columns.filter(({ generated }) => !generated);
  const shared = written.filter(({ name }) => columnOf(theirs, name) !== undefined);
  const rowid = rowidName(table);
  const key = plan.created ? keyOfNew(theirs, rowid) : commonKey(table, theirs);
  if (key === null) return stop(table.keys.length === 0 ? 'no-key' : 'key-differs', keyNames(table));
  const missing = written.find((column) => column.notNull && !column.hasDefault && !shared.includes(column));
  if (missing) return stop('required-column-not-in-backup', missing.name);
  const planned = (columns: readonly Column[]): PlannedColumn[] => [
    ...(columnOf(table, key.columns[0] ?? '') ? [] : [{ name: key.columns[0] ?? '', affinity: 'INTEGER' as const }]),
    ...columns.map(({ name, affinity }) => ({ name, affinity })),
  ];
  const { quiet, rebuilt, notes } = relatedTo(now, table, plan.created !== null);
  return {
    ...plan,
    ...{ columns: planned(shared), allColumns: planned(written), key, rowid },
    converted: shared.some(({ name, affinity }) => columnOf(theirs, name)?.affinity !== affinity),
    autoincrement: table.autoincrement,
    ...{ quiet, rebuilt },
    notes: [...columnNotes(plan, table, theirs), ...notes],
  };
}

function columnOf({ columns }: Table, name: string): Column | undefined {
  const wanted = folded(name);
  return columns.find((column) => column.name === name) ?? columns.find((column) => folded(column.name) === wanted);
}

const keyNames = (table: Table): string => table.keys[0]?.columns.join(', ') ?? '';

/** A key of both: the same columns, told apart by the same collations. Null when there is none. */
function commonKey(table: Table, theirs: Table): Key | null {
  const sameAs = (key: Key) => (other: Key) =>
    key.columns.length === other.columns.length &&
    key.columns.every((name, place) => {
      const at = other.columns.findIndex((column) => folded(column) === folded(name));
      return at !== -1 && other.collations[at] === key.collations[place];
    });
  return table.keys.find((key) => theirs.keys.some(sameAs(key))) ?? null;
}

/** A table that is made anew takes the rowids of then as well: with those even rows without a key are told apart. */
function keyOfNew(theirs: Table, rowid: string | null): Key | null {
  const [own] = theirs.keys;
  if (own) return own;
  return rowid === null ? null : { columns: [rowid], collations: ['BINARY'], isRowid: true, nullable: false };
}

/** The name of the rowid that no column hides; null when there is none. */
export function rowidName(table: Table): string | null {
  if (table.withoutRowid) return null;
  const own = table.keys.find(({ isRowid }) => isRowid)?.columns[0];
  return own ?? ['rowid', '_rowid_', 'oid'].find((name) => columnOf(table, name) === undefined) ?? null;
}

function columnNotes(plan: TablePlan, table: Table, theirs: Table): PartialNote[] {
  if (plan.created) return [{ note: 'missing-now', names: [plan.table] }];
  const notes: PartialNote[] = [];
  const note = (kind: PartialNote['note'], columns: readonly Column[]): void => {
    if (columns.length > 0) notes.push({ note: kind, names: columns.map(({ name }) => name) });
  };
  const isNew = ({ name, generated }: Column): boolean => !generated && !columnOf(theirs, name);
  note('columns-only-now', table.columns.filter(isNew));
  note(
    'columns-only-then',
    theirs.columns.filter(({ name }) => !columnOf(table, name)),
  );
  note(
    'generated-columns',
    table.columns.filter(({ generated }) => generated),
  );
  return notes;
}
