/**
 * The words of the errors of continuous protection, moments, rows, checks and repair.
 *
 * Values: name (of the database or rule), path, reason, at, fromAt, untilAt, table, tables, count, days, file.
 */
import type { ErrorTexts } from './errors';

export const recoveryErrors = {
  CONTINUOUS_NOT_WAL: {
    what: '{{name}} is not in WAL mode, so single transactions cannot be captured.',
    meaning: 'Scheduled backups go on. Moments between them cannot be brought back.',
    action: 'Set “PRAGMA journal_mode = WAL” in the application, or switch continuous protection off.',
  },
  CONTINUOUS_FAILED: {
    what: 'Continuous protection of {{name}} is interrupted: {{reason}}.',
    meaning: 'Scheduled backups go on. What is committed meanwhile can be brought back to restore points only.',
    action: 'It is tried again by itself. If it goes on, look at the details.',
  },
  CONTINUOUS_GAP: {
    what: 'Continuous protection of {{name}} has a gap since {{fromAt, moment}}.',
    meaning: 'Transactions inside the gap can be brought back to restore points only. The log goes on behind it.',
    action: 'Nothing needs to be done. If gaps come back, look at the timeline for their reason.',
  },
  MOMENT_NOT_COVERED: {
    what: 'There is nothing that brings {{name}} back to {{at, moment}}.',
    meaning: 'No restore point and no log reaches back that far.',
    action: 'Choose a later moment on the timeline.',
  },
  FILE_IS_LOG: {
    what: '{{path}} is a part of a transaction log, not a backup by itself.',
    meaning: 'It holds single transactions that are replayed onto a backup. The file was not changed.',
    action: 'Keep it where it is. To bring a moment back, choose it on the timeline in Backups.',
  },
  LOG_DAMAGED: {
    what: 'A file of the transaction log is damaged or missing: {{path}}.',
    meaning: 'Moments after it can be brought back only from the next restore point on. Earlier ones are not affected.',
    action: 'Take a backup now: the log goes on from it. A destination may have a whole copy of the file.',
  },
  PARTIAL_NOT_POSSIBLE: {
    what: 'Rows of {{table}} cannot be restored by themselves: {{reason}}.',
    meaning: 'Nothing was changed.',
    action: 'Restore the whole database, or open the moment as a copy and take the rows from there.',
  },
  PARTIAL_WOULD_BREAK: {
    what: 'Restoring these rows would leave {{count}} references to rows that do not exist.',
    meaning: 'Nothing was changed.',
    action: 'Restore the tables that they refer to as well: {{tables}}.',
  },
  FOREIGN_KEYS_VIOLATED: {
    what: '{{name}} has {{count}} rows whose parent is missing.',
    meaning: 'The file is sound and backups are faithful. The application may show incomplete data.',
    action: 'Look at the rows in Backups, and mend them in the application or restore the missing rows.',
  },
  RULE_BROKEN: {
    what: 'Rows of {{name}} that break the rule “{{rule}}”: {{count}}.',
    meaning: 'The file is sound. The data is not as the application should have left it.',
    action: 'Look at the rows, and mend them in the application.',
  },
  RULE_FIX_REFUSED: {
    what: 'The fix is not one statement that changes rows.',
    meaning:
      'Only one UPDATE, DELETE or INSERT is taken. REPLACE is refused, because it deletes rows. Nothing was changed.',
    action: 'Write the fix as one statement that changes just the rows that the rule finds, or leave it empty.',
  },
  CHECK_OVERDUE: {
    what: '{{name}} was not checked for {{days}} days.',
    meaning: 'Backups are still proved. Damage in the live database may go unnoticed until the next one.',
    action: 'Check it now.',
  },
  REPAIR_UNDONE: {
    what: 'The repair of {{name}} was undone: {{reason}}.',
    meaning: 'The database is as it was before. The backup from just before the repair is kept.',
    action: 'Restore a proved restore point, or recover what can be read into a new file.',
  },
  SALVAGE_FAILED: {
    what: 'Nothing could be recovered from {{path}}: {{reason}}.',
    meaning: 'The file was not changed.',
    action: 'Restore the newest proved restore point.',
  },
} satisfies Record<string, ErrorTexts>;
