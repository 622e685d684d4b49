/** The state that window, tray and command show, put together from the store and from what runs. */
import type {
  AppState,
  BackupDay,
  CopyPlaces,
  DrillRecord,
  DatabaseStatus,
  FormerDatabase,
  GuardedDatabase,
  HealthComponent,
  JobView,
  Problem,
  Protection,
  ScheduledKind,
  Sentence,
} from '@shared/models';
import type { AlertView } from '@shared/alerting';
import { SEVERITIES } from '@shared/errors';
import type { IntegrityStatus } from '@shared/integrity';
import type { ContinuousStatus } from '@shared/recovery';
import { problemSentence } from '@shared/problem-sentence';
import type { BackupService } from '../backup/backup-service';
import { localDay } from '../backup/local-time';
import { hoursSince } from '../backup/overdue';
import type { Guard } from '../database/guard';
import type { DiagnosingPart } from './diagnosing';
import type { CoreContext } from './context';

const STRIP_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

/** What the builder asks of parts that change with the clock. */
export interface StateSources {
  guard: Guard;
  backups: BackupService;
  nextRun(databaseId: string): { kind: ScheduledKind; atMs: number } | null;
  /** Since when a database has had no proved backup that it should have; null when it is on time. */
  overdueSinceMs(database: GuardedDatabase): number | null;
  /** Until when the newest state of a database is known to be kept; null without a proved backup. */
  coveredUntilMs(databaseId: string): number | null;
  liveBytes(databaseId: string): number | null;
  placesOf(databaseId: string): CopyPlaces;
  newestDrill(databaseId: string): DrillRecord | null;
  continuousOf(databaseId: string): ContinuousStatus;
  integrityOf(databaseId: string): IntegrityStatus;
  health(): HealthComponent[];
  watched(
    open: readonly Problem[],
  ): Pick<AppState, 'alerts' | 'alertsPausedUntil' | 'monitoringRevision' | keyof ReturnType<DiagnosingPart['shown']>>;
}

export class StateBuilder {
  private revision = 0;
  private statuses: DatabaseStatus[] | null = null;

  constructor(
    private readonly context: CoreContext,
    private readonly sources: StateSources,
  ) {}

  /** The catalogue, databases, problems or settings changed: what was put together from them is out of date. */
  invalidate(): void {
    this.statuses = null;
  }

  build(): AppState {
    const { context } = this;
    const problems = context.store.problems.list(false);
    this.statuses ??= this.sources.guard.list().map((database) => this.status(database, problems));
    const jobs = context.jobs.views();
    // A log grows all the time, and what is said of it must never be older than what is known.
    const databases = this.statuses.map((status) =>
      withJobs({ ...status, continuous: this.sources.continuousOf(status.database.id) }, jobs),
    );
    const watched = this.sources.watched(problems);
    return {
      revision: ++this.revision,
      sentence: sentenceOf(databases, problems, watched.alerts, this.sources),
      databases,
      formerDatabases: this.former(),
      jobs,
      problems,
      restores: context.store.restores.list(undefined, 20),
      settings: context.settings(),
      health: this.sources.health(),
      ...watched,
      firstRun: context.store.databases.list({ includeRemoved: true }).length === 0,
    };
  }

  /** Not guarded, but restore points of them are known: removed here, or found at a destination or in a copied folder. */
  private former(): FormerDatabase[] {
    const { databases, backups } = this.context.store;
    return databases.list({ includeRemoved: true }).flatMap(({ id, name, path, removedAt }) => {
      if (removedAt === null) return [];
      const points = backups.list(id);
      return points.length === 0
        ? []
        : [{ id, name, path, points: points.length, newestAt: points[0]?.createdAt ?? null }];
    });
  }

  private status(database: GuardedDatabase, problems: readonly Problem[]): DatabaseStatus {
    const points = this.sources.backups.points(database.id);
    const newestProved = this.context.store.backups.newestProved(database.id);
    const lastProved = points.find(({ id }) => id === newestProved?.id) ?? null;
    const proofs = points.flatMap((point) => (point.state === 'proved' && point.verifiedAt ? [point.verifiedAt] : []));
    const problem = problems.find((one) => one.databaseId === database.id) ?? null;
    const next = this.sources.nextRun(database.id);
    const onDisk = points.filter((point) => point.state !== 'missing');
    const provedAtMs = lastProved ? Date.parse(lastProved.createdAt) : null;
    const coveredMs = this.sources.coveredUntilMs(database.id);
    return {
      database,
      protection: protectionOf(provedAtMs, this.sources.overdueSinceMs(database), problem),
      lastProved,
      lastBackup: points[0] ?? null,
      lastProofAt: proofs.toSorted().at(-1) ?? null,
      nextRun: next && { kind: next.kind, at: new Date(next.atMs).toISOString() },
      problem,
      restorePoints: onDisk.length,
      storedBytes: onDisk.reduce((sum, point) => sum + point.sizeBytes, 0),
      liveBytes: this.sources.liveBytes(database.id),
      days: this.days(database.id, points, problems),
      coveredUntil: coveredMs === null ? null : new Date(coveredMs).toISOString(),
      places: this.sources.placesOf(database.id),
      lastDrill: this.sources.newestDrill(database.id),
      continuous: this.sources.continuousOf(database.id),
      integrity: this.sources.integrityOf(database.id),
    };
  }

