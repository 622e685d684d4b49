/**
 * What the parts of Holdfast tell each other: plain data, the same in the main process, the window and the command.
 * Every `…At` is an ISO 8601 time in UTC, every `…Bytes` a number of bytes, every `…Ms` milliseconds.
 */
import type { SafeMode } from './error-groups';
import type { AlertView } from './alerting';
import type { DestinationKind } from './destinations';
import type { ErrorCode, ErrorView, Severity } from './errors';
import type { IntegrityStatus } from './integrity';
import type { ContinuousStatus } from './recovery';
import type { Settings } from './settings';

/** `incremental`: the changed pages, as often as every few minutes, and only when something changed. */
export const SCHEDULED_KINDS = ['incremental', 'daily', 'weekly', 'monthly'] as const;
export type ScheduledKind = (typeof SCHEDULED_KINDS)[number];

/** `safety` is the backup that Holdfast takes of a database just before it restores over it. */
export const BACKUP_KINDS = ['manual', ...SCHEDULED_KINDS, 'safety'] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];

/** One SQLite database that Holdfast guards. */
export interface GuardedDatabase {
  id: string;
  /** Unique among the guarded databases; what people type and read. */
  name: string;
  /** Real path: symbolic links are resolved when the database is added. */
  path: string;
  addedAt: string;
  /** True for the sample that Holdfast built itself. */
  sample: boolean;
  schedules: Record<ScheduledKind, ScheduleSetting>;
  /** Every committed transaction is kept, while the database is in WAL mode. */
  continuous: boolean;
}

export interface ScheduleSetting {
  enabled: boolean;
  /** Five cron fields, read in the machine's local time zone. */
  cron: string;
  /** Store only the pages that changed, where there is a chain to add to. `incremental` always does. */
  changesOnly?: boolean;
}

export const PROOF_STEPS = [
  'chain',
  'file-size',
  'file-sha256',
  'gzip-stream',
  'content-size',
  'content-sha256',
  'log',
  'opens',
  'integrity-check',
  'foreign-key-check',
] as const;
export type ProofStep = (typeof PROOF_STEPS)[number];

/** One step of proving a backup. `warning`: the copy is faithful, but the database itself has this fault. */
export interface ProofCheck {
  step: ProofStep;
  outcome: 'ok' | 'warning' | 'failed';
  /** What was compared or found, for people who want to know; English, never needed to decide anything. */
  detail: string;
}

/**
 * `proved`: every check passed. `unproved`: the file is there, nothing was checked on this machine yet.
 * `failed`: a check failed. `missing`: the catalogue knows it, the folder has it no more. `elsewhere`: it is kept at
 * destinations only, by their retention; restoring fetches it.
 */
export const PROOF_STATES = ['proved', 'unproved', 'failed', 'missing', 'elsewhere'] as const;
export type ProofState = (typeof PROOF_STATES)[number];

/** `full`: the whole image, one file by itself. `changes`: the pages that changed since its parent. */
export const POINT_FORMS = ['full', 'changes'] as const;
export type PointForm = (typeof POINT_FORMS)[number];

/**
 * `waiting`: to be copied, or to be tried again. `copied`: the destination has it, size and hash were compared.
 * `failed`: the last attempt failed. `damaged`, `missing`: what is there is not what was copied, or nothing is there.
 */
export const COPY_STATES = ['waiting', 'copied', 'failed', 'damaged', 'missing'] as const;
export type CopyState = (typeof COPY_STATES)[number];

/** A copy of a restore point at a destination. */
export interface CopyView {
  destinationId: string;
  /** Name of the destination. */
  destination: string;
  state: CopyState;
  /** Null until it was copied. */
  copiedAt: string | null;
  /** When it was last compared in place, byte by byte or by what the service says of its hash. */
  verifiedAt: string | null;
  /** Why the last attempt failed. */
  error: ErrorView | null;
  /** When it is tried again; null while it waits for nothing. */
  nextTryAt: string | null;
}

