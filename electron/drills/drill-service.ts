/**
 * Restore drills: on schedule, restore points of each database are restored into a scratch folder from the files that a
 * real restore would use, proved, and compared with the live database; so is a moment of its transaction log. Nothing that
 * is guarded is touched.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ERRORS } from '@shared/errors';
import type { DrillRecord, DrillResult, GuardedDatabase } from '@shared/models';
import type { Chain } from '../backup/chain';
import type { Proof } from '../backup/prove';
import { latestOccurrence, nextOccurrence } from '../backup/schedule';
import { knownLog, openLogFile } from '../continuous/log-of';
import type { LogSource, RebuiltMoment } from '../continuous/rebuild';
import type { LogReplay } from '../continuous/types';
import { type CoreContext, LOCK_TIMEOUT_MS } from '../core/context';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import { chooseReplay } from './drill-log';
import { choosePoints, drillOverdueDays, isDrillDue } from './due';

/** Timers stand still while a machine sleeps: never wait longer than this for the next look. */
const LOOK_EVERY_MS = 15 * 60_000;

export interface DrillParts {
  clock: { nowMs: () => number };
  /** 0 ≤ x < 1. */
  random: () => number;
  databases: () => readonly GuardedDatabase[];
  /** Restores a chain into `contentFile` and checks it. A failed check is a result. */
  prove: (job: RunningJob, chain: Chain, contentFile: string) => Promise<Proof>;
  /** Replays a log into `contentFile` and checks it. A failed check is a result, a damaged file LOG_DAMAGED. */
  replay: (job: RunningJob, source: LogSource, contentFile: string) => Promise<RebuiltMoment>;
  /** What a proof of the backup folder's own files found. */
  recordProof: (entry: CatalogueEntry, proof: Proof) => void;
  /** False while the machine runs on battery and the user wants its work to wait. */
  mayRun: () => boolean;
}

