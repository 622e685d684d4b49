/**
 * What happened, what it means for the data, what to do next: the words of every error code.
 *
 * Values a code brings, all of them optional (an absent one reads `—`; name and path stand in for each other):
 * FILE_*, NOT_A_DATABASE, DATABASE_*, IO_ERROR, DISK_FULL, GZIP_*, HOME_*, STORE_*: path.
 * DATABASE_UNKNOWN, DATABASE_ALREADY_GUARDED, NAME_TAKEN, DATABASE_BUSY, BACKUP_*, RESTORE_*: name, path.
 * BACKUP_PROOF_FAILED: step (a ProofStep). BACKUP_OVERDUE: hours. GZIP_TOO_LARGE: limitBytes. CHILD_CRASHED: job.
 * HOME_OWNED: pid, startedAt. STORE_NEWER: found, supported. SETTING_INVALID: setting, reason. INVALID_INPUT: reason.
 *
 * `what_seconds` is used instead of `what` when the value `seconds` is given; so with the other names in `VARIANTS`.
 */
import type { ErrorCode } from '../../errors';
import { copyErrors } from './copy-errors';
import { diagnosisErrors } from './diagnosis-errors';
import { recoveryErrors } from './recovery-errors';
import { serviceErrors } from './service-errors';

export interface ErrorTexts {
  /** Neutral; names the path or the reason. */
  what: string;
  /** What it means for the data. */
  meaning: string;
  /** What to do next. */
  action: string;
  what_neededBytes?: string;
  what_seconds?: string;
  what_holders?: string;
  what_reason?: string;
  what_points?: string;
  meaning_points?: string;
  action_points?: string;
}