/** A moment a database can be brought back to: one backup in the catalogue. */
export interface RestorePoint {
  id: string;
  databaseId: string;
  /** Name of the database. */
  database: string;
  kind: BackupKind;
  /** The moment the content belongs to: when the snapshot was pinned. */
  createdAt: string;
  form: PointForm;
  /** The restore point whose image these pages change; null for a full one. */
  parentId: string | null;
  /** The full restore point that the chain begins with; its own id for a full one. */
  chainId: string;
  /** Links to the full one: 0 for that itself. */
  chainLength: number;
  /** Pages that are stored; null for a full one. */
  changedPages: number | null;
  /** Full path of the `.sqlite.gz` or `.pages.gz`. */
  file: string;
  /** Size of the file. */
  sizeBytes: number;
  /** Size of the database inside. */
  contentBytes: number;
  /** SHA-256 of the file, hex. */
  sha256: string;
  /** SHA-256 of the database inside, hex. */
  contentSha256: string;
  pageSizeBytes: number;
  pageCount: number;
  schemaVersion: number;
  userVersion: number;
  applicationId: number;
  /** From request to catalogue entry. */
  durationMs: number;
  /** True when `state` is `proved`. */
  verified: boolean;
  state: ProofState;
  verifiedAt: string | null;
  checks: ProofCheck[];
  /** What retention says about it today. */
  retention: RetentionDecision | null;
  /** One for each destination that has or should have it. */
  copies: CopyView[];
}

export const KEEP_REASONS = [
  'last-proved',
  'daily-period',
  'weekly-period',
  'monthly-period',
  'manual',
  'undo',
  'not-proved',
  'newer-not-proved',
  'newest-incrementals',
  'base',
  'log-base',
  'not-copied',
  'other-home',
] as const;
/**
 * Why a restore point stays. `period` names the day, ISO week or month it stands for; for `base` the restore point that
 * needs it. `log-base`: the transaction log is replayed on it. `not-copied`: a destination that is to keep it does not have
 * it yet. `other-home`: another Holdfast made it.
 */
export interface KeepReason {
  reason: (typeof KEEP_REASONS)[number];
  period?: string;
}
export interface RetentionDecision {
  id: string;
  keep: boolean;
  /** Why it is kept; empty when it goes, and for a point that lies elsewhere only. */
  reasons: KeepReason[];
  /** Why it goes: what each rule says of it. Left out for one that stays. */
  letGo?: LetGoReason[];
}
/**
 * Why a rule does not keep a restore point. `by`: the point that stands for its period instead. Without it the period, or
 * its place among the newest, is past what is kept.
 */
export interface LetGoReason {
  rule: (typeof LET_GO_RULES)[number];
  period?: string;
  by?: string;
}
export const LET_GO_RULES = ['newest-incrementals', 'daily-period', 'weekly-period', 'monthly-period', 'undo'] as const;

