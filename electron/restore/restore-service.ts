/**
 * Restores as the core offers them. Each step runs in a process of its own, and the store says before each step how far
 * the restore is, so that a start after a crash knows what to look at.
 */
import fs from 'node:fs/promises';
import type { ErrorCode } from '@shared/errors';
import type { RestoreSource } from '@shared/ipc';
import type { GuardedDatabase, RestorePreview, RestoreRecord } from '@shared/models';
import type { BackupService, SafetyCopy } from '../backup/backup-service';
import { newPointId } from '../backup/naming';
import { type CoreContext, LOCK_TIMEOUT_MS } from '../core/context';
import { SETTLED_BY_RESTORE } from '../core/problem-log';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { nameHolders } from '../database/lock-holders';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { Inspections } from './inspections';
import { refuseGuarded } from './place';
import { findOutcome, quarantineOf } from './settle';
import type { StagedImage, StageSource } from './stage';

/** A live database in this state cannot be written through SQLite: its file is replaced, and kept. */
const NEEDS_SWAP: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DATABASE_MISSING',
  'NOT_A_DATABASE',
  'FILE_EMPTY',
  'DATABASE_ENCRYPTED',
  'DATABASE_TRUNCATED',
  'DATABASE_CORRUPT',
]);

type FailedOutcome = Exclude<RestoreRecord['outcome'], 'running'>;

/** What a restore takes its content from. */
export interface ResolvedSource {
  /** Finds the files that it is made of; a copy at a destination is fetched into `folder`. */
  stage: (job: RunningJob, folder: ScratchFolder) => Promise<StageSource>;
  pointId: string | null;
  file: string;
  contentAt: string;
  /** How much older than `contentAt` the content may be; 0 for a restore point. */
  uncertaintyMs: number;
}

export class RestoreService {
  constructor(
    private readonly context: CoreContext,
    private readonly backups: BackupService,
    private readonly inspections: Inspections,
    /** What a moment is brought back from. @throws MOMENT_NOT_COVERED */
    private readonly momentSource: (databaseId: string, at: string) => ResolvedSource,
  ) {}

  /** What restoring would change. Extracts and proves a restore point first. */
  preview(from: RestoreSource, database: GuardedDatabase): Promise<RestorePreview> {
    const resolved = this.resolve(from);
    const handle = this.context.jobs.start({
      kind: 'inspect',
      databaseId: database.id,
      subject: database.name,
      body: (job) =>
        this.context.scratch.use(job.id, async (folder) => {
          const source = await resolved.stage(job, folder);
          const contentFile = source.type === 'content' ? source.file : folder.file('content.sqlite');
          if (source.type !== 'content') {
            await job.process('stage', { source, stagingFile: contentFile, liveFile: null });
          }
          job.setPhase('count-rows');
          const compare = () => job.process('preview', { contentFile, liveFile: database.path });
          const facts = await ('token' in from ? this.inspections.reading(from.token, compare) : compare());
          return { databaseId: database.id, contentAt: resolved.contentAt, ...facts };
        }),
    });
    return handle.done;
  }

  /**
   * Restores into the live database. Resolves when the result is proved.
   * Rejects with RESTORE_ROLLED_BACK when it was put back, and with the reason when nothing was changed.
   */
  start(
    source: RestoreSource,
    database: GuardedDatabase,
    undoes: RestoreRecord | null = null,
  ): JobHandle<RestoreRecord> {
    const resolved = this.resolve(source);
    return this.context.jobs.start({
      kind: 'restore',
      databaseId: database.id,
      subject: database.name,
      urgent: true,
      body: (job) => this.context.scratch.use(job.id, (folder) => this.run(job, resolved, database, folder, undoes)),
    });
  }

  /** Brings back what was there before a restore, which is itself a restore that can be undone. */
  undo(restoreId: string): JobHandle<RestoreRecord> {
    const { store } = this.context;
    const record = store.restores.get(restoreId);
    const point = record?.undoPointId ? store.backups.get(record.undoPointId) : null;
    const database = record ? store.databases.get(record.databaseId) : null;
    if (!record || record.undone || !point || !database || database.removedAt !== null) {
      throw holdfastError('NOTHING_TO_UNDO', { params: { name: record?.database ?? restoreId } });
    }
    return this.start({ pointId: point.id }, database, record);
  }

