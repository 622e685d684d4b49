/** Sees what only shows with time: files that vanished, backups that are overdue, the machine and its health. */
import type { MetricReading } from '@shared/metrics';
import type { GuardedDatabase, HealthComponent, MetricSample } from '@shared/models';
import type { BackupService } from '../backup/backup-service';
import { coveredUntil, hoursSince, lastUnchangedAtMs, overdueSince } from '../backup/overdue';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { DatabaseInput } from '../health/checks';
import type { ContinuousInputs } from '../health/continuous-checks';
import type { CopyInputs } from '../health/copy-checks';
import type { IntegrityInputs } from '../health/integrity-checks';
import type { DiagnosisInputs } from '../health/diagnosis-checks';
import type { RuleInputs } from '../health/rule-checks';
import type { WatchInputs } from '../health/watch-checks';
import type { CollectorKeeper } from '../monitor/collector';
import { Machine } from '../monitor/machine';
import type { CoreContext } from './context';
import { LiveFiles } from './live-files';
import type { JobLauncher } from './types';

const LOOK_EVERY_MS = 60_000;
/** Long enough for the changes of one action to be judged together. */
const JUDGE_AFTER_MS = 300;

export interface LookoutParts {
  guard: Guard;
  backups: BackupService;
  keeper: CollectorKeeper;
  launchMounts?: JobLauncher;
  gpu: () => boolean;
  /** What others know of health. */
  watched: () => WatchInputs & CopyInputs & ContinuousInputs & IntegrityInputs & RuleInputs & DiagnosisInputs;
  onReading: (reading: MetricReading) => void;
  /** The machine slept, or this process stood still, for so long. */
  onWake: (gapMs: number) => void;
  /** Everything was looked at. */
  onRound: () => void;
  /** The state is to be shown anew. */
  onJudged: () => void;
}

export class Lookout {
  readonly machine: Machine;
  private readonly liveFiles: LiveFiles;
  private state: 'new' | 'running' | 'stopped' = 'new';
  private lookTimer: NodeJS.Timeout | undefined;
  private judgeTimer: NodeJS.Timeout | undefined;
  /** Since when backups could be taken here; null while nobody takes them. */
  private awakeSinceMs: number | null = null;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: LookoutParts,
  ) {
    this.liveFiles = new LiveFiles(context, parts.guard, (path) => this.machine.remotePoint(path));
    this.machine = new Machine(context, {
      keeper: parts.keeper,
      ...(parts.launchMounts ? { launchMounts: parts.launchMounts } : {}),
      gpu: parts.gpu,
      databases: () => this.healthInputs(),
      watched: parts.watched,
      onSample: () => {
        // Disk, memory and processor have no line before the first sample.
        if (this.machine.history().length === 1) this.judgeSoon();
      },
      onReading: parts.onReading,
      onWake: (gapMs) => {
        this.awakeSinceMs = Date.now();
        parts.onWake(gapMs);
      },
    });
  }

  start(): void {
    this.state = 'running';
    this.awakeSinceMs = Date.now();
    this.machine.start();
    void this.look();
  }

  stop(): void {
    this.state = 'stopped';
    clearTimeout(this.lookTimer);
    clearTimeout(this.judgeTimer);
    this.machine.stop();
  }

  /** Asked after each wait. */
  private isStopped = (): boolean => this.state === 'stopped';

  /** Looks at everything now, and again in a minute. Never rejects: what went wrong is recorded. */
  async look(): Promise<void> {
    clearTimeout(this.lookTimer);
    try {
      await this.liveFiles.look();
      if (this.isStopped()) return;
      for (const database of this.parts.guard.list()) this.lookForOverdue(database);
      await this.machine.look();
      if (this.isStopped()) return;
      this.parts.onRound();
    } catch (thrown) {
      // The store is closed in the midst of a look that nobody waits for.
      if (this.isStopped()) return;
      this.report(thrown);
    }
    if (this.state !== 'running') return;
    this.lookTimer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
    this.context.changed();
  }

  /** Looks at the files alone. */
  lookAtFiles(): Promise<void> {
    return this.liveFiles.look();
  }

  /** Health speaks of databases and backups: it follows what changed, once for many changes. */
  judgeSoon(): void {
    if (this.state !== 'running') return;
    this.judgeTimer ??= setTimeout(() => {
      this.judgeTimer = undefined;
      this.judgeOnce();
    }, JUDGE_AFTER_MS);
  }

  /** For a core that watches nothing: its lines of Health, once. */
  judgeOnce(): void {
    this.machine.look().then(
      () => this.parts.onJudged(),
      (thrown: unknown) => {
        if (!this.isStopped()) this.report(thrown);
      },
    );
  }

  /** Records what should not have failed. */
  report(thrown: unknown): void {
    this.context.problems.report(wrapError(thrown).toView(), null);
  }

  async judge(): Promise<HealthComponent[]> {
    await this.machine.look();
    return this.machine.lastHealth();
  }

  lastHealth = (): HealthComponent[] => this.machine.lastHealth();
  samples = (): MetricSample[] => this.machine.history();
  liveBytes = (databaseId: string): number | null => this.liveFiles.sizeBytes(databaseId);

  /** Until when the newest state of a database is known to be kept, milliseconds since 1970; null without a proved backup. */
  coveredUntilMs = (databaseId: string): number | null =>
    coveredUntil(this.provedAtMs(databaseId), lastUnchangedAtMs(this.context.store, databaseId));

  /** Since when a database is overdue, milliseconds since 1970; null while it is on time. */
  overdueSinceMs = (database: GuardedDatabase): number | null => {
    const { id, addedAt, schedules } = database;
    const since = this.context.store.databases.get(id)?.schedulesSince.incremental ?? addedAt;
    return overdueSince({
      lastProvedAtMs: this.provedAtMs(id),
      lastUnchangedAtMs: lastUnchangedAtMs(this.context.store, id),
      addedAtMs: Date.parse(addedAt),
      schedules,
      intervalSinceMs: Date.parse(since),
      awakeSinceMs: this.awakeSinceMs,
      nowMs: Date.now(),
    });
  };

  private provedAtMs(databaseId: string): number | null {
    const proved = this.context.store.backups.newestProved(databaseId);
    return proved && Date.parse(proved.createdAt);
  }

  private lookForOverdue(database: GuardedDatabase): void {
    if (this.overdueSinceMs(database) === null) {
      this.context.problems.settle(database.id, ['BACKUP_OVERDUE']);
      return;
    }
    const coveredMs = this.coveredUntilMs(database.id) ?? Date.parse(database.addedAt);
    const params = { name: database.name, hours: hoursSince(coveredMs, Date.now()) };
    const error = holdfastError('BACKUP_OVERDUE', { params }).toView();
    this.context.problems.reportOnce(error, database.id);
  }

  private healthInputs(): DatabaseInput[] {
    const problems = this.context.store.problems.list(false);
    return this.parts.guard.list().map((database) => {
      const lastProvedAt = this.context.store.backups.newestProved(database.id)?.createdAt ?? null;
      return {
        problems: problems.filter(({ databaseId }) => databaseId === database.id).map(({ code }) => code),
        lastProvedAt,
        overdue: this.overdueSinceMs(database) !== null,
        backingUp: this.parts.backups.isInHand(database.id),
      };
    });
  }
}
