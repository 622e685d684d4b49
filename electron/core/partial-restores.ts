/** Restores of chosen tables and rows, as the core offers them: a safety backup, one transaction, a proof, and a way back. */
import { randomInt } from 'node:crypto';
import type { ErrorCode } from '@shared/errors';
import type { RequestPayload } from '@shared/ipc';
import type { GuardedDatabase, RestoreRecord } from '@shared/models';
import type { PartialPreview, PartialTableInfo } from '@shared/recovery';
import type { BackupService, SafetyCopy } from '../backup/backup-service';
import { newPointId } from '../backup/naming';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { Stall } from '../jobs/job-process';
import type { RunningJob } from '../jobs/runner';
import type { PartialApplied } from '../partial/protocol';
import type { Inspections } from '../restore/inspections';
import { findOutcome } from '../restore/settle';
import { type CoreContext, LOCK_TIMEOUT_MS } from './context';
import { SETTLED_BY_ROWS } from './problem-log';
import type { PartialRequest } from './recovery-types';
import type { ScratchFolder } from './scratch';
import type { JobHandle } from './types';

/** One step of SQLite that takes longer is ended: a condition that never ends must not keep applications from writing. */
const STEP_LIMIT_MS = 15 * 60_000;

/** Answers to what was asked, not problems of a database. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PARTIAL_NOT_POSSIBLE',
  'PARTIAL_WOULD_BREAK',
  'QUERY_INVALID',
  'INVALID_INPUT',
  'CANCELLED',
]);

/** These come before the commit or undo it. With any other one, a process that died among them, only looking tells. */
const UNCHANGED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([...REFUSALS, 'DATABASE_LOCKED', 'BACKUP_MISMATCH']);

type FailedOutcome = Exclude<RestoreRecord['outcome'], 'running'>;
type Opened = ReturnType<Inspections['get']>;

export interface PartialParts {
  backups: BackupService;
  inspections: Inspections;
}

export class PartialRestores {
  constructor(
    private readonly context: CoreContext,
    private readonly parts: PartialParts,
  ) {}

  /** All tables of now and then, and which of them can have rows restored. */
  tables({ token, databaseId }: RequestPayload<'partial:tables'>): Promise<PartialTableInfo[]> {
    const { contentFile } = this.parts.inspections.get(token);
    const database = this.database(databaseId);
    return this.look(database, (job) =>
      job.process('partial-tables', { contentFile, ...liveOf(database) }, { stall: STALL }),
    );
  }

  /** What would change. Rejects with QUERY_INVALID, and with PARTIAL_NOT_POSSIBLE for what only trying shows. */
  preview({ token, databaseId, tables }: PartialRequest): Promise<PartialPreview> {
    const { contentFile, contentAt } = this.parts.inspections.get(token);
    const database = this.database(databaseId);
    return this.look(database, (job) =>
      this.context.scratch.use(job.id, async (folder) => {
        const found = await job.process(
          'partial-preview',
          {
            ...{ contentFile, ...liveOf(database), tables },
            ...{ snapshotFile: folder.file('now.sqlite'), workFile: folder.file('work.sqlite') },
          },
          { stall: STALL },
        );
        return { databaseId, contentAt, ...found };
      }),
    );
  }

  /**
   * Restores the rows. Resolves when the result is proved. Rejects with RESTORE_ROLLED_BACK when it was put back, and with
   * the reason when nothing was changed.
   */
  start({ token, databaseId, tables }: PartialRequest): JobHandle<RestoreRecord> {
    const opened = this.parts.inspections.get(token);
    const database = this.database(databaseId);
    return this.context.jobs.start({
      kind: 'restore',
      databaseId,
      subject: database.name,
      urgent: true,
      body: (job) => this.context.scratch.use(job.id, (folder) => this.run({ job, folder, opened, database, tables })),
    });
  }

  /** @throws DATABASE_UNKNOWN for one that is not guarded */
  private database(databaseId: string): GuardedDatabase {
    const database = this.context.store.databases.get(databaseId);
    if (database?.removedAt === null) return database;
    throw holdfastError('DATABASE_UNKNOWN', { params: { name: database?.name ?? databaseId } });
  }

  private look<T>({ id, name }: GuardedDatabase, body: (job: RunningJob) => Promise<T>): Promise<T> {
    return this.context.jobs.start({ kind: 'inspect', databaseId: id, subject: name, body }).done;
  }

  private async run(work: Work): Promise<RestoreRecord> {
    const { opened, database, tables } = work;
    const { restores } = this.context.store;
    const { id } = restores.begin({
      ...{ id: newPointId(Date.now()), databaseId: database.id },
      ...{ sourcePointId: opened.pointId, sourceFile: opened.file, contentAt: opened.contentAt },
      ...{ startedAt: new Date().toISOString(), contentSha256: null, tables: tables.map(({ table }) => table) },
    });
    this.context.changed();
    try {
      const { writtenSince } = await this.steps(work, id);
      const finishedAt = new Date().toISOString();
      restores.finish(id, { outcome: 'restored', finishedAt, errorCode: null, writtenSince });
      this.context.problems.settle(database.id, SETTLED_BY_ROWS);
    } catch (thrown) {
      const error = wrapError(thrown, { path: database.path, name: database.name });
      const outcome = await this.outcomeOf(work.job, id, error);
      const isThere = outcome === 'restored';
      const finishedAt = new Date().toISOString();
      restores.finish(id, { outcome, finishedAt, errorCode: isThere ? null : error.code });
      if (!REFUSALS.has(error.code)) this.context.problems.report(error.toView(), database.id);
      // The rows were compared before they were committed; what failed came after that.
      if (!isThere) throw error;
    } finally {
      this.told(id, opened.contentAt);
    }
    return this.record(id);
  }