  /** Writes the database out as a file of its own. */
  saveCopy(source: RestoreSource, target: string, overwrite: boolean): JobHandle<string> {
    const resolved = this.resolve(source);
    return this.context.jobs.start({
      kind: 'save-copy',
      databaseId: null,
      subject: target,
      body: (job) =>
        this.context.scratch.use(job.id, async (folder) => {
          await refuseGuarded(this.context.store.databases.list(), target);
          const scratchFile = folder.file('content.sqlite');
          const source = await resolved.stage(job, folder);
          await this.unfinished(folder, target, (temporary) =>
            job.process('place', { source, target, temporary, scratchFile, overwrite }),
          );
          return target;
        }),
    });
  }

  /** @throws BACKUP_UNKNOWN; INVALID_INPUT for a token that was let go; MOMENT_NOT_COVERED */
  resolve(source: RestoreSource): ResolvedSource {
    if ('token' in source) {
      const { contentFile, hash, file, contentAt, uncertaintyMs, pointId } = this.inspections.get(source.token);
      const content = { type: 'content', file: contentFile, sha256: hash } as const;
      return { stage: async () => content, pointId, file, contentAt, uncertaintyMs };
    }
    if ('at' in source) return this.momentSource(source.databaseId, source.at);
    const { pointId, destinationId } = source;
    const entry = this.backups.entry(pointId);
    return {
      stage: async (job, folder) => ({
        type: 'backup',
        chain: await this.context.chainOf(job, entry, folder, destinationId),
        // Only a safety copy may hold a database that was damaged already: undo brings back what was there.
        acceptDamaged: entry.kind === 'safety',
        provedContent: entry.state === 'proved',
      }),
      pointId: entry.id,
      file: entry.file,
      contentAt: entry.createdAt,
      uncertaintyMs: 0,
    };
  }

  private async run(
    job: RunningJob,
    source: ResolvedSource,
    database: GuardedDatabase,
    folder: ScratchFolder,
    undoes: RestoreRecord | null,
  ): Promise<RestoreRecord> {
    const { store } = this.context;
    const { id } = store.restores.begin({
      id: newPointId(Date.now()),
      databaseId: database.id,
      sourcePointId: source.pointId,
      sourceFile: source.file,
      startedAt: new Date().toISOString(),
      contentSha256: null,
      contentAt: source.contentAt,
      tables: null,
    });
    this.context.changed();
    try {
      const { writtenSince } = await this.steps(job, id, source, database, folder);
      const finishedAt = new Date().toISOString();
      store.atomically(() => {
        store.restores.finish(id, { outcome: 'restored', finishedAt, errorCode: null, writtenSince });
        if (undoes) store.restores.markUndone(undoes.id);
      });
      this.context.problems.settle(database.id, SETTLED_BY_RESTORE);
      this.told(this.record(id), source.contentAt);
    } catch (thrown) {
      const wrapped = wrapError(thrown, { path: database.path, name: database.name });
      const error = await nameHolders(wrapped, database.path);
      this.recordFailure(id, database, error, await this.outcomeOf(job, id, error));
      this.told(this.record(id), source.contentAt);
      throw error;
    } finally {
      this.context.changed();
    }
    return this.record(id);
  }

  private told(restore: RestoreRecord, contentAt: string): void {
    this.context.totals.restore(restore.outcome);
    this.context.restoreEnded(restore, contentAt);
  }

