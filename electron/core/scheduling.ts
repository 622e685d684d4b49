/** Scheduled backups as one part of the core: the scheduler, and what a run of it is. */
import type { GuardedDatabase, ScheduledKind } from '@shared/models';
import type { BackupService } from '../backup/backup-service';
import { noteUnchanged } from '../backup/overdue';
import { nextOccurrence } from '../backup/schedule';
import { createScheduler, type NextRun, type Scheduler } from '../backup/scheduler';
import type { Guard } from '../database/guard';
import type { CoreContext } from './context';

export interface SchedulingParts {
  guard: Guard;
  backups: BackupService;
  coveredUntilMs: (databaseId: string) => number | null;
  onBattery: () => boolean;
}

export class Scheduling {
  private readonly scheduler: Scheduler;
  private started = false;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: SchedulingParts,
  ) {
    const { store, problems } = context;
    this.scheduler = createScheduler({
      clock: Date,
      databases: () => store.databases.list(),
      ledger: store.scheduleRuns,
      run: (databaseId, kind) => this.run(parts.guard.get(databaseId), kind),
      coveredUntilMs: parts.coveredUntilMs,
      mayRun: () => (context.settings().pauseOnBattery && parts.onBattery() ? 'on-battery' : 'yes'),
      report: (error, databaseId) => void problems.report(error.toView(), databaseId),
    });
  }

  /** Starts what is due from now on. */
  start(): void {
    this.started = true;
    this.scheduler.wake();
  }

  /** Looks at the clock again; nothing before the start. */
  wake(): void {
    if (this.started) this.scheduler.wake();
  }

  stop(): Promise<void> {
    return this.scheduler.stop();
  }

  /** When the next backup of a database starts by itself, or would where nobody has started the schedules. */
  next(databaseId: string): NextRun | null {
    if (this.started) return this.scheduler.next(databaseId);
    const { schedules } = this.parts.guard.get(databaseId);
    const kinds = ['monthly', 'weekly', 'daily', 'incremental'] as const;
    return kinds
      .filter((kind) => schedules[kind].enabled)
      .map((kind) => ({ kind, atMs: nextOccurrence(schedules[kind].cron, Date.now()).atMs }))
      .reduce<NextRun | null>((first, run) => (first && first.atMs <= run.atMs ? first : run), null);
  }

  /** @throws what the backup throws */
  private async run(database: GuardedDatabase, kind: ScheduledKind): Promise<void> {
    const { changesOnly = false } = database.schedules[kind];
    this.context.log.part('schedules').debug('Schedule fired', { databaseId: database.id, kind });
    const handle = this.parts.backups.start(database, kind, { changesOnly });
    try {
      await handle.done;
    } catch (thrown) {
      noteUnchanged(this.context.store, database.id, Date.parse(handle.view().startedAt), thrown);
      throw thrown;
    }
  }
}
