/** What is wrong now: every failure ends here, and goes away when what failed works again. */
import { ERRORS, type ErrorCode, type ErrorView } from '@shared/errors';
import type { StoredProblem } from '../store/problems';
import type { Store } from '../store/open';

/** Errors that only say what somebody typed or clicked: shown where they arise, not kept. */
const NOT_KEPT: ReadonlySet<ErrorCode> = new Set(['CANCELLED']);

export class ProblemLog {
  constructor(
    private readonly store: Store,
    private readonly changed: () => void,
    /** Hears of each failure that is kept, also when it is counted to an open problem. */
    private readonly onReport: (error: ErrorView, databaseId: string | null) => void = () => undefined,
  ) {}

  /** Records a failure; one that is open already is counted. Gives null for what is not kept. */
  report(error: ErrorView, databaseId: string | null): StoredProblem | null {
    if (NOT_KEPT.has(error.code) || ERRORS[error.code].class === 'usage') return null;
    const problem = this.store.problems.record({
      code: error.code,
      severity: error.severity,
      databaseId,
      params: error.params,
      detail: error.detail,
      at: new Date().toISOString(),
    });
    this.onReport(error, databaseId);
    this.changed();
    return problem;
  }

  /** Records a state that lasts (a file that is gone): not counted again while it is open. Gives the open problem. */
  reportOnce(error: ErrorView, databaseId: string | null): StoredProblem | null {
    return this.store.problems.find(error.code, databaseId) ?? this.report(error, databaseId);
  }

  /** Resolves what of `codes` is open for a database; null for what belongs to none. */
  settle(databaseId: string | null, codes: readonly ErrorCode[]): void {
    if (this.store.problems.resolveFor(databaseId, codes, new Date().toISOString()) > 0) this.changed();
  }
}

/** What is over when a database was copied and holds what a proved backup of it holds. */
export const SETTLED_BY_LOOK: readonly ErrorCode[] = [
  'FILE_NOT_FOUND',
  'FILE_IS_FOLDER',
  'FILE_NOT_REGULAR',
  'FILE_NO_PERMISSION',
  'FILE_EMPTY',
  'NOT_A_DATABASE',
  'DATABASE_ENCRYPTED',
  'DATABASE_TRUNCATED',
  'DATABASE_CORRUPT',
  'DATABASE_LOCKED',
  'DATABASE_MISSING',
];

/** What a proved backup of a database shows to be over. */
export const SETTLED_BY_BACKUP: readonly ErrorCode[] = [
  ...SETTLED_BY_LOOK,
  'BACKUP_FOLDER_UNUSABLE',
  'BACKUP_PROOF_FAILED',
  'BACKUP_OVERDUE',
  'DISK_FULL',
  'CHILD_CRASHED',
  'IO_ERROR',
  'INTERNAL',
];

/** What a restore that was proved shows to be over. */
export const SETTLED_BY_RESTORE: readonly ErrorCode[] = [
  'FILE_EMPTY',
  'NOT_A_DATABASE',
  'DATABASE_TRUNCATED',
  'DATABASE_CORRUPT',
  'DATABASE_MISSING',
  'DATABASE_LOCKED',
  'RESTORE_ROLLED_BACK',
  'RESTORE_ROLLBACK_FAILED',
  'RESTORE_INTERRUPTED',
  'RESTORE_HELD_OPEN',
];

/** What a restore of rows that was proved shows to be over: the rest of the database it has not looked at. */
export const SETTLED_BY_ROWS: readonly ErrorCode[] = [
  'DATABASE_MISSING',
  'DATABASE_LOCKED',
  'RESTORE_ROLLED_BACK',
  'RESTORE_INTERRUPTED',
];
