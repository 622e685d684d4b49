/** The closed set of things that can go wrong, and how bad each is. Texts are in `shared/text`. */

export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type ErrorClass =
  | 'system'
  | 'data-integrity'
  | 'external-service'
  | 'backup'
  | 'restore'
  | 'configuration'
  | 'usage';

/** What the one button beside an error does. */
export type ErrorAction =
  | 'retry'
  | 'back-up-now'
  | 'choose-file'
  | 'open-backups'
  | 'open-settings'
  | 'open-errors'
  | 'remove-database'
  | 'none';

interface ErrorFacts {
  class: ErrorClass;
  severity: Severity;
  /** True when the same request may succeed later with nothing changed by hand. */
  retryable: boolean;
  action: ErrorAction;
}

const facts = (
  errorClass: ErrorClass,
  severity: Severity,
  retryable: boolean,
  action: ErrorAction = 'none',
): ErrorFacts => ({ class: errorClass, severity, retryable, action });

/** Codes are stable: they are stored, printed and matched by scripts. Add, never rename. */
export const ERRORS = {
  // what was given as a database or a backup file
  FILE_NOT_FOUND: facts('configuration', 'MEDIUM', false, 'choose-file'),
  FILE_IS_FOLDER: facts('configuration', 'LOW', false, 'choose-file'),
  FILE_NOT_REGULAR: facts('configuration', 'LOW', false, 'choose-file'),
  FILE_NO_PERMISSION: facts('system', 'HIGH', false, 'open-settings'),
  FILE_EMPTY: facts('data-integrity', 'MEDIUM', false, 'choose-file'),
  NOT_A_DATABASE: facts('data-integrity', 'MEDIUM', false, 'choose-file'),
  DATABASE_ENCRYPTED: facts('data-integrity', 'MEDIUM', false, 'choose-file'),
  DATABASE_TRUNCATED: facts('data-integrity', 'CRITICAL', false, 'open-backups'),
  DATABASE_CORRUPT: facts('data-integrity', 'CRITICAL', false, 'open-backups'),
  DATABASE_LOCKED: facts('backup', 'HIGH', true, 'retry'),
  DATABASE_MISSING: facts('data-integrity', 'CRITICAL', false, 'open-backups'),
  // the list of guarded databases
  DATABASE_UNKNOWN: facts('usage', 'LOW', false),
  DATABASE_ALREADY_GUARDED: facts('configuration', 'LOW', false),
  NAME_TAKEN: facts('configuration', 'LOW', false),
  DATABASE_BUSY: facts('backup', 'LOW', true, 'retry'),
  // taking and proving backups
  BACKUP_FOLDER_UNUSABLE: facts('configuration', 'CRITICAL', true, 'open-settings'),
  DISK_FULL: facts('system', 'CRITICAL', true, 'open-settings'),
  BACKUP_PROOF_FAILED: facts('backup', 'CRITICAL', true, 'back-up-now'),
  BACKUP_OVERDUE: facts('backup', 'HIGH', true, 'back-up-now'),
  BACKUP_UNKNOWN: facts('usage', 'LOW', false, 'open-backups'),
  BACKUP_FILE_MISSING: facts('backup', 'HIGH', false, 'back-up-now'),
  BACKUP_FILE_DAMAGED: facts('data-integrity', 'CRITICAL', false, 'back-up-now'),
  BACKUP_MISMATCH: facts('data-integrity', 'CRITICAL', false, 'back-up-now'),
  BACKUP_KEPT: facts('backup', 'LOW', false),
  GZIP_DAMAGED: facts('data-integrity', 'HIGH', false, 'choose-file'),
  GZIP_TOO_LARGE: facts('data-integrity', 'HIGH', false, 'choose-file'),
  CANCELLED: facts('backup', 'LOW', true, 'retry'),
  CHAIN_BROKEN: facts('data-integrity', 'CRITICAL', false, 'back-up-now'),
  NOTHING_CHANGED: facts('usage', 'LOW', false),
  // copies at destinations, and drills
  DESTINATION_NOT_MOUNTED: facts('external-service', 'HIGH', true, 'open-settings'),
  DESTINATION_UNUSABLE: facts('external-service', 'HIGH', true, 'open-settings'),
  DESTINATION_FULL: facts('external-service', 'HIGH', true, 'open-settings'),
  CREDENTIALS_REFUSED: facts('external-service', 'HIGH', false, 'open-settings'),
  HOST_KEY_CHANGED: facts('external-service', 'CRITICAL', false, 'open-settings'),
  COPY_FAILED: facts('external-service', 'HIGH', true, 'retry'),
  COPY_DAMAGED: facts('data-integrity', 'HIGH', false, 'open-backups'),
  COPY_MISSING: facts('external-service', 'HIGH', false, 'open-backups'),
  PASSPHRASE_NEEDED: facts('configuration', 'MEDIUM', false),
  PASSPHRASE_WRONG: facts('configuration', 'MEDIUM', false),
  ENCRYPTED_FILE_DAMAGED: facts('data-integrity', 'HIGH', false, 'choose-file'),
  DRILL_FAILED: facts('backup', 'CRITICAL', false, 'open-backups'),
  DRILL_OVERDUE: facts('backup', 'MEDIUM', true, 'open-backups'),
  // restoring
  RESTORE_TARGET_EXISTS: facts('restore', 'LOW', false, 'choose-file'),
  RESTORE_ROLLED_BACK: facts('restore', 'HIGH', true, 'retry'),
  RESTORE_ROLLBACK_FAILED: facts('restore', 'CRITICAL', false, 'open-backups'),
  RESTORE_INTERRUPTED: facts('restore', 'HIGH', true, 'open-backups'),
  RESTORE_HELD_OPEN: facts('restore', 'HIGH', true, 'retry'),
  NOTHING_TO_UNDO: facts('usage', 'LOW', false),
  // any moment, any part
  CONTINUOUS_NOT_WAL: facts('configuration', 'MEDIUM', true),
  CONTINUOUS_FAILED: facts('backup', 'HIGH', true, 'retry'),
  CONTINUOUS_GAP: facts('backup', 'MEDIUM', true, 'open-backups'),
  MOMENT_NOT_COVERED: facts('usage', 'LOW', false, 'open-backups'),
  FILE_IS_LOG: facts('usage', 'LOW', false, 'open-backups'),
  LOG_DAMAGED: facts('data-integrity', 'HIGH', false, 'back-up-now'),
  PARTIAL_NOT_POSSIBLE: facts('restore', 'LOW', false),
  PARTIAL_WOULD_BREAK: facts('restore', 'MEDIUM', false),
  // the live databases' own soundness
  FOREIGN_KEYS_VIOLATED: facts('data-integrity', 'MEDIUM', false, 'open-backups'),
  RULE_BROKEN: facts('data-integrity', 'MEDIUM', false),
  CHECK_OVERDUE: facts('data-integrity', 'MEDIUM', true, 'open-backups'),
  REPAIR_UNDONE: facts('data-integrity', 'HIGH', false, 'open-backups'),
  SALVAGE_FAILED: facts('data-integrity', 'HIGH', false, 'open-backups'),
  // services, applications and figures that are watched
  HOST_NOT_FOUND: facts('external-service', 'MEDIUM', true),
  CONNECTION_REFUSED: facts('external-service', 'MEDIUM', true),
  CONNECTION_FAILED: facts('external-service', 'MEDIUM', true),
  REQUEST_TIMED_OUT: facts('external-service', 'MEDIUM', true),
  CERTIFICATE_INVALID: facts('external-service', 'MEDIUM', false),
  HTTP_STATUS_UNEXPECTED: facts('external-service', 'MEDIUM', true),
  ANSWER_UNEXPECTED: facts('external-service', 'MEDIUM', true),
  ANSWER_TOO_LARGE: facts('external-service', 'MEDIUM', false),
  ADDRESS_REFUSED: facts('configuration', 'MEDIUM', false, 'open-settings'),
  REDIRECT_REFUSED: facts('external-service', 'MEDIUM', false),
  METRICS_UNREADABLE: facts('external-service', 'MEDIUM', true),
  QUERY_INVALID: facts('configuration', 'LOW', false),
  QUERY_NOT_READ_ONLY: facts('configuration', 'LOW', false),
  QUERY_TIMED_OUT: facts('configuration', 'MEDIUM', true),
  QUERY_NO_NUMBER: facts('configuration', 'LOW', false),
  RULE_FIX_REFUSED: facts('configuration', 'LOW', false),
  ITEM_UNKNOWN: facts('usage', 'LOW', false),
  // telling people
  MAIL_REFUSED: facts('external-service', 'MEDIUM', true, 'open-settings'),
  MAIL_LOGIN_FAILED: facts('configuration', 'HIGH', false, 'open-settings'),
  NOTIFICATION_NOT_SHOWN: facts('system', 'MEDIUM', true, 'open-settings'),
  CHANNEL_FAILING: facts('external-service', 'HIGH', true, 'open-settings'),
  SECRET_UNREADABLE: facts('configuration', 'HIGH', false, 'open-settings'),
  DEAD_MAN_FAILED: facts('external-service', 'MEDIUM', true, 'open-settings'),
  ENDPOINT_UNAVAILABLE: facts('configuration', 'MEDIUM', true, 'open-settings'),
  // the record of what was measured
  METRICS_RECORD_DAMAGED: facts('data-integrity', 'LOW', false),
  METRICS_INDEX_REBUILT: facts('data-integrity', 'LOW', false),
  // errors and logs
  TAB_FAILED: facts('system', 'MEDIUM', true, 'retry'),
  WINDOW_HANGS: facts('system', 'MEDIUM', true, 'open-errors'),
  CRASH_LOOP: facts('system', 'CRITICAL', false, 'open-errors'),
  ERROR_FLOOD: facts('external-service', 'MEDIUM', true, 'open-errors'),
  LOG_SOURCE_UNREADABLE: facts('configuration', 'MEDIUM', true, 'open-errors'),
  LOG_INDEX_REBUILT: facts('data-integrity', 'LOW', false),
  LOG_SEARCH_INVALID: facts('usage', 'LOW', false),
  LOG_RESULT_GONE: facts('usage', 'LOW', true, 'retry'),
  LOG_NOT_WRITTEN: facts('system', 'HIGH', true, 'open-settings'),
  // Holdfast itself
  HOME_OWNED: facts('system', 'MEDIUM', true),
  HOME_UNUSABLE: facts('configuration', 'CRITICAL', false),
  STORE_NEWER: facts('configuration', 'CRITICAL', false),
  STORE_DAMAGED: facts('data-integrity', 'CRITICAL', false),
  CHILD_CRASHED: facts('system', 'HIGH', true, 'retry'),
  IO_ERROR: facts('system', 'HIGH', true, 'retry'),
  INVALID_INPUT: facts('usage', 'LOW', false),
  SETTING_INVALID: facts('configuration', 'LOW', false, 'open-settings'),
  CONTROL_UNREACHABLE: facts('system', 'MEDIUM', true),
  CHECK_FOUND_PROBLEMS: facts('data-integrity', 'HIGH', false, 'open-backups'),
  NOT_AVAILABLE: facts('usage', 'LOW', false),
  INTERNAL: facts('system', 'HIGH', true, 'open-errors'),
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** An error as it crosses a border (IPC, the control socket, a child process, the command's JSON). */
export interface ErrorView {
  code: ErrorCode;
  severity: Severity;
  retryable: boolean;
  /** Values for the texts: paths, names, sizes. */
  params: Record<string, string | number>;
  /** The cause in its own words, for the details view. English. */
  detail: string;
}

/** Nothing throws across a border: a call ends in one of these. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: ErrorView };

/** Makes a missed case of a closed union a compile error. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value ${JSON.stringify(value)}`);
}
