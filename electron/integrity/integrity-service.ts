/**
 * Checks of the live databases, by schedule and on demand. Each runs in a process of its own, in the lane of backups: it
 * reads the whole file as they do, and is over in a fraction of their time.
 */
import { randomUUID } from 'node:crypto';
import type { CheckDepth, IntegrityRecord } from '@shared/integrity';
import type { GuardedDatabase } from '@shared/models';
import { latestOccurrence, longestGapMs } from '../backup/schedule';
import type { CoreContext } from '../core/context';
import type { JobHandle } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CheckResult } from './check-live';
import { checkOverdueDays, type CheckSchedule, dueCheck, type LastChecks } from './due';
import { NAMED_FINDINGS } from './findings';
import { recordOf, settledBy, type Trigger } from './verdict';

/** Timers stand still while a machine sleeps: never wait longer than this for the next look. */
const LOOK_EVERY_MS = 15 * 60_000;
/** A check is no backup: where an application keeps a lock for longer it is tried again at the next look. */
export const CHECK_LOCK_TIMEOUT_MS = 5_000;

export interface IntegrityParts {
  clock: { nowMs: () => number };
  databases: () => readonly GuardedDatabase[];
  /** False while the machine runs on battery and the user wants its work to wait. */
  mayRun: () => boolean;
  /** A scheduled full check has ended; what it found is recorded. */
  onScheduled: (database: GuardedDatabase, result: CheckResult) => void;
}

type InHand = Partial<Record<CheckDepth, JobHandle<IntegrityRecord>>>;

export class IntegrityService {
  private readonly inHand = new Map<string, InHand>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: IntegrityParts,
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

  /** Newest first. */
  list = (databaseId: string): IntegrityRecord[] => this.context.store.integrityChecks.list(databaseId);
  newest = (databaseId: string, depth?: CheckDepth): IntegrityRecord | null =>
    this.context.store.integrityChecks.newest(databaseId, depth);

  private look(): void {
    const nowMs = this.parts.clock.nowMs();
    const schedules = this.schedules(nowMs);
    for (const database of this.parts.databases()) {
      const last = this.lastChecks(database.id, nowMs);
      const addedMs = Date.parse(database.addedAt);
      const depth = dueCheck(schedules, last, addedMs);
      if (depth && this.parts.mayRun()) this.start(database, depth, 'scheduled');
      // One that runs now says soon how it is.
      else this.judgeAge(database, checkOverdueDays(schedules, last, addedMs, nowMs));
    }
  }

  private schedules(nowMs: number): Partial<Record<CheckDepth, CheckSchedule>> {
    const { quick, full } = this.context.settings().integrityChecks;
    const schedule = ({ enabled, cron }: typeof quick): CheckSchedule | null =>
      enabled ? { scheduledMs: latestOccurrence(cron, nowMs).atMs, periodMs: longestGapMs(cron, nowMs) } : null;
    const [ofQuick, ofFull] = [schedule(quick), schedule(full)];
    return { ...(ofQuick ? { quick: ofQuick } : {}), ...(ofFull ? { full: ofFull } : {}) };
  }

  private lastChecks(databaseId: string, nowMs: number): LastChecks {
    const at = (record: IntegrityRecord | null): number | null => {
      // Begun while the clock stood ahead: it says nothing about today.
      const startedMs = record ? Date.parse(record.startedAt) : Number.POSITIVE_INFINITY;
      return startedMs <= nowMs ? startedMs : null;
    };
    return { anyMs: at(this.newest(databaseId)), fullMs: at(this.newest(databaseId, 'full')) };
  }

  private judgeAge({ id, name }: GuardedDatabase, days: number | null): void {
    if (days === null) this.context.problems.settle(id, ['CHECK_OVERDUE']);
    else this.context.problems.reportOnce(holdfastError('CHECK_OVERDUE', { params: { name, days } }).toView(), id);
  }

  /**
   * Checks a live database. A request joins a check of the database that waits or runs, when that is as deep.
   * Rejects with DATABASE_MISSING, DATABASE_LOCKED, CANCELLED, …; what was found is a result, and a problem of the database.
   */
  start(database: GuardedDatabase, depth: CheckDepth, trigger: Trigger = 'manual'): JobHandle<IntegrityRecord> {
    const inHand = this.inHand.get(database.id) ?? {};
    const joined = inHand.full ?? (depth === 'quick' ? inHand.quick : undefined);
    if (joined) return joined;
    const handle = this.context.jobs.start({
      kind: 'check',
      databaseId: database.id,
      subject: database.name,
      body: async (job) => {
        const { record, result } = await this.run(job, database, depth, trigger, NAMED_FINDINGS);
        if (trigger === 'scheduled' && depth === 'full') this.parts.onScheduled(database, result);
        return record;
      },
    });
    this.inHand.set(database.id, { ...inHand, [depth]: handle });
    const ended = (): void => {
      const left = { ...this.inHand.get(database.id) };
      delete left[depth];
      this.inHand.set(database.id, left);
      this.context.changed();
    };
    handle.done.then(ended, (error: HoldfastError) => {
      // An application that writes for long is no fault, and the check is tried again.
      const isBusy = trigger === 'scheduled' && error.code === 'DATABASE_LOCKED';
      if (!isBusy) this.context.problems.report(error.toView(), database.id);
      ended();
    });
    return handle;
  }

  /** Checks inside a job, and records what was found. */
  async run(
    job: RunningJob,
    database: GuardedDatabase,
    depth: CheckDepth,
    trigger: Trigger,
    faultLimit: number,
  ): Promise<{ record: IntegrityRecord; result: CheckResult }> {
    const startedMs = this.parts.clock.nowMs();
    const result = await this.context.scratch.use(job.id, (folder) =>
      job.process('check-live', {
        liveFile: database.path,
        depth,
        faultLimit,
        copyFile: folder.file('check.sqlite'),
        lockTimeoutMs: CHECK_LOCK_TIMEOUT_MS,
      }),
    );
    return { record: this.record(database, { depth, trigger, startedMs }, result), result };
  }

  /** Keeps what a check found, and tells the problems that follow from it. */
  record(
    database: GuardedDatabase,
    check: { depth: CheckDepth; trigger: Trigger; startedMs: number },
    result: Omit<CheckResult, 'where'>,
  ): IntegrityRecord {
    const { store, problems } = this.context;
    const damagedBefore = store.integrityChecks.list(database.id).find(({ outcome }) => outcome === 'damaged') ?? null;
    const record = recordOf({
      ...check,
      id: randomUUID(),
      databaseId: database.id,
      finishedMs: this.parts.clock.nowMs(),
      result,
    });
    store.integrityChecks.insert(record);
    const { name, path } = database;
    const detail = record.faults.slice(0, 10).join('; ');
    if (record.outcome === 'damaged') {
      problems.report(holdfastError('DATABASE_CORRUPT', { params: { path, name }, detail }).toView(), database.id);
    }
    if (record.foreignKeyViolations > 0) {
      const params = { name, count: record.foreignKeyViolations };
      problems.report(holdfastError('FOREIGN_KEYS_VIOLATED', { params }).toView(), database.id);
    }
    problems.settle(database.id, settledBy(record, damagedBefore));
    return record;
  }
}