export const JOB_KINDS = [
  'backup',
  'verify',
  'restore',
  'save-copy',
  'inspect',
  'copy',
  'verify-copy',
  'scan',
  'drill',
  'check',
  'repair',
  'salvage',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export type JobPhase =
  | 'queued'
  | 'snapshot'
  | 'compress'
  | 'prove'
  | 'extract'
  | 'safety-backup'
  | 'apply'
  | 'verify'
  | 'roll-back'
  | 'count-rows'
  | 'encrypt'
  | 'upload'
  | 'download'
  | 'compare'
  | 'replay'
  | 'check'
  | 'repair'
  | 'salvage';

/** Work that runs now or waits its turn. */
export interface JobView {
  id: string;
  kind: JobKind;
  databaseId: string | null;
  /** Name of the database or of the file. */
  subject: string;
  phase: JobPhase;
  startedAt: string;
  doneBytes: number;
  /** 0 while it is not known. */
  totalBytes: number;
  /** Over the last seconds; 0 while it is not known. */
  bytesPerSecond: number;
  /** Null while it is not known. */
  secondsLeft: number | null;
  cancellable: boolean;
}

/** Something that is wrong now: the open errors, grouped by code and database. */
export interface Problem {
  id: string;
  code: ErrorCode;
  severity: Severity;
  databaseId: string | null;
  params: Record<string, string | number>;
  /** Technical detail: the cause's own words, a stack. English. */
  detail: string;
  firstSeenAt: string;
  lastSeenAt: string;
  count: number;
  state: 'open' | 'resolved';
  resolvedAt: string | null;
}

/** One day of the 30-day strip. */
export interface BackupDay {
  /** Local calendar day, `YYYY-MM-DD`. */
  day: string;
  /** `none`: nothing was due or done; `failed` wins over `proved` only when nothing was proved that day. */
  result: 'proved' | 'failed' | 'none';
  count: number;
}

/** `working`: the first backup is being taken. */
export type Protection = 'protected' | 'at-risk' | 'unprotected' | 'working';

/** Everything a card on Status says of one database. */
export interface DatabaseStatus {
  database: GuardedDatabase;
  protection: Protection;
  /** Newest proved restore point; null when there is none. */
  lastProved: RestorePoint | null;
  /** Newest restore point of any state. */
  lastBackup: RestorePoint | null;
  /** When anything was last proved by restoring it, and which point that was. */
  lastProofAt: string | null;
  nextRun: { kind: ScheduledKind; at: string } | null;
  /** Worst open problem of this database. */
  problem: Problem | null;
  restorePoints: number;
  storedBytes: number;
  /** Size of the live database at the last look; null when it could not be seen. */
  liveBytes: number | null;
  days: BackupDay[];
  /**
   * Until when the newest state is known to be kept: the newest proved restore point, or a later look that found nothing
   * changed since. Null without a proved restore point.
   */
  coveredUntil: string | null;
  places: CopyPlaces;
  /** Newest drill; null before the first. */
  lastDrill: DrillRecord | null;
  continuous: ContinuousStatus;
  integrity: IntegrityStatus;
}

/** Where a database's data is kept, counted by the rule of three copies on two media with one offsite. */
export interface CopyPlaces {
  /** The live database, the backup folder, each destination. */
  places: CopyPlace[];
  /** Places that hold the data now: the database itself, and those with a proved or verified restore point. */
  copies: number;
  media: number;
  offsite: number;
  /** What the rule asks for and is not there; empty when it is met. */
  missing: ('copy' | 'medium' | 'offsite')[];
}
export interface CopyPlace {
  kind: 'live' | 'backup-folder' | DestinationKind;
  /** Null for the live database and the backup folder. */
  destinationId: string | null;
  name: string;
  /** Places of one medium fail together. */
  medium: string;
  offsite: boolean;
  /** Restore points there that were proved or verified. */
  points: number;
  /** Moment of the newest of them; null when there is none. */
  newestAt: string | null;
  /** Newest comparison in place. */
  verifiedAt: string | null;
  /** Copies that wait or failed. */
  behind: number;
  counts: boolean;
}

/** A restore into a scratch folder, to see that it works. */
export interface DrillRecord {
  id: string;
  databaseId: string;
  startedAt: string;
  finishedAt: string;
  outcome: 'passed' | 'failed';
  results: DrillResult[];
}
export interface DrillResult {
  pointId: string;
  pointAt: string;
  /** Where it was restored from; null for the backup folder. */
  destinationId: string | null;
  outcome: 'passed' | 'failed';
  checks: ProofCheck[];
  tables: DrillTable[];
  tookMs: number;
  error: ErrorView | null;
}
export interface DrillTable {
  table: string;
  /** Null when the table could not be read. */
  rows: number | null;
  /** In the live database now; null when it is not there. */
  rowsNow: number | null;
  /** `same`: the same rows as now. `changed`: the live database has gone on. `unreadable`: a fault. */
  result: 'same' | 'changed' | 'gone' | 'unreadable';
}

/** A database that nobody guards here, of which restore points are known. */
export interface FormerDatabase {
  id: string;
  name: string;
  path: string;
  points: number;
  newestAt: string | null;
}

/** A restore that happened, newest first; `undoPointId` brings back what was there before. */
export interface RestoreRecord {
  id: string;
  databaseId: string;
  database: string;
  /** The restore point, or null when a dropped file was restored. */
  sourcePointId: string | null;
  /** File that was restored. */
  sourceFile: string;
  /** Moment of the content. Null for restores from before this was kept. */
  contentAt: string | null;
  /** Tables of which rows were restored; null: the whole database. */
  tables: string[] | null;
  startedAt: string;
  finishedAt: string | null;
  outcome: 'running' | 'restored' | 'rolled-back' | 'unchanged' | 'interrupted' | 'failed';
  undoPointId: string | null;
  /** True when an application wrote before the result could be compared: SQLite's checks are the proof then. */
  writtenSince: boolean;
  undone: boolean;
  /** Set when it did not end in `restored`. */
  errorCode: ErrorCode | null;
}

/** One sentence of the window's header and of the tray, as a key of `shared/text` with its values. */
export interface Sentence {
  key:
    | 'no-databases'
    | 'all-protected'
    | 'working'
    | 'no-proved-backup'
    | 'overdue'
    | 'problem'
    | 'own-problem'
    | 'alert';
  params: Record<string, string | number>;
  severity: 'ok' | 'busy' | 'warning' | 'critical';
}

export type HealthStatus = 'pass' | 'warn' | 'fail';
/** One line of Health. `key` names a text in `shared/text` (health.<component>.<key>). */
export interface HealthComponent {
  component:
    | 'databases'
    | 'backups'
    | 'backup-folder'
    | 'disk'
    | 'memory'
    | 'cpu'
    | 'event-loop'
    | 'store'
    | 'monitoring'
    | 'services'
    | 'notifiers'
    | 'endpoint'
    | 'keyring'
    | 'copies'
    | 'drills'
    | 'continuous'
    | 'integrity'
    | 'data-rules'
    | 'operations'
    | 'logs';
  status: HealthStatus;
  key: string;
  params: Record<string, string | number>;
  observedValue: number | null;
  observedUnit: string;
  time: string;
}

/** The local HTTP endpoint. */
export interface EndpointInfo {
  /** `http://127.0.0.1:<port>`; null while it does not listen. */
  address: string | null;
  /** File with the bearer token. */
  tokenFile: string;
  /** Why it does not listen. */
  error: ErrorView | null;
}

export interface RuntimeInfo {
  version: string;
  electron: string;
  chrome: string;
  node: string;
  sqlite: string;
  platform: string;
  home: string;
}

/** The whole state the window shows; published as one piece, at most ten times a second. */
export interface AppState {
  /** Grows with each change. */
  revision: number;
  sentence: Sentence;
  databases: DatabaseStatus[];
  /** Not guarded here, but restore points of them are known. */
  formerDatabases: FormerDatabase[];
  jobs: JobView[];
  /** Open problems, worst first. */
  problems: Problem[];
  restores: RestoreRecord[];
  settings: Settings;
  health: HealthComponent[];
  /** Alerts that fire, recover, or lack data, worst first; pending ones are not among them. */
  alerts: AlertView[];
  /** Until when nobody is told of alerts; null while they are told. */
  alertsPausedUntil: string | null;
  /** Grows when what is watched, or how people are told, changes: lists are fetched anew then. */
  monitoringRevision: number;
  /** Groups of errors that need somebody: new, returned or growing, and open. */
  errorGroupsNeeding: number;
  /** Grow when errors, or what is known of logs, change: lists are fetched anew then. */
  errorsRevision: number;
  logsRevision: number;
  /** Null but after a crash loop. */
  safeMode: SafeMode | null;
  /** True until the user has guarded a database or taken the sample. */
  firstRun: boolean;
}

/** One live sample of the machine. Fractions are 0…1. */
export interface MetricSample {
  at: string;
  cpuFraction: number;
  memoryUsedBytes: number;
  memoryTotalBytes: number;
  swapUsedBytes: number;
  swapTotalBytes: number;
  disks: { mount: string; usedBytes: number; totalBytes: number }[];
  own: {
    cpuFraction: number;
    memoryBytes: number;
    /** Delay of the main loop since the last sample: 99th percentile and worst. */
    loopDelayP99Ms: number;
    loopDelayMaxMs: number;
  };
}

/** What a file turned out to be, and what restoring it would change. */
export interface FileInspection {
  /** Names this inspection in later calls; kept until the window lets it go. */
  token: string;
  file: string;
  /** `holdfast-changes`: changed pages, with the chain they belong to. */
  format: 'holdfast-backup' | 'holdfast-changes' | 'gzip-sqlite' | 'sqlite';
  /** True when it was decrypted from an `age` file. */
  encrypted: boolean;
  sizeBytes: number;
  contentBytes: number;
  /** Moment of the content: from the manifest, else the file's modification time. */
  contentAt: string;
  contentAtSource: 'manifest' | 'file-time';
  checks: ProofCheck[];
  proved: boolean;
  /** Database that the backup names; null for a file that names none. */
  takenOf: { name: string; path: string } | null;
  /** Guarded database it belongs to, best guess first; empty when none fits. */
  candidates: { databaseId: string; name: string; why: 'manifest' | 'application-id' | 'schema' | 'name' }[];
  /** What was compared with the guarded databases that the backup does not name; of many databases only the first. */
  comparisons: FileComparison[];
}

/** What a file and a guarded database have in common. */
export interface FileComparison {
  databaseId: string;
  /** `none`: neither sets one. `unknown`: the live database could not be read. */
  applicationId: 'same' | 'differs' | 'none' | 'unknown';
  /** Tables of both, of the file, of the live database; null when that could not be read. */
  tables: { shared: number; then: number; now: number | null };
  /** The name of the file begins with that of the database. */
  sameName: boolean;
}

export interface TableChange {
  table: string;
  /** Null: the table is not there. */
  rowsNow: number | null;
  rowsThen: number | null;
  schemaChanged: boolean;
}
/** What restoring an inspected file or a restore point into a database would change. */
export interface RestorePreview {
  databaseId: string;
  contentAt: string;
  tables: TableChange[];
  /** Indexes, triggers and views that differ. */
  otherSchemaChanges: { type: string; name: string; change: 'added' | 'removed' | 'changed' }[];
  warnings: (
    | 'application-id-differs'
    | 'user-version-differs'
    | 'page-size-differs'
    | 'other-database'
    | 'live-unreadable'
  )[];
  liveBytes: number | null;
  contentBytes: number;
}