  private told(id: string, contentAt: string): void {
    const restore = this.record(id);
    this.context.totals.restore(restore.outcome);
    this.context.restoreEnded(restore, contentAt);
    this.context.changed();
  }

  private async steps({ job, folder, opened, database, tables }: Work, id: string): Promise<{ writtenSince: boolean }> {
    const { restores } = this.context.store;
    const { contentFile, hash: contentHash } = opened;
    // What cannot be done at all is refused before a backup is taken for it.
    await job.process('partial-check', { contentFile, ...liveOf(database), tables }, { stall: STALL });
    restores.setPhase(id, 'safety');
    job.setPhase('safety-backup');
    const safety = await this.parts.backups.takeSafety(job, database, folder);
    restores.setUndoPoint(id, safety.point.id);
    job.keepGoing();
    const commitMark = randomInt(1, 2 ** 31 - 1_000_000);
    restores.beginRows(id, commitMark);
    const applied = await job.process(
      'partial-apply',
      {
        ...{ contentFile, contentHash, ...liveOf(database), tables, commitMark },
        ...{ workFile: folder.file('work.sqlite'), lateSafetyFile: folder.file(LATE) },
        ...{ safetyFile: safety.snapshotFile, safetyStamp: safety.stamp },
      },
      { stall: STALL },
    );
    if (applied.outcome === 'not-proved') throw await this.putBack({ job, folder, database }, id, safety, applied);
    if (applied.safety === 'late') await this.keepLate({ job, folder, database }, id);
    return { writtenSince: applied.writtenSince };
  }

  /** Gives the error that the restore ends with. @throws RESTORE_ROLLBACK_FAILED */
  private async putBack(
    { job, folder, database }: Pick<Work, 'job' | 'folder' | 'database'>,
    id: string,
    safety: SafetyCopy,
    { safety: which, beforeHash, reason }: Extract<PartialApplied, { outcome: 'not-proved' }>,
  ): Promise<HoldfastError> {
    this.context.store.restores.setPhase(id, 'roll-back');
    const before = which === 'exact' ? safety.snapshotFile : folder.file(LATE);
    const params = { path: database.path, name: database.name };
    try {
      const result = await job.process('apply', {
        ...{ stagingFile: before, stagingHash: beforeHash, safetyFile: before, safetyStamp: null },
        ...{ lateSafetyFile: folder.file('not-proved.sqlite'), proofFile: folder.file('proof.sqlite') },
        ...liveOf(database),
      });
      if (result.outcome === 'rolled-back') throw errorFromView(result.reason);
    } catch (thrown) {
      const { code, detail } = wrapError(thrown);
      const both = `${reason.code}: ${reason.detail}; then ${code}: ${detail}`;
      throw holdfastError('RESTORE_ROLLBACK_FAILED', { params, detail: both, cause: thrown });
    }
    return holdfastError('RESTORE_ROLLED_BACK', { params, detail: `${reason.code}: ${reason.detail}` });
  }

  /** The restore is done whatever becomes of this: undoing it goes back to the older safety backup then, and says so. */
  private async keepLate(
    { job, folder, database }: Pick<Work, 'job' | 'folder' | 'database'>,
    id: string,
  ): Promise<void> {
    try {
      const point = await this.parts.backups.keepSafety(job, database, folder, folder.file(LATE));
      this.context.store.restores.setUndoPoint(id, point.id);
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), database.id);
    }
  }

  private async outcomeOf(job: RunningJob, id: string, error: HoldfastError): Promise<FailedOutcome> {
    if (error.code === 'RESTORE_ROLLED_BACK') return 'rolled-back';
    if (error.code === 'RESTORE_ROLLBACK_FAILED') return 'failed';
    if (UNCHANGED.has(error.code)) return 'unchanged';
    const restore = this.context.store.restores.get(id);
    try {
      return restore ? await findOutcome(this.context, job, restore) : 'interrupted';
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), restore?.databaseId ?? null);
      return 'interrupted';
    }
  }

  private record(id: string): RestoreRecord {
    const record = this.context.store.restores.get(id);
    if (!record) throw holdfastError('INTERNAL', { detail: `restore ${id} is not in the store` });
    return record;
  }
}

interface Work {
  job: RunningJob;
  folder: ScratchFolder;
  opened: Opened;
  database: GuardedDatabase;
  tables: PartialRequest['tables'];
}

const LATE = 'late-safety.sqlite';

const STALL: Stall = {
  afterMs: STEP_LIMIT_MS,
  error: () => holdfastError('QUERY_TIMED_OUT', { params: { seconds: STEP_LIMIT_MS / 1000 } }),
};

const liveOf = ({ path }: GuardedDatabase) => ({ liveFile: path, lockTimeoutMs: LOCK_TIMEOUT_MS });