  private async steps(
    job: RunningJob,
    restoreId: string,
    source: ResolvedSource,
    database: GuardedDatabase,
    folder: ScratchFolder,
  ): Promise<{ writtenSince: boolean }> {
    const { restores } = this.context.store;
    const stagingFile = folder.file('staging.sqlite');
    const staged = await job.process('stage', {
      source: await source.stage(job, folder),
      stagingFile,
      liveFile: database.path,
    });
    restores.setContent(restoreId, staged.hash);
    restores.setPhase(restoreId, 'safety');
    const safety = await this.safetyCopy(job, database, folder);
    if (safety) restores.setUndoPoint(restoreId, safety.point.id);
    job.keepGoing();
    restores.setPhase(restoreId, 'apply');
    if (!safety) return this.swap(job, restoreId, database, folder, staged);
    try {
      const result = await job.process('apply', {
        stagingFile,
        stagingHash: staged.hash,
        liveFile: database.path,
        safetyFile: safety.snapshotFile,
        safetyStamp: safety.stamp,
        lateSafetyFile: folder.file('late-safety.sqlite'),
        proofFile: folder.file('proof.sqlite'),
        lockTimeoutMs: LOCK_TIMEOUT_MS,
      });
      if (result.outcome === 'rolled-back') throw errorFromView(result.reason);
      if (result.safety !== 'exact') await this.keepLate(job, restoreId, database, folder);
      return { writtenSince: result.writtenSince };
    } catch (thrown) {
      if (!NEEDS_SWAP.has(wrapError(thrown).code)) throw thrown;
      return this.swap(job, restoreId, database, folder, staged);
    }
  }

  /** The restore is done whatever becomes of this: undoing it goes back to the older safety backup then, and says so. */
  private async keepLate(
    job: RunningJob,
    restoreId: string,
    database: GuardedDatabase,
    folder: ScratchFolder,
  ): Promise<void> {
    try {
      const point = await this.backups.keepSafety(job, database, folder, folder.file('late-safety.sqlite'));
      this.context.store.restores.setUndoPoint(restoreId, point.id);
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), database.id);
    }
  }

  /** Null when there is nothing SQLite could copy: the restore replaces the file then, and keeps the old one aside. */
  private async safetyCopy(
    job: RunningJob,
    database: GuardedDatabase,
    folder: ScratchFolder,
  ): Promise<SafetyCopy | null> {
    job.setPhase('safety-backup');
    try {
      return await this.backups.takeSafety(job, database, folder);
    } catch (thrown) {
      if (NEEDS_SWAP.has(wrapError(thrown).code)) return null;
      throw thrown;
    }
  }

  private async swap(
    job: RunningJob,
    restoreId: string,
    database: GuardedDatabase,
    folder: ScratchFolder,
    staged: StagedImage,
  ): Promise<{ writtenSince: boolean }> {
    const goOn = await this.context.releaseCapture(database.id);
    try {
      await this.unfinished(folder, database.path, (temporary) =>
        job.process('swap', {
          stagingFile: folder.file('staging.sqlite'),
          stagingHash: staged.hash,
          liveFile: database.path,
          quarantine: quarantineOf(database, restoreId),
          temporary,
        }),
      );
    } finally {
      goOn();
    }
    return { writtenSince: false };
  }

  /** A job process that was killed leaves its temporary file, and the note of it goes with the scratch folder. */
  private async unfinished<T>(
    folder: ScratchFolder,
    target: string,
    work: (temporary: string) => Promise<T>,
  ): Promise<T> {
    const temporary = await folder.unfinished(target);
    try {
      return await work(temporary);
    } finally {
      await fs.rm(temporary, { force: true });
    }
  }

  private async outcomeOf(job: RunningJob, restoreId: string, error: HoldfastError): Promise<FailedOutcome> {
    if (error.code === 'RESTORE_ROLLED_BACK') return 'rolled-back';
    if (error.code === 'RESTORE_ROLLBACK_FAILED') return 'failed';
    if (error.code !== 'CHILD_CRASHED') return 'unchanged';
    // The process died, perhaps after SQLite committed: look instead of guessing.
    const restore = this.context.store.restores.get(restoreId);
    try {
      return restore ? await findOutcome(this.context, job, restore) : 'interrupted';
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), restore?.databaseId ?? null);
      return 'interrupted';
    }
  }

  private recordFailure(
    restoreId: string,
    database: GuardedDatabase,
    error: HoldfastError,
    outcome: FailedOutcome,
  ): void {
    const finishedAt = new Date().toISOString();
    this.context.store.restores.finish(restoreId, { outcome, finishedAt, errorCode: error.code });
    this.context.problems.report(error.toView(), database.id);
  }

  private record(restoreId: string): RestoreRecord {
    const record = this.context.store.restores.get(restoreId);
    if (!record) throw holdfastError('INTERNAL', { detail: `restore ${restoreId} is not in the store` });
    return record;
  }
}
