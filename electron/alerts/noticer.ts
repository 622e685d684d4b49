/** Says what happened, once: asks the pure decisions, passes the notice on and remembers that it did. */
import type { GuardedDatabase, RestoreRecord } from '@shared/models';
import type { Settings } from '@shared/settings';
import type { Notice } from '../core/types';
import type { Store } from '../store/open';
import type { StoredProblem } from '../store/problems';
import { decideNotice, type NoticeEvent } from './notices';

export class Noticer {
  constructor(
    private readonly store: Store,
    private readonly settings: () => Settings,
    private readonly notify: (notice: Notice) => void,
  ) {}

  backupFailed(problem: StoredProblem, database: GuardedDatabase): void {
    this.decide({ kind: 'backup-failed', problem, database: database.name }, problem);
  }

  backupOverdue(problem: StoredProblem, database: GuardedDatabase, hours: number): void {
    this.decide({ kind: 'backup-overdue', problem, database: database.name, hours }, problem);
  }

  /** `contentAt`: the moment that the restore brings back. */
  restoreEnded(restore: RestoreRecord, contentAt: string): void {
    this.decide({ kind: 'restore-ended', restore, contentAt }, null);
  }

  private decide(event: NoticeEvent, problem: StoredProblem | null): void {
    const nowMs = Date.now();
    const { notice } = decideNotice(event, this.settings().notifications, nowMs);
    if (!notice) return;
    if (problem) this.store.problems.setNotified(problem.id, new Date(nowMs).toISOString());
    this.notify(notice);
  }
}
