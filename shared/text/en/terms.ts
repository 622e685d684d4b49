/** Single words and short names for the closed sets of `shared/errors.ts` and `shared/models.ts`. */
import type { ErrorAction, ErrorClass, Severity } from '../../errors';
import type {
  BackupKind,
  JobKind,
  JobPhase,
  KeepReason,
  LetGoReason,
  ProofState,
  ProofStep,
  Protection,
  RestorePreview,
  RestoreRecord,
} from '../../models';

/** Labels of the one button beside an error. */
export const actions = {
  retry: 'Try again',
  'back-up-now': 'Back up now',
  'choose-file': 'Choose a file',
  'open-backups': 'Open Backups',
  'open-settings': 'Open Settings',
  'open-errors': 'Open Errors',
  'remove-database': 'Stop guarding',
  none: 'Close',
} satisfies Record<ErrorAction, string>;

export const severity = {
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  CRITICAL: 'Critical',
} satisfies Record<Severity, string>;

const classes = {
  system: 'System',
  'data-integrity': 'Data integrity',
  'external-service': 'External service',
  backup: 'Backup',
  restore: 'Restore',
  configuration: 'Configuration',
  usage: 'Usage',
} satisfies Record<ErrorClass, string>;

export const phase = {
  queued: 'Waiting',
  snapshot: 'Copying the database',
  compress: 'Compressing',
  prove: 'Proving the backup',
  extract: 'Unpacking',
  'safety-backup': 'Taking a safety backup',
  apply: 'Restoring',
  verify: 'Verifying',
  'roll-back': 'Rolling back',
  'count-rows': 'Counting rows',
  encrypt: 'Encrypting',
  upload: 'Copying to the destination',
  download: 'Fetching from the destination',
  compare: 'Comparing',
  replay: 'Replaying transactions',
  check: 'Checking',
  repair: 'Repairing',
  salvage: 'Recovering what can be read',
} satisfies Record<JobPhase, string>;

export const jobKind = {
  backup: 'Backup',
  verify: 'Verification',
  restore: 'Restore',
  'save-copy': 'Saving a copy',
  inspect: 'Checking a file',
  copy: 'Copy',
  'verify-copy': 'Check of a copy',
  scan: 'Look at a destination',
  drill: 'Restore drill',
  check: 'Integrity check',
  repair: 'Repair',
  salvage: 'Recovery into a new file',
} satisfies Record<JobKind, string>;

/** Processes that may end unexpectedly: the jobs of electron/jobs, the window, and what Electron itself names. */
export const jobName = {
  examine: 'looking at a database',
  'build-sample': 'building the sample database',
  backup: 'backup',
  prove: 'proving a backup',
  inspect: 'checking a file',
  preview: 'comparing a backup with the database',
  identities: 'comparing databases',
  query: 'reading figures',
  mounts: 'looking at network drives',
  stage: 'preparing a restore',
  apply: 'restore',
  swap: 'replacing the database file',
  place: 'writing a copy',
  settle: 'checking the database after an interruption',
  copy: 'copying to a destination',
  reread: 'checking a copy',
  fetch: 'fetching a copy',
  forget: 'deleting a copy',
  'take-in': 'taking a backup file in',
  'list-copies': 'looking at a destination',
  'try-destination': 'trying a destination',
  compare: 'comparing tables',
  'open-moment': 'opening a moment',
  'table-page': 'reading a table',
  'partial-tables': 'looking which tables can be restored',
  'partial-preview': 'comparing rows',
  'partial-apply': 'restoring rows',
  'partial-check': 'looking whether rows can be restored',
  'partial-settle': 'finding out how a restore of rows ended',
  'prove-log': 'proving the transaction log',
  'scan-logs': 'reading the transaction log',
  'check-live': 'integrity check',
  repair: 'repair',
  salvage: 'recovering what can be read',
  capture: 'continuous protection',
  window: 'the window',
  GPU: 'drawing the window',
  holdfast: 'Holdfast itself',
  integrity: 'integrity check',
  seal: 'sealing the transaction log',
  pages: 'copying pages of a database',
  metrics: 'the index of measurements',
  logs: 'reading log files',
  Utility: 'a helper process',
};