export const errors = {
  FILE_NOT_FOUND: {
    what: 'There is no file at {{path}}.',
    meaning: 'Nothing was read and nothing was changed.',
    action: 'Check the path, or choose the file again.',
  },
  FILE_IS_FOLDER: {
    what: '{{path}} is a folder, not a file.',
    meaning: 'Nothing was read and nothing was changed.',
    action: 'Choose the database or the backup file inside the folder.',
  },
  FILE_NOT_REGULAR: {
    what: '{{path}} is not an ordinary file.',
    meaning: 'A device, a pipe or a socket cannot hold a database. Nothing was changed.',
    action: 'Choose a file that is stored on a disk.',
  },
  FILE_NO_PERMISSION: {
    what: 'Access to {{path}} was refused.',
    meaning: 'Holdfast cannot read or write there as long as this lasts. What is stored there was not changed.',
    action: 'Give your user account access to the file and its folder, then try again.',
  },
  FILE_EMPTY: {
    what: 'The file {{path}} is empty.',
    meaning: 'It holds 0 bytes: there is nothing in it to guard or to restore.',
    action: 'Choose another file, or wait until the application has written its database.',
  },
  NOT_A_DATABASE: {
    what: 'The file {{path}} is not a SQLite database.',
    meaning: 'Holdfast can neither guard it nor restore from it. The file was not changed.',
    action: 'Choose a SQLite database, or a backup of one.',
  },
  DATABASE_ENCRYPTED: {
    what: 'The database {{path}} appears to be encrypted.',
    meaning:
      'Its content cannot be read without the key, so no backup of it could be proved. The file was not changed.',
    action: 'Choose a database that is not encrypted, or write a decrypted copy with the application that owns it.',
  },
  DATABASE_TRUNCATED: {
    what: 'The database {{path}} is shorter than its header says.',
    meaning:
      'Pages at its end are missing, so part of its data is lost. Restore points taken earlier are not affected.',
    action: 'Open Backups and restore the newest proved restore point.',
  },
  DATABASE_CORRUPT: {
    what: 'The database {{path}} is damaged.',
    meaning: 'Some of its data cannot be read, or may be wrong. Restore points taken earlier are not affected.',
    action: 'Open Backups and restore the newest proved restore point.',
  },
  DATABASE_LOCKED: {
    what: 'Another program keeps the database {{path}} locked.',
    what_holders: 'Another program keeps the database {{path}} locked: {{holders}}.',
    what_seconds: 'Another program kept the database {{path}} locked for {{seconds, seconds}}.',
    meaning: 'The work did not start or was stopped. The database was not changed.',
    action: 'Wait until the other program has ended its long transaction, then try again.',
  },
  DATABASE_MISSING: {
    what: 'The guarded database {{path}} is not where it was.',
    meaning: 'No new backup of it can be taken. Restore points taken earlier are not affected.',
    action: 'Mount its disk or move the file back. If it is gone, restore the newest proved restore point.',
  },
  DATABASE_UNKNOWN: {
    what: 'No guarded database is named {{name}}.',
    meaning: 'Nothing was done. Guarded databases and backups are not affected.',
    action: 'Look at the list of guarded databases and use a name from it.',
  },
  DATABASE_ALREADY_GUARDED: {
    what: '{{path}} is guarded already, under the name {{name}}.',
    meaning: 'Nothing was added. Its backups go on as before.',
    action: 'Nothing needs to be done. To guard another database, choose another file.',
  },
  NAME_TAKEN: {
    what: 'Another guarded database is named {{name}} already.',
    meaning: 'Nothing was added and nothing was changed.',
    action: 'Choose another name.',
  },
  DATABASE_BUSY: {
    what: 'Other work on {{name}} has not ended yet.',
    meaning: 'Nothing was started. The database and its backups are not affected.',
    action: 'Wait until the work that runs has ended, then try again.',
  },
  BACKUP_FOLDER_UNUSABLE: {
    what: 'The backup folder {{path}} cannot be used.',
    what_reason: 'The backup folder {{path}} cannot be used ({{reason}}).',
    meaning: 'No new backup can be stored. The databases and the backups that exist were not changed.',
    action: 'Mount its disk and check the access rights, or choose another backup folder in Settings.',
  },
  DISK_FULL: {
    what: 'There is not enough free space to write {{path}}.',
    what_neededBytes:
      'There is not enough free space to write {{path}}: {{neededBytes, bytes}} needed, {{freeBytes, bytes}} free.',
    meaning: 'What was being written is incomplete and does not count. Finished backups are not affected.',
    action: 'Free some space on that disk, or choose a backup folder on another disk in Settings.',
  },
  BACKUP_PROOF_FAILED: {
    what: 'A backup of {{name}} did not pass this check: {{step, proofStep}}.',
    meaning: 'The backup does not count and replaces nothing. Proved restore points stay.',
    action: 'Back up again. If it fails again, check the database and the disk that holds the backups.',
  },
  BACKUP_OVERDUE: {
    what: '{{name}} has had no proved backup for {{hours, hours}}.',
    meaning: 'What was written since the last proved backup would be lost if the database were damaged now.',
    action: 'Back up now.',
  },
  BACKUP_UNKNOWN: {
    what: 'The catalogue has no such restore point.',
    meaning: 'Nothing was done. Databases and backups are not affected.',
    action: 'Open Backups and choose a restore point from the list.',
  },
  BACKUP_FILE_MISSING: {
    what: 'The backup file {{path}} is missing.',
    meaning: 'This restore point cannot be used until its file is back. The database itself is not affected.',
    action: 'Mount its disk or bring the file back. Otherwise back up now.',
  },
  BACKUP_FILE_DAMAGED: {
    what: 'The backup file {{path}} is damaged.',
    meaning: 'It cannot be restored. The database itself is not affected.',
    action: 'Back up now, so that there is a sound restore point again.',
  },
  BACKUP_MISMATCH: {
    what: 'The backup file {{path}} is not the one that was recorded.',
    meaning: 'Its size or checksum differs, so it is not restored. The database itself is not affected.',
    action: 'Back up now, and find out what changed the file.',
  },
  BACKUP_KEPT: {
    what: 'This is the last proved backup of {{name}}.',
    meaning: 'It was not deleted: without it the database could not be brought back.',
    action: 'Take a new backup. When that is proved, this one can be deleted.',
    what_points: 'Restore points of {{name}} that are built on this one: {{points}}.',
    meaning_points: 'It was not deleted: without it they could not be brought back.',
    action_points: 'Delete those first, or leave it to retention, which deletes them in order.',
  },
  GZIP_DAMAGED: {
    what: 'The compressed file {{path}} is damaged or ends too early.',
    meaning: 'Its content cannot be unpacked in full, so nothing was restored from it.',
    action: 'Choose another copy of the file, or another restore point.',
  },
  GZIP_TOO_LARGE: {
    what: 'The file {{path}} unpacks to more than {{limitBytes, bytes}}, the most it may hold.',
    meaning: 'Unpacking was stopped so that it cannot fill the disk. Nothing was restored.',
    action: 'Check that it is the file you mean, or choose another one.',
  },
  CANCELLED: {
    what: 'The work was cancelled.',
    meaning: 'What was unfinished does not count. The database and its finished backups are not affected.',
    action: 'Start it again when it suits you.',
  },
  RESTORE_TARGET_EXISTS: {
    what: 'There is a file at {{path}} already.',
    meaning: 'It was not overwritten.',
    action: 'Choose another file name.',
  },
  RESTORE_ROLLED_BACK: {
    what: 'The restore of {{name}} did not succeed.',
    meaning: 'It was rolled back: the database is as it was before.',
    action: 'Read the cause in the details, then try again or choose another restore point.',
  },
  RESTORE_ROLLBACK_FAILED: {
    what: 'The restore of {{name}} failed, and so did rolling it back.',
    meaning:
      'The database may be in neither state. What was there before is kept: in its safety backup, or in the folder that the details name.',
    action:
      'Close the applications that use the database, then restore its newest safety backup in Backups or move the files back.',
  },
  RESTORE_INTERRUPTED: {
    what: 'A restore of {{name}} was interrupted.',
    meaning:
      'The database holds what was there before or what was to be restored, whole. If it changed, its safety backup keeps the former.',
    action: 'Open Backups, look at the database, and restore again if needed.',
  },
  RESTORE_HELD_OPEN: {
    what: 'Another program has {{path}} open.',
    what_holders: 'Another program has {{path}} open: {{holders}}.',
    meaning: 'The file has to be replaced as a whole, so the restore did not begin. The database is as it was.',
    action: 'Close the applications that use the database, then try again.',
  },
  NOTHING_TO_UNDO: {
    what: 'There is no restore to undo.',
    meaning: 'Nothing was changed.',
    action: 'To go back to another moment, choose a restore point in Backups.',
  },
  HOME_OWNED: {
    what: 'Process {{pid}} has been using the data folder {{path}} since {{startedAt, moment}}.',
    meaning: 'Two owners at once could damage the catalogue, so nothing was done here.',
    action: 'Use the Holdfast that is running, or end it first.',
  },
  HOME_UNUSABLE: {
    what: 'The data folder {{path}} cannot be used.',
    what_reason: 'The data folder {{path}} cannot be used ({{reason}}).',
    meaning: 'Holdfast cannot start without it. Guarded databases and backup files are not affected.',
    action: 'Check the access rights and the free space, or start Holdfast with another data folder.',
  },
  STORE_NEWER: {
    what: 'The data in {{path}} was written by a newer Holdfast (format {{found}}, this one reads up to {{supported}}).',
    meaning: 'Nothing was changed. Guarded databases and backup files are not affected.',
    action: 'Install the newer Holdfast again.',
  },
  STORE_DAMAGED: {
    what: 'Holdfast’s own database {{path}} is damaged.',
    meaning:
      'Holdfast cannot read its list, its settings and its history. Guarded databases and backup files are not affected.',
    action:
      'Move the file away, start Holdfast again, guard the databases and rebuild the catalogue from the backup folder.',
  },
  CHILD_CRASHED: {
    what: 'A process ended before its work was done: {{job, jobName}}.',
    meaning: 'What was unfinished does not count. Finished backups are not affected.',
    action: 'Try again. If it happens again, read the details in Errors.',
  },
  IO_ERROR: {
    what: 'Reading or writing {{path}} failed.',
    meaning: 'The work was stopped and does not count. The disk, or the connection to it, may be at fault.',
    action: 'Check the disk or the network drive, then try again.',
  },
  INVALID_INPUT: {
    what: 'The input is not valid: {{reason}}.',
    meaning: 'Nothing was done. Databases and backups are not affected.',
    action: 'Correct the input and try again.',
  },
  SETTING_INVALID: {
    what: 'The setting {{setting}} cannot have this value: {{reason}}.',
    meaning: 'The value is not used. The other settings are not affected.',
    action: 'Open Settings and enter another value.',
  },
  CONTROL_UNREACHABLE: {
    what: 'The Holdfast that uses the data folder does not answer.',
    meaning: 'Nothing was done. Databases and backups are not affected.',
    action: 'Check that it is still running, end it and start it again, then repeat the command.',
  },
  CHECK_FOUND_PROBLEMS: {
    what: 'The check of {{name}} found problems.',
    meaning: 'Something is damaged, inconsistent or out of its limits. The check changed nothing.',
    action: 'Read what was found. If data is damaged, restore a proved restore point.',
  },
  NOT_AVAILABLE: {
    what: 'This is not available here.',
    meaning: 'Nothing was done. Databases and backups are not affected.',
    action: 'Read the details for what is missing.',
  },
  INTERNAL: {
    what: 'An unexpected error occurred inside Holdfast.',
    meaning: 'The work was stopped and does not count. Finished backups are not affected.',
    action: 'Try again. If it returns, open Errors and report it with its details.',
  },
  ...copyErrors,
  ...diagnosisErrors,
  ...recoveryErrors,
  ...serviceErrors,
} satisfies Record<ErrorCode, ErrorTexts>;
