/**
 * Bringing back any moment and any part: continuous protection, the timeline, opened moments, rows of tables.
 * Plain data; `…At` is an ISO 8601 time in UTC, `…Bytes` a number of bytes, `…Ms` milliseconds.
 */
import type { AlertView } from './alerting';
import type { ErrorView } from './errors';
import type { BackupKind, PointForm, ProofCheck, ProofState } from './models';
import type { QueryResult } from './monitoring';

/** A value as the window shows it: see `QueryResult`. */
export type Cell = QueryResult['rows'][number][number];

/**
 * Why a generation of the log ended. `stopped`: protection was switched off, or Holdfast ended in order. `interrupted`: the
 * capture ended unexpectedly and the log had gone on when it came back. `wal-restarted`: frames were overwritten before they
 * were seen. `wal-too-large`: the pin was given up so that the WAL could shrink.
 */
export const GENERATION_ENDS = [
  'stopped',
  'interrupted',
  'wal-restarted',
  'wal-too-large',
  'database-replaced',
  'not-wal',
  'page-size-changed',
  'disk-full',
  'failed',
] as const;
export type GenerationEnd = (typeof GENERATION_ENDS)[number];

/**
 * Continuous protection of one database. `starting`: capturing, but there is no proved restore point yet that the log can
 * be replayed on. `running`: every transaction since `since` can be brought back. `waiting`: the database cannot be
 * captured now (`error` says why); it is tried again.
 */
export interface ContinuousStatus {
  state: 'off' | 'starting' | 'running' | 'waiting';
  /** Since when without a gap; null unless running. */
  since: string | null;
  /** Moment up to which everything committed is in the log on disk. Null before the first look. */
  coveredUntil: string | null;
  /** Transactions in the log since `since`. */
  transactions: number;
  /** Of the log that is kept, all generations. */
  logBytes: number;
  error: ErrorView | null;
}

/** A span in which every committed transaction can be brought back. */
export interface ContinuousRange {
  generationId: string;
  fromAt: string;
  untilAt: string;
  transactions: number;
  /** True while it grows. */
  open: boolean;
  /** Why it ended; null while it grows. */
  endedBecause: GenerationEnd | null;
}

/** Between two ranges, or since the last one ended: only restore points there. */
export interface ContinuousGap {
  fromAt: string;
  /** Null while it lasts. */
  untilAt: string | null;
  because: GenerationEnd;
}

export interface TimelinePoint {
  id: string;
  at: string;
  kind: BackupKind;
  form: PointForm;
  state: ProofState;
}

export interface TimelineEvent {
  kind: 'integrity-check' | 'drill' | 'restore' | 'repair' | 'alert';
  at: string;
  /** Null for what has no duration. */
  untilAt: string | null;
  outcome: 'ok' | 'warning' | 'failed';
  /** Id of the check, drill, restore, repair or alert. */
  id: string;
  /** For alerts: what it is called and its values. */
  alert: Pick<AlertView, 'id' | 'severity' | 'titleKey' | 'params'> | null;
}

/** All that is known of one database over time, oldest first. */
export interface Timeline {
  databaseId: string;
  /** Oldest moment that can be brought back; null when there is none. */
  firstAt: string | null;
  points: TimelinePoint[];
  ranges: ContinuousRange[];
  gaps: ContinuousGap[];
  events: TimelineEvent[];
}

/** What a moment turns out to be. */
export interface ResolvedMoment {
  databaseId: string;
  /** Moment that was asked for. */
  askedAt: string;
  /** Moment of the content that comes back: at or before `askedAt`. */
  contentAt: string;
  /** The transaction may be older than `contentAt` by at most so much. 0 for a restore point. */
  uncertaintyMs: number;
  /** Restore point that it is, or that the log is replayed on. */
  pointId: string;
  /** Number of the last transaction that is in it; null for a restore point as it is. */
  transaction: number | null;
}

export interface MomentTable {
  table: string;
  /** Null where it could not be counted. */
  rows: number | null;
  columns: string[];
  /** Virtual tables and views are listed, and can be looked at where their module is there. */
  kind: 'table' | 'virtual' | 'view';
}

/** A moment or restore point, extracted and proved, ready to be looked at, compared and restored. */
export interface OpenedMoment {
  /** Like that of a `FileInspection`: a `RestoreSource`, let go by `files:release`. */
  token: string;
  databaseId: string;
  contentAt: string;
  uncertaintyMs: number;
  contentBytes: number;
  checks: ProofCheck[];
  tables: MomentTable[];
}

export interface TablePage {
  columns: string[];
  rows: Cell[][];
  /** All rows that the search finds; null when counting them took too long. */
  total: number | null;
  offset: number;
}

/** Why rows of a table cannot be restored by themselves; the whole database can. */
export const PARTIAL_OBSTACLES = [
  'not-in-backup',
  'virtual-table',
  'shadow-table',
  'view',
  'no-key',
  'key-differs',
  'column-missing-module',
  'schema-needs-double-quoted-strings',
  'schema-unreadable',
  'required-column-not-in-backup',
] as const;
export type PartialObstacle = (typeof PARTIAL_OBSTACLES)[number];

/** What people should know before rows of a table are restored. `columns`, `names`: what it is about. */
export interface PartialNote {
  note:
    | 'columns-only-now'
    | 'columns-only-then'
    | 'generated-columns'
    | 'triggers-kept-quiet'
    | 'cascades'
    | 'full-text-rebuilt'
    | 'virtual-tables-left'
    | 'autoincrement'
    | 'missing-now'
    | 'rows-without-parent';
  names: string[];
}

export interface PartialTableInfo {
  table: string;
  /** Null: its rows can be restored. */
  obstacle: PartialObstacle | null;
  /** What of it stands in the way: a module, a column. */
  obstacleDetail: string;
  columns: string[];
  keyColumns: string[];
  /** Null where they could not be counted, or the table is not there now. */
  rowsNow: number | null;
  rowsThen: number | null;
  notes: PartialNote[];
}

/** What is done to the rows of one table. */
export interface PartialTable {
  table: string;
  /** SQL condition over the columns of the table; all rows when it is left out. */
  filter?: string | undefined;
  /** Rows that were there then and are not now. */
  insert: boolean;
  /** Rows that differ. */
  update: boolean;
  /** Rows that are there now and were not then. */
  remove: boolean;
}

/** One row that would change. */
export interface RowDifference {
  change: 'insert' | 'update' | 'remove';
  key: Cell[];
  /** By column, in the order of `columns`; null when there is no row. */
  now: Cell[] | null;
  then: Cell[] | null;
  /** Indexes of the columns whose value differs. */
  changed: number[];
}

export interface PartialTablePreview {
  table: string;
  obstacle: PartialObstacle | null;
  columns: string[];
  keyColumns: string[];
  inserts: number;
  updates: number;
  removes: number;
  /** Rows that are the same. */
  same: number;
  differences: RowDifference[];
  /** True when there are more differences than are listed. */
  truncated: boolean;
  notes: PartialNote[];
}

/** What restoring chosen tables or rows would change, tried on a copy of the live database. */
export interface PartialPreview {
  databaseId: string;
  contentAt: string;
  tables: PartialTablePreview[];
  /** References that would be broken afterwards and are not now: the restore would be refused. */
  newViolations: { table: string; rowid: Cell; parent: string }[];
}
