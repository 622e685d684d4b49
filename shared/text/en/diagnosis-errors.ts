/**
 * The words of errors about errors and logs.
 *
 * Values: where (a tab), count, reason, path, name, seconds.
 */
import type { ErrorTexts } from './errors';

export const diagnosisErrors = {
  TAB_FAILED: {
    what: 'A part of the window could not be drawn: {{where, windowPart}}.',
    meaning: 'Backups, schedules and watching go on. The other tabs work.',
    action: 'Open the tab again. If it fails again, open Errors and look at the details.',
  },
  WINDOW_HANGS: {
    what: 'The window did not answer for a while.',
    meaning: 'Backups, schedules and watching go on without it.',
    action: 'Wait, or reload the window. If it happens again, look at the processes in Performance.',
  },
  CRASH_LOOP: {
    what: 'Holdfast crashed {{count}} times within a few minutes and now runs in safe mode.',
    meaning: 'Nothing is backed up, watched or told until safe mode is left. Backups that exist can be restored.',
    action: 'Read the reason, then leave safe mode.',
  },
  ERROR_FLOOD: {
    what: '{{name}} sends more errors than can be taken: {{count}} were refused.',
    meaning:
      'Groups and their first events are kept. Some of the later events are missing, and are counted as refused.',
    action: 'Open Errors and look at the group that grows. The application is told to wait.',
  },
  LOG_SOURCE_UNREADABLE: {
    what: 'The log {{name}} cannot be read: {{reason}}.',
    meaning: 'Lines that are written meanwhile are read later, as long as the files are there.',
    action: 'Check the path and its permissions.',
  },
  LOG_INDEX_REBUILT: {
    what: 'The index of the logs could not be used and was made anew.',
    meaning: 'Log files are not affected. They are read again from their beginning.',
    action: 'Nothing needs to be done.',
  },
  LOG_SEARCH_INVALID: {
    what: 'The search is not a valid regular expression: {{reason}}.',
    meaning: 'Nothing was searched.',
    action: 'Correct the expression, or search for plain words.',
  },
  LOG_RESULT_GONE: {
    what: 'The result of this search is not kept any more.',
    meaning: 'The log entries are still there.',
    action: 'Search again.',
  },
  LOG_NOT_WRITTEN: {
    what: 'The log of Holdfast cannot be written: {{reason}}.',
    meaning: 'Backups and watching go on. What happens meanwhile is missing in the log, and is counted.',
    action: 'Make room on the disk, or correct the permissions of {{path}}.',
  },
} satisfies Record<string, ErrorTexts>;
