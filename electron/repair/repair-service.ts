/**
 * Repairs as the core offers them: a plan from a full check, its steps behind a fresh backup, and what can be read of a
 * damaged database in a new file.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import type { ErrorCode } from '@shared/errors';
import type { RepairPlan, RepairRecord, RepairStep, SalvageReport } from '@shared/integrity';
import type { GuardedDatabase } from '@shared/models';
import type { BackupService } from '../backup/backup-service';
import { type CoreContext, LOCK_TIMEOUT_MS } from '../core/context';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { CheckResult } from '../integrity/check-live';
import type { IntegrityService } from '../integrity/integrity-service';
import type { RunningJob } from '../jobs/runner';
import { refuseGuarded } from '../restore/place';
import { proposalsFor, ruleOfStep, ruleStepOf, stepOf, stepsWithoutAsking } from './plan';
import type { RepairLiveResult } from './repair-live';
import type { JobStep } from './run-steps';
import { REPAIR_FAULT_LIMIT, type TrialResult } from './trial';
import type { RulesForRepair } from './types';

/** The `sqlite3` program gets so long for all of a database. */
const PROGRAM_LIMIT_MS = 10 * 60_000;

export interface RepairParts {
  clock: { nowMs: () => number };
  backups: Pick<BackupService, 'takeSafety'>;
  integrity: IntegrityService;
  rules: RulesForRepair;
}

/** How far a repair came, for its record. */
interface Progress {
  safetyPointId: string | null;
  trial: TrialResult | null;
  result: RepairLiveResult | null;
}

export class RepairService {
  constructor(
    private readonly context: CoreContext,
    private readonly parts: RepairParts,
  ) {}

  /** Newest first. */
  list = (databaseId: string): RepairRecord[] => this.context.store.repairs.list(databaseId);

  /** Checks in full and says what could be done. Rejects as a check does. */
  plan(database: GuardedDatabase): JobHandle<RepairPlan> {
    const handle = this.context.jobs.start({
      kind: 'check',
      databaseId: database.id,
      subject: database.name,
      body: async (job): Promise<RepairPlan> => {
        const { record, result } = await this.parts.integrity.run(job, database, 'full', 'manual', REPAIR_FAULT_LIMIT);
        // Their rows are looked up as the indexes say: in a damaged file that is no reason to change one.
        const rules = result.faults.length > 0 ? [] : await this.parts.rules.rulesWithFixes(database.id);
        return {
          databaseId: database.id,
          check: record,
          steps: [...result.mendable.map(stepOf), ...rules.map(ruleStepOf)],
          proposals: proposalsFor(result, this.context.store.backups.list(database.id)),
        };
      },
    });
    handle.done.catch((error: HoldfastError) => this.context.problems.report(error.toView(), database.id));
    return handle;
  }

  /** After a scheduled check: what can be mended without touching a row is, where that mends everything. */
  mendMinor(database: GuardedDatabase, result: CheckResult): JobHandle<RepairRecord> | null {
    const steps = stepsWithoutAsking(result);
    return steps.length === 0 ? null : this.start(database, steps, 'nothing-left');
  }

  /**
   * Runs steps of a plan: tried on a copy first, done behind a fresh backup, checked afterwards.
   * Rejects with REPAIR_UNDONE {name, reason} when the database is as it was; DATABASE_LOCKED, CANCELLED, …; every end is
   * in the list of repairs, but one that was cancelled.
   * @param wanted `nothing-left`: it is done only if no fault is left then
   */
  start(
    database: GuardedDatabase,
    steps: readonly RepairStep[],
    wanted: 'better' | 'nothing-left' = 'better',
  ): JobHandle<RepairRecord> {
    return this.context.jobs.start({
      kind: 'repair',
      databaseId: database.id,
      subject: database.name,
      urgent: true,
      body: (job) => this.context.scratch.use(job.id, (folder) => this.run(job, database, steps, wanted, folder)),
    });
  }

