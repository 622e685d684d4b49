/** Which notification follows from what happened: pure decisions that say why. */
import { ERRORS } from '@shared/errors';
import type { RestoreRecord } from '@shared/models';
import type { Settings } from '@shared/settings';
import type { Notice } from '../core/types';
import type { StoredProblem } from '../store/problems';

export type NoticeEvent =
  /** A backup failed; `problem` is the open problem that it was counted to. */
  | { kind: 'backup-failed'; problem: StoredProblem; database: string }
  /** A database has had no proved backup for `hours`. */
  | { kind: 'backup-overdue'; problem: StoredProblem; database: string; hours: number }
  /** A restore, an undo included, ended in any way. */
  | { kind: 'restore-ended'; restore: RestoreRecord; contentAt: string };

export interface NoticeDecision {
  notice: Notice | null;
  /** `too-small`: nothing that anybody must know of now. `said-lately`: this open problem was notified already. */
  why: 'said' | 'switched-off' | 'said-lately' | 'too-small';
}

const HOUR_MS = 3_600_000;
/** A problem that stays open is spoken of once in this time, however often it is seen. */
export const REPEAT_AFTER_MS = 24 * HOUR_MS;

/** Decides for one event. When the answer is `said`, the caller shows it and records the problem as notified. */
export function decideNotice(event: NoticeEvent, settings: Settings['notifications'], nowMs: number): NoticeDecision {
  switch (event.kind) {
    case 'backup-failed': {
      const { problem, database } = event;
      if (problem.severity === 'LOW') return { notice: null, why: 'too-small' };
      if (!settings.backupFailed) return { notice: null, why: 'switched-off' };
      return ofProblem(problem, nowMs, {
        kind: 'backup-failed',
        params: { ...problem.params, name: database, code: problem.code },
        place: { tab: 'errors', problemId: problem.id, ...ofDatabase(problem) },
      });
    }
    case 'backup-overdue': {
      const { problem, database, hours } = event;
      if (!settings.backupOverdue) return { notice: null, why: 'switched-off' };
      return ofProblem(problem, nowMs, {
        kind: 'backup-overdue',
        params: { name: database, hours },
        place: { tab: 'backups', ...ofDatabase(problem) },
      });
    }
    case 'restore-ended':
      return ofRestore(event.restore, event.contentAt, settings);
  }
}

function ofProblem(problem: StoredProblem, nowMs: number, notice: Omit<Notice, 'severity'>): NoticeDecision {
  if (problem.notifiedAt !== null) {
    // A time that lies far ahead was written by a clock that stood wrong: it silences nothing.
    const agoMs = Math.abs(nowMs - Date.parse(problem.notifiedAt));
    if (agoMs < REPEAT_AFTER_MS) return { notice: null, why: 'said-lately' };
  }
  const severity = problem.severity === 'CRITICAL' ? 'critical' : 'normal';
  return { notice: { ...notice, severity }, why: 'said' };
}

function ofRestore(restore: RestoreRecord, contentAt: string, settings: Settings['notifications']): NoticeDecision {
  const { outcome, errorCode, databaseId, database } = restore;
  // Still running, or ended by who started it: no news.
  if (outcome === 'running' || errorCode === 'CANCELLED') return { notice: null, why: 'too-small' };
  if (!settings.restoreEnded) return { notice: null, why: 'switched-off' };
  if (outcome === 'restored') {
    const notice: Notice = {
      kind: 'restore-ended',
      severity: 'normal',
      params: { name: database, contentAt },
      place: { tab: 'backups', databaseId },
    };
    return { notice, why: 'said' };
  }
  const code = errorCode ?? (outcome === 'interrupted' ? 'RESTORE_INTERRUPTED' : 'INTERNAL');
  const severity = ERRORS[code].severity === 'CRITICAL' ? 'critical' : 'normal';
  const notice: Notice = {
    kind: 'restore-failed',
    severity,
    params: { name: database, code },
    place: { tab: 'errors', databaseId },
  };
  return { notice, why: 'said' };
}

const ofDatabase = ({ databaseId }: StoredProblem) => (databaseId === null ? {} : { databaseId });