/** Why a restore point stays. */
export const keep = {
  'last-proved': 'the last proved backup: never deleted',
  'daily-period': 'newest of the day {{period}}',
  'weekly-period': 'newest of the week {{period}}',
  'monthly-period': 'newest of the month {{period}}',
  manual: 'made by hand: kept until you delete it',
  undo: 'needed to undo a restore',
  'not-proved': 'not proved: left for you to look at',
  'newer-not-proved': 'kept until a newer backup is proved',
  'newest-incrementals': 'one of the newest interval points',
  base: 'a later restore point is built on it',
  'log-base': 'the transaction log builds on it',
  'not-copied': 'waits to be copied to a destination',
  'other-home': 'made by another Holdfast: left to that one',
} satisfies Record<KeepReason['reason'], string>;

/** Why a restore point goes; `…-taken` where another one stands for its period. */
export const letGo = {
  'newest-incrementals': 'past the newest interval points that are kept',
  'daily-period': 'the day {{period}} is past those that are kept',
  'daily-period-taken': 'another one stands for the day {{period}}',
  'weekly-period': 'the week {{period}} is past those that are kept',
  'weekly-period-taken': 'another one stands for the week {{period}}',
  'monthly-period': 'the month {{period}} is past those that are kept',
  'monthly-period-taken': 'another one stands for the month {{period}}',
  undo: 'no restore is undone with it any more',
} satisfies Record<LetGoReason['rule'] | `${LetGoReason['rule'] & `${string}-period`}-taken`, string>;

export const kind = {
  manual: 'By hand',
  incremental: 'Interval',
  daily: 'Daily',
  weekly: 'Weekly',
  monthly: 'Monthly',
  safety: 'Safety backup',
} satisfies Record<BackupKind, string>;

export const proofState = {
  proved: 'Proved',
  unproved: 'Not checked yet',
  failed: 'Check failed',
  missing: 'File missing',
  elsewhere: 'At a destination only',
} satisfies Record<ProofState, string>;

export const proofStep = {
  chain: 'chain of restore points',
  'file-size': 'size of the file',
  'file-sha256': 'checksum of the file',
  'gzip-stream': 'compression',
  'content-size': 'size of the database inside',
  'content-sha256': 'checksum of the database inside',
  log: 'replay of the transaction log',
  opens: 'opening as a database',
  'integrity-check': 'integrity',
  'foreign-key-check': 'references between tables',
} satisfies Record<ProofStep, string>;

export const protection = {
  protected: 'Protected',
  'at-risk': 'At risk',
  unprotected: 'Not protected',
  working: 'First backup running',
} satisfies Record<Protection, string>;

export const restoreOutcome = {
  running: 'Running',
  restored: 'Restored',
  'rolled-back': 'Rolled back: the database is as it was',
  unchanged: 'Nothing changed',
  interrupted: 'Interrupted',
  failed: 'Failed',
} satisfies Record<RestoreRecord['outcome'], string>;

export const previewWarning = {
  'application-id-differs':
    'The application number (application_id) differs: the file may belong to another application.',
  'user-version-differs':
    'The version of the data format (user_version) differs: the application may have to migrate it.',
  'page-size-differs': 'The page size differs: close the applications that use the database before restoring.',
  'other-database': 'The file is a backup of another database.',
  'live-unreadable': 'The database cannot be read as it is now, so the changes cannot be shown.',
} satisfies Record<RestorePreview['warnings'][number], string>;

export { classes as class };

/** Parts of the window, as errors name them. */
export const windowPart = {
  status: 'Status',
  backups: 'Backups',
  errors: 'Errors',
  performance: 'Performance',
  settings: 'Settings',
  header: 'Header',
  panels: 'Panels',
  window: 'Window',
};
