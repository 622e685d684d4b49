/** Which errors of backups an alert policy speaks of. */
import type { ErrorCode } from '@shared/errors';
import { SETTLED_BY_BACKUP } from '../core/problem-log';

/** A backup fails with these: what the setting `notifications.backupFailed` is about. */
export const BACKUP_FAILURES: ReadonlySet<string> = new Set(
  SETTLED_BY_BACKUP.filter((code) => code !== 'BACKUP_OVERDUE'),
);

/** A restore that runs is why these happen to its database. */
export const DURING_RESTORE: ReadonlySet<string> = new Set<ErrorCode>([
  'DATABASE_LOCKED',
  'DATABASE_BUSY',
  'DATABASE_MISSING',
  'FILE_NOT_FOUND',
  'QUERY_TIMED_OUT',
]);

/** Without a network these say nothing about the other side. */
export const NEEDS_NETWORK: ReadonlySet<string> = new Set<ErrorCode>([
  'HOST_NOT_FOUND',
  'CONNECTION_REFUSED',
  'CONNECTION_FAILED',
  'REQUEST_TIMED_OUT',
  'MAIL_REFUSED',
  'CHANNEL_FAILING',
  'DEAD_MAN_FAILED',
  'DESTINATION_UNUSABLE',
  'COPY_FAILED',
]);

/** A problem (left) of a database is what follows from one of the others, of the same database or of none. */
export const FOLLOWS_FROM: Readonly<Partial<Record<ErrorCode, readonly ErrorCode[]>>> = {
  BACKUP_OVERDUE: ['DATABASE_MISSING', 'BACKUP_FOLDER_UNUSABLE', 'DISK_FULL'],
  FILE_NOT_FOUND: ['DATABASE_MISSING'],
  BACKUP_FILE_MISSING: ['BACKUP_FOLDER_UNUSABLE'],
  DATABASE_LOCKED: ['DATABASE_MISSING'],
};