export class DrillService {
  private readonly inHand = new Map<string, JobHandle<DrillRecord>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: DrillParts,
  ) {}

  /** Looks what is due now, and again and again. Call it again after sleep and after settings changed. */
  wake(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    try {
      this.look();
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), null);
    }
    this.timer = setTimeout(() => this.wake(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Newest drill of a database; null before the first. */
  newest = (databaseId: string): DrillRecord | null => this.context.store.drills.newest(databaseId);
  list = (databaseId: string): DrillRecord[] => this.context.store.drills.list(databaseId);

  private look(): void {
    const { drills } = this.context.settings();
    if (!drills.enabled) return;
    const nowMs = this.parts.clock.nowMs();
    const scheduledMs = latestOccurrence(drills.cron, nowMs).atMs;
    const periodMs = nextOccurrence(drills.cron, scheduledMs).atMs - scheduledMs;
    for (const database of this.parts.databases()) {
      const last = this.newest(database.id);
      // Begun while the clock stood ahead: it says nothing about today.
      const lastMs = last && Date.parse(last.startedAt) <= nowMs ? Date.parse(last.startedAt) : null;
      const firstMs = this.firstProvedMs(database.id);
      this.judgeAge(database, drillOverdueDays(periodMs, lastMs, firstMs, nowMs));
      if (isDrillDue(scheduledMs, lastMs, firstMs) && this.parts.mayRun()) this.start(database);
    }
  }

  private firstProvedMs(databaseId: string): number | null {
    const moments = this.context.store.backups
      .list(databaseId)
      .flatMap(({ state, createdAt }) => (state === 'proved' || state === 'elsewhere' ? [Date.parse(createdAt)] : []));
    return moments.length === 0 ? null : Math.min(...moments);
  }

  private judgeAge({ id, name }: GuardedDatabase, days: number | null): void {
    if (days === null) this.context.problems.settle(id, ['DRILL_OVERDUE']);
    else this.context.problems.reportOnce(holdfastError('DRILL_OVERDUE', { params: { name, days } }).toView(), id);
  }

  /**
   * Tries the newest restore point and an older one, and a transaction of the log where there is one. A request for a database whose drill waits or runs joins that one.
   * Rejects with BACKUP_UNKNOWN when there is nothing to try, CANCELLED, DATABASE_LOCKED; a restore point that does not
   * come back is a result, recorded as DRILL_FAILED.
   */
  start(database: GuardedDatabase): JobHandle<DrillRecord> {
    const joined = this.inHand.get(database.id);
    if (joined) return joined;
    const handle = this.context.jobs.start({
      kind: 'drill',
      databaseId: database.id,
      subject: database.name,
      body: (job) => this.run(job, database),
    });
    this.inHand.set(database.id, handle);
    const ended = (): void => {
      this.inHand.delete(database.id);
      this.context.changed();
    };
    handle.done.then(ended, (error: HoldfastError) => {
      this.context.problems.report(error.toView(), database.id);
      ended();
    });
    return handle;
  }

  private async run(job: RunningJob, database: GuardedDatabase): Promise<DrillRecord> {
    const { store, problems } = this.context;
    const points = choosePoints(store.backups.list(database.id), this.parts.random);
    if (points.length === 0) {
      const detail = `${database.name} has no proved restore point`;
      throw holdfastError('BACKUP_UNKNOWN', { params: { name: database.name }, detail });
    }
    const startedAt = new Date(this.parts.clock.nowMs()).toISOString();
    const results: DrillResult[] = [];
    for (const [index, entry] of points.entries()) {
      // The newest as a restore would take it; the older one from a destination where one has it.
      const destinationId = index === 0 ? undefined : this.somePlace(entry);
      results.push(
        await this.context.scratch.use(job.id, (folder) => this.tryPoint(job, database, entry, folder, destinationId)),
      );
    }
    const replayed = await this.tryLog(job, database);
    if (replayed) results.push(replayed);
    const failed = results.find(({ outcome }) => outcome === 'failed');
    const record: DrillRecord = {
      id: randomUUID(),
      databaseId: database.id,
      startedAt,
      finishedAt: new Date(this.parts.clock.nowMs()).toISOString(),
      outcome: failed ? 'failed' : 'passed',
      results,
    };
    store.drills.insert(record);
    if (failed) {
      const params = { name: database.name, createdAt: failed.pointAt };
      const detail = failed.error?.detail ?? describe(failed);
      problems.report(holdfastError('DRILL_FAILED', { params, detail }).toView(), database.id);
    } else problems.settle(database.id, ['DRILL_FAILED', 'DRILL_OVERDUE']);
    return record;
  }

  private somePlace(entry: CatalogueEntry): string | undefined {
    const places = this.context.copiesOf(entry.id).filter(({ state }) => state === 'copied');
    return places[Math.floor(this.parts.random() * places.length)]?.destinationId;
  }

  private async tryPoint(
    job: RunningJob,
    database: GuardedDatabase,
    entry: CatalogueEntry,
    folder: ScratchFolder,
    destinationId: string | undefined,
  ): Promise<DrillResult> {
    const startedMs = performance.now();
    const contentFile = folder.file('content.sqlite');
    const result = notPassed(entry, destinationId);
    try {
      const chain = await this.context.chainOf(job, entry, folder, destinationId);
      const proof = await this.parts.prove(job, chain, contentFile);
      result.checks = proof.checks;
      if (destinationId === undefined && entry.state !== 'elsewhere') this.parts.recordProof(entry, proof);
      if (proof.proved) await this.compare(job, database, folder, result);
    } catch (thrown) {
      const error = wrapError(thrown, { name: database.name, path: entry.file });
      // A place that cannot be reached says nothing of the restore point: the backup folder is tried in its stead.
      if (destinationId !== undefined && ERRORS[error.code].class === 'external-service') {
        return this.tryPoint(job, database, entry, folder, undefined);
      }
      // These say that the drill could not be held, not that the restore point is bad.
      if (NOT_HELD.has(error.code)) throw error;
      result.error = error.toView();
    }
    result.tookMs = Math.round(performance.now() - startedMs);
    return result;
  }

  /** Compares what was restored with the live database; passed when every table can be read. */
  private async compare(
    job: RunningJob,
    database: GuardedDatabase,
    folder: ScratchFolder,
    result: DrillResult,
  ): Promise<void> {
    job.setPhase('compare');
    const [contentFile, nowFile] = [folder.file('content.sqlite'), folder.file('now.sqlite')];
    const request = { contentFile, liveFile: database.path, nowFile, lockTimeoutMs: LOCK_TIMEOUT_MS };
    result.tables = await job.process('compare', request);
    if (result.tables.every((table) => table.result !== 'unreadable')) result.outcome = 'passed';
  }

  /** Null when there is no log that could be replayed, or its files were let go meanwhile. */
  private async tryLog(job: RunningJob, database: GuardedDatabase): Promise<DrillResult | null> {
    const { store, scratch } = this.context;
    const { backupFolder } = this.context.settings();
    const chosen = chooseReplay(knownLog(store, database.id), this.parts.random, (generationId, number) =>
      openLogFile(backupFolder, database.name, generationId, number),
    );
    const entry = chosen && store.backups.get(chosen.pointId);
    if (!entry) return null;
    const { replay } = chosen;
    const startedMs = performance.now();
    const result = notPassed(entry);
    return scratch.use(job.id, async (folder) => {
      try {
        const chain = await this.context.chainOf(job, entry, folder);
        const source = { type: 'log', chain, replay } as const;
        const moment = await this.parts.replay(job, source, folder.file('content.sqlite'));
        result.checks = moment.checks;
        result.pointAt = new Date(moment.replayed.untilMs ?? Date.parse(entry.createdAt)).toISOString();
        // Each file was compared byte for byte, whatever SQLite said of what came out.
        markReplayed(store, replay, new Date(this.parts.clock.nowMs()).toISOString());
        if (moment.proved) await this.compare(job, database, folder, result);
      } catch (thrown) {
        const error = wrapError(thrown, { name: database.name, path: entry.file });
        if (NOT_HELD.has(error.code)) throw error;
        if (error.code === 'LOG_DAMAGED' && !this.noteDamage(replay, database, error)) return null;
        result.error = error.toView();
      }
      result.tookMs = Math.round(performance.now() - startedMs);
      return result;
    });
  }

  /** False for a file that was let go while it was to be replayed. */
  private noteDamage({ generationId, files }: LogReplay, database: GuardedDatabase, error: HoldfastError): boolean {
    const { logs } = this.context.store;
    const file = files.find((one) => one.file === error.params['path']);
    const segment = file && logs.segmentOf(generationId, file.number);
    if (file?.expected && !segment) return false;
    if (segment) {
      const isThere = existsSync(segment.file);
      logs.setSegmentState(
        segment.id,
        isThere ? 'failed' : 'missing',
        new Date(this.parts.clock.nowMs()).toISOString(),
      );
    }
    this.context.problems.report(error.toView(), database.id);
    return true;
  }
}

/** A restore would find them whole. */
function markReplayed({ logs }: CoreContext['store'], { generationId, files }: LogReplay, at: string): void {
  for (const { number, expected } of files) {
    const segment = expected && logs.segmentOf(generationId, number);
    if (segment?.state === 'proved') logs.setSegmentState(segment.id, 'replayed', at);
  }
}

const notPassed = (entry: CatalogueEntry, destinationId?: string): DrillResult => ({
  pointId: entry.id,
  pointAt: entry.createdAt,
  destinationId: destinationId ?? null,
  outcome: 'failed',
  checks: [],
  tables: [],
  tookMs: 0,
  error: null,
});

const NOT_HELD: ReadonlySet<string> = new Set([
  'CANCELLED',
  'DATABASE_LOCKED',
  'DISK_FULL',
  'CHILD_CRASHED',
  'INTERNAL',
]);

const describe = ({ checks, tables }: DrillResult): string =>
  [
    ...checks.filter(({ outcome }) => outcome === 'failed').map(({ step, detail }) => `${step}: ${detail}`),
    ...tables.filter(({ result }) => result === 'unreadable').map(({ table }) => `table ${table} cannot be read`),
  ].join('; ');