  private days(
    databaseId: string,
    points: readonly { createdAt: string; state: string }[],
    problems: readonly Problem[],
  ): BackupDay[] {
    const now = Date.now();
    const proved = new Map<string, number>();
    const failed = new Set<string>();
    for (const { createdAt, state } of points) {
      const day = localDay(Date.parse(createdAt));
      if (state === 'proved') proved.set(day, (proved.get(day) ?? 0) + 1);
      else failed.add(day);
    }
    for (const run of this.context.store.scheduleRuns.list(databaseId, now - STRIP_DAYS * DAY_MS)) {
      if (run.outcome === 'failed') failed.add(localDay(run.atMs));
    }
    for (const problem of problems)
      if (problem.databaseId === databaseId) failed.add(localDay(Date.parse(problem.lastSeenAt)));
    return lastDays(now).map((day) => ({
      day,
      count: proved.get(day) ?? 0,
      result: proved.has(day) ? 'proved' : failed.has(day) ? 'failed' : 'none',
    }));
  }
}

/** The last 30 local days, oldest first. Noon steps over days of 23 and 25 hours. */
function lastDays(nowMs: number): string[] {
  const noon = new Date(nowMs);
  noon.setHours(12, 0, 0, 0);
  const days: string[] = [];
  for (let back = STRIP_DAYS - 1; back >= 0; back--) {
    const day = new Date(noon);
    day.setDate(noon.getDate() - back);
    days.push(localDay(day.getTime()));
  }
  return days;
}

/** Pure: how well a database is protected. */
export function protectionOf(
  lastProvedAtMs: number | null,
  overdueSinceMs: number | null,
  problem: Problem | null,
): Protection {
  if (lastProvedAtMs === null) return 'unprotected';
  const grave = problem !== null && SEVERITIES.indexOf(problem.severity) >= SEVERITIES.indexOf('HIGH');
  return overdueSinceMs !== null || grave ? 'at-risk' : 'protected';
}

/** A database that waits for its first backup is being worked on, not neglected. */
function withJobs(status: DatabaseStatus, jobs: readonly JobView[]): DatabaseStatus {
  const backingUp = jobs.some((job) => job.kind === 'backup' && job.databaseId === status.database.id);
  return status.protection === 'unprotected' && backingUp && !status.problem
    ? { ...status, protection: 'working' }
    : status;
}

function sentenceOf(
  databases: readonly DatabaseStatus[],
  problems: readonly Problem[],
  alerts: readonly AlertView[],
  sources: Pick<StateSources, 'overdueSinceMs'>,
): Sentence {
  // In safe mode every other problem waits for it to be left.
  const grave =
    problems.find(({ code }) => code === 'CRASH_LOOP') ??
    problems.find(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH');
  if (grave) {
    const name = databases.find(({ database }) => database.id === grave.databaseId)?.database.name ?? null;
    return { ...problemSentence(grave, name), severity: grave.severity === 'CRITICAL' ? 'critical' : 'warning' };
  }
  if (databases.length === 0) return { key: 'no-databases', params: {}, severity: 'warning' };
  for (const { database, coveredUntil } of databases) {
    if (sources.overdueSinceMs(database) === null) continue;
    const hours = hoursSince(Date.parse(coveredUntil ?? database.addedAt), Date.now());
    return { key: 'overdue', params: { name: database.name, hours }, severity: 'critical' };
  }
  const bare = databases.find(({ protection }) => protection === 'unprotected');
  if (bare) return { key: 'no-proved-backup', params: { name: bare.database.name }, severity: 'warning' };
  const alert = alerts.find(speaksUp);
  if (alert) {
    const severity = alert.severity === 'CRITICAL' ? 'critical' : 'warning';
    return { key: 'alert', params: { ...alert.params, titleKey: alert.titleKey }, severity };
  }
  const working = databases.find(({ protection }) => protection === 'working');
  if (working) return { key: 'working', params: { name: working.database.name }, severity: 'busy' };
  const params = { count: databases.length, name: databases[0]?.database.name ?? '' };
  return { key: 'all-protected', params, severity: 'ok' };
}

/** Alerts for the one sentence: those that need somebody now. What is a problem has its own sentence. */
const speaksUp = ({ severity, state, source, snoozedUntil, acknowledgedAt, inhibitedBy }: AlertView): boolean =>
  (severity === 'CRITICAL' || severity === 'HIGH') &&
  state === 'firing' &&
  source.type !== 'problem' &&
  snoozedUntil === null &&
  acknowledgedAt === null &&
  inhibitedBy === null;