  private async run(
    job: RunningJob,
    database: GuardedDatabase,
    steps: readonly RepairStep[],
    wanted: 'better' | 'nothing-left',
    folder: ScratchFolder,
  ): Promise<RepairRecord> {
    const startedAt = new Date(this.parts.clock.nowMs()).toISOString();
    const progress: Progress = { safetyPointId: null, trial: null, result: null };
    const end = (outcome: RepairRecord['outcome'], errorCode: ErrorCode | null): RepairRecord => {
      const { trial, result } = progress;
      const done = new Set(trial?.steps.map(({ id }) => id));
      const record: RepairRecord = {
        id: randomUUID(),
        databaseId: database.id,
        startedAt,
        finishedAt: new Date(this.parts.clock.nowMs()).toISOString(),
        outcome,
        steps: outcome === 'repaired' ? steps.filter(({ id }) => done.has(id)) : [...steps],
        safetyPointId: progress.safetyPointId,
        faultsBefore: trial?.faultsBefore ?? 0,
        faultsAfter: outcome === 'undone' ? (trial?.faultsBefore ?? null) : (result?.after?.faults.length ?? null),
        errorCode,
      };
      this.context.store.repairs.insert(record);
      this.context.changed();
      return record;
    };
    try {
      await this.steps(job, database, await this.jobSteps(database, steps), wanted, folder, progress);
      const record = end('repaired', null);
      this.context.problems.settle(database.id, ['REPAIR_UNDONE']);
      return record;
    } catch (thrown) {
      const error = wrapError(thrown, { name: database.name, path: database.path });
      if (error.code === 'CANCELLED') throw error;
      end(error.code === 'REPAIR_UNDONE' ? 'undone' : 'failed', error.code);
      this.context.problems.report(error.toView(), database.id);
      throw error;
    }
  }

  private async steps(
    job: RunningJob,
    database: GuardedDatabase,
    steps: JobStep[],
    wanted: 'better' | 'nothing-left',
    folder: ScratchFolder,
    progress: Progress,
  ): Promise<void> {
    const undone = (reason: string) => holdfastError('REPAIR_UNDONE', { params: { name: database.name, reason } });
    const request = { liveFile: database.path, folder: folder.file('repair'), lockTimeoutMs: LOCK_TIMEOUT_MS };
    const tried = await job.process('repair', { on: 'copy', ...request, steps });
    if (tried.on !== 'copy') throw holdfastError('INTERNAL', { detail: 'the trial answered as a repair' });
    const { trial } = tried;
    progress.trial = trial;
    if (trial.refused !== null) throw undone(trial.refused);
    if (wanted === 'nothing-left' && trial.faultsAfter > 0) throw undone(`${trial.faultsAfter} faults would be left`);
    job.setPhase('safety-backup');
    const safety = await this.parts.backups.takeSafety(job, database, folder);
    progress.safetyPointId = safety.point.id;
    // Holds the disk space of a copy, and is in the backup folder.
    await fs.rm(safety.snapshotFile, { force: true });
    job.keepGoing();
    job.setPhase('repair');
    const startedMs = this.parts.clock.nowMs();
    const done = await job.process('repair', { on: 'live', ...request, steps: trial.steps });
    if (done.on !== 'live') throw holdfastError('INTERNAL', { detail: 'the repair answered as a trial' });
    const { result } = done;
    progress.result = result;
    if (result.outcome === 'undone') throw undone(result.reason);
    if (result.after) {
      this.parts.integrity.record(database, { depth: 'full', trigger: 'repair', startedMs }, result.after);
    }
    if (result.outcome === 'kept') {
      const { path, name } = database;
      throw holdfastError('DATABASE_CORRUPT', { params: { path, name }, detail: result.reason });
    }
  }

  /** The window sends ids: the statements of rules come from the rules. @throws ITEM_UNKNOWN, why a rule cannot be asked */
  private async jobSteps({ id: databaseId }: GuardedDatabase, steps: readonly RepairStep[]): Promise<JobStep[]> {
    const wantsRules = steps.some(({ kind }) => kind === 'rule-fix');
    const fixes = wantsRules ? await this.parts.rules.rulesWithFixes(databaseId) : [];
    return steps.map((step): JobStep => {
      const { id, kind, subject } = step;
      if (kind !== 'rule-fix') return { id, kind, subject, rule: null };
      const asked = ruleOfStep(step);
      const fix = fixes.find(({ ruleId }) => ruleId === asked);
      const error = asked === null ? null : this.parts.rules.ruleError(asked);
      if (!fix) throw error ? errorFromView(error) : holdfastError('ITEM_UNKNOWN', { params: { name: subject } });
      return { id, kind, subject, rule: { sql: fix.sql, fixSql: fix.fixSql } };
    });
  }

  /** Reads what can be read into the new file `target`. Rejects with SALVAGE_FAILED, RESTORE_TARGET_EXISTS, … */
  salvage(database: GuardedDatabase, target: string, overwrite: boolean): JobHandle<SalvageReport> {
    return this.context.jobs.start({
      kind: 'salvage',
      databaseId: database.id,
      subject: database.name,
      body: (job) =>
        this.context.scratch.use(job.id, async (folder) => {
          await refuseGuarded(this.context.store.databases.list(), target);
          const temporary = await folder.unfinished(target);
          try {
            return await job.process('salvage', {
              liveFile: database.path,
              folder: folder.path,
              target,
              temporary,
              overwrite,
              program: 'sqlite3',
              programLimitMs: PROGRAM_LIMIT_MS,
              lockTimeoutMs: LOCK_TIMEOUT_MS,
            });
          } finally {
            await fs.rm(temporary, { force: true });
          }
        }),
    });
  }
}
