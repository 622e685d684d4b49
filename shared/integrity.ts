/** Integrity checks, business rules and repair: what they take and what they found. */
import { z } from 'zod';
import type { ErrorCode, ErrorView } from './errors';
import { SEVERITIES } from './errors';
import type { ProofCheck } from './models';
import type { Cell } from './recovery';

const Id = z.string().min(1).max(64);

/** `quick`: the structure of each page (`quick_check`). `full`: also that each index holds each row (`integrity_check`). */
export const CHECK_DEPTHS = ['quick', 'full'] as const;
export type CheckDepth = (typeof CHECK_DEPTHS)[number];

/** A row whose parent is not there. */
export interface ForeignKeyFinding {
  table: string;
  /** Null for WITHOUT ROWID tables. */
  rowid: number | string | null;
  parent: string;
  /** Columns of the reference and what they hold; empty where it could not be read. */
  columns: string[];
  values: Cell[];
}

/**
 * One check of a live database. `ok`: nothing found. `violations`: the file is sound, rows are without their parent.
 * `damaged`: SQLite found faults in the file. `incomplete`: a part could not run, nothing else was found.
 */
export const INTEGRITY_OUTCOMES = ['ok', 'violations', 'damaged', 'incomplete'] as const;
export interface IntegrityRecord {
  id: string;
  databaseId: string;
  depth: CheckDepth;
  trigger: 'scheduled' | 'manual' | 'repair';
  startedAt: string;
  finishedAt: string;
  outcome: (typeof INTEGRITY_OUTCOMES)[number];
  /** The first hundred, in SQLite's words. */
  faults: string[];
  foreignKeyViolations: number;
  foreignKeyExamples: ForeignKeyFinding[];
  /** Why a part could not run: a collation or module that this SQLite does not have. */
  incomplete: string | null;
  tookMs: number;
}

/** What Status says of the integrity of one database. */
export interface IntegrityStatus {
  /** Newest check of any depth, without its examples; null before the first. */
  last: IntegrityRecord | null;
  lastFullAt: string | null;
  /** Damage was found, by a check or a backup, and nothing since has shown it to be over. */
  damaged: boolean;
  /** Rules that are set up and switched on; when one of them last answered, or failed to. */
  rules: number;
  rulesAskedAt: string | null;
  /** Rules that are broken now, and the rows that break them. */
  brokenRules: number;
  offendingRows: number;
  /** Rules that could not be asked the last time: whether they are broken now is not known. */
  failingRules: number;
}

/** A business rule: SQL that returns the rows that break it. */
export const DataRuleConfig = z.object({
  databaseId: Id,
  name: z.string().trim().min(1).max(120),
  sql: z.string().trim().min(1).max(20_000),
  enabled: z.boolean(),
  intervalMinutes: z.number().int().min(1).max(10_080),
  /** So many rows are allowed (`above`): it is broken while there are more, and raises an alert then. */
  alert: z.object({
    enabled: z.boolean(),
    severity: z.enum(SEVERITIES),
    above: z.number().int().min(0).max(1_000_000),
  }),
  /** One statement that mends the rows safely, or null: then it is proposed to nobody. */
  fixSql: z.string().trim().min(1).max(20_000).nullable(),
  /** Set for a rule that came with Holdfast: its name in the catalogue of texts. */
  preset: z.string().max(60).nullable(),
});
export type DataRuleConfig = z.infer<typeof DataRuleConfig>;
export const DataRuleInput = z.object({ id: Id.optional(), config: DataRuleConfig });
export type DataRuleInput = z.infer<typeof DataRuleInput>;

/** At most so many rows of a rule are read, and for so long. */
export const DATA_RULE_ROW_LIMIT = 1_000;
export const DATA_RULE_TIME_LIMIT_MS = 5_000;

export interface DataRuleStatus {
  id: string;
  config: DataRuleConfig;
  /** Null before it was asked for the first time. */
  last: {
    at: string;
    /** Rows that break it; `atLeast` when there are more than were read. */
    count: number;
    atLeast: boolean;
    tookMs: number;
    /** Set when the query failed: then `count` is of the time before, 0 when there was none. */
    error: ErrorView | null;
  } | null;
  /** Counts over time, oldest first, thinned out. */
  course: { at: string; count: number }[];
}

/** `reindex`: a damaged or stale index. `fts-rebuild`: a full-text index. `sequence`: AUTOINCREMENT below the highest row. */
export const REPAIR_KINDS = ['reindex', 'fts-rebuild', 'sequence', 'rule-fix'] as const;
export type RepairKind = (typeof REPAIR_KINDS)[number];

export interface RepairStep {
  id: string;
  kind: RepairKind;
  /** Table, index, or name of the rule. */
  subject: string;
  /** What was found, in SQLite's words. */
  reason: string;
}

/** What is never done by itself. `restore`: a proved restore point. `salvage`: read what can be read into a new file. */
export interface RepairProposal {
  kind: 'restore' | 'salvage' | 'orphans';
  /** Restore point, or null. */
  pointId: string | null;
  /** For orphans: the rows without a parent. */
  count: number;
}

export interface RepairPlan {
  databaseId: string;
  /** The check that the plan is made from. */
  check: IntegrityRecord;
  steps: RepairStep[];
  proposals: RepairProposal[];
}

/** `repaired`: verified better than before. `undone`: it was not, and everything is as it was. */
export interface RepairRecord {
  id: string;
  databaseId: string;
  startedAt: string;
  finishedAt: string;
  outcome: 'repaired' | 'undone' | 'failed';
  steps: RepairStep[];
  /** The backup that it ran behind. */
  safetyPointId: string | null;
  faultsBefore: number;
  faultsAfter: number | null;
  errorCode: ErrorCode | null;
}

export interface SalvageReport {
  file: string;
  /** The new file. */
  target: string;
  method: 'sqlite3-recover' | 'table-by-table';
  tables: {
    table: string;
    rowsSaved: number;
    /** Null when it cannot be known how many there were. */
    rowsLost: number | null;
    note: string;
  }[];
  /** Rows that belong to no table any more. */
  lostAndFoundRows: number;
  /** Checks of the new file. */
  checks: ProofCheck[];
  tookMs: number;
}
