/** Backups as the core offers them: started, catalogued, verified, deleted, exported. The work is done in job processes. */
import fs from 'node:fs/promises';
import type { BackupKind, GuardedDatabase, RestorePoint, RetentionDecision } from '@shared/models';
import { type CoreContext, LOCK_TIMEOUT_MS } from '../core/context';
import { SETTLED_BY_BACKUP } from '../core/problem-log';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import { copyHashing } from './copy-hashing';
import { backupFile, homeMark, newPointId, partialFile } from './naming';
import { giveName, refuseGuarded } from '../restore/place';
import { decideRetention } from './retention';
import { removeAll } from './take-backup';
import { recordMissing, verifyPoint } from './verify-point';

/** The snapshot that a safety backup leaves, to roll back from. */
export interface SafetyCopy {
  point: RestorePoint;
  snapshotFile: string;
}

export class BackupService {
  /** Backups that wait or run, by database: a second request joins the first. */
  private readonly inHand = new Map<string, JobHandle<RestorePoint>>();

  constructor(private readonly context: CoreContext) {}

  /**
   * Queues a backup. A request for a database whose backup waits or runs joins that one.
   * Failures are recorded as problems of the database, whoever waits for them.
   */
  start(database: GuardedDatabase, kind: BackupKind): JobHandle<RestorePoint> {
    const joined = this.inHand.get(database.id);
    if (joined) return joined;
    const handle = this.context.jobs.start({
      kind: 'backup',
      databaseId: database.id,
      subject: database.name,
      body: (job) =>
        this.context.scratch.use(job.id, async (folder) => {
          const point = await this.take(job, database, kind, folder, { keepSnapshot: false, acceptDamaged: false });
          this.context.problems.settle(database.id, SETTLED_BY_BACKUP);
          this.context.problems.settle(null, ['BACKUP_FOLDER_UNUSABLE']);
          await this.tidy(database.id);
          return this.point(point.id);
        }),
    });
    this.inHand.set(database.id, handle);
    const ended = (): void => {
      this.inHand.delete(database.id);
      this.context.changed();
    };
    // Both settle in one step, before whoever waits goes on: a request right after this one is a new backup.
    handle.done.then(ended, (error: HoldfastError) => {
      this.context.problems.report(error.toView(), database.id);
      ended();
    });
    return handle;
  }

  /** True while a backup of the database waits or runs. */
  isInHand(databaseId: string): boolean {
    return this.inHand.has(databaseId);
  }

  /** Takes the backup that a restore needs before it changes anything. Inside the restore's own job. */
  async takeSafety(job: RunningJob, database: GuardedDatabase, folder: ScratchFolder): Promise<SafetyCopy> {
    const options = { keepSnapshot: true, acceptDamaged: true };
    const entry = await this.take(job, database, 'safety', folder, options);
    return { point: this.point(entry.id), snapshotFile: folder.file('snapshot.sqlite') };
  }

  private async take(
    job: RunningJob,
    database: GuardedDatabase,
    kind: BackupKind,
    folder: ScratchFolder,
    options: { keepSnapshot: boolean; acceptDamaged: boolean },
  ): Promise<CatalogueEntry> {
    const startedMs = performance.now();
    const id = newPointId(Date.now());
    const file = backupFile(this.context.settings().backupFolder, database.name, id, kind);
    try {
      const result = await job.process('backup', {
        id,
        database: { id: database.id, name: database.name, path: database.path },
        kind,
        snapshotFile: folder.file('snapshot.sqlite'),
        partialFile: partialFile(file, homeMark(this.context.paths.root)),
        finalFile: file,
        lockTimeoutMs: LOCK_TIMEOUT_MS,
        ...options,
      });
      const { manifest } = result;
      const entry = this.context.store.backups.insert({
        id,
        databaseId: database.id,
        kind,
        createdAt: manifest.createdAt,
        form: 'full',
        parentId: null,
        chainId: id,
        chainLength: 0,
        changedPages: null,
        file,
        sizeBytes: result.sizeBytes,
        contentBytes: manifest.contentBytes,
        sha256: result.sha256,
        contentSha256: manifest.contentSha256,
        pageSizeBytes: manifest.pageSizeBytes,
        pageCount: manifest.pageCount,
        schemaVersion: manifest.schemaVersion,
        userVersion: manifest.userVersion,
        applicationId: manifest.applicationId,
        durationMs: Math.round(performance.now() - startedMs),
        state: result.proved ? 'proved' : 'failed',
        verifiedAt: new Date().toISOString(),
        checks: result.checks,
      });
      this.context.totals.backup(kind, result.proved ? 'proved' : 'failed');
      this.context.changed();
      return entry;
    } catch (thrown) {
      const error = wrapError(thrown, { path: database.path, name: database.name });
      if (error.code !== 'CANCELLED') this.context.totals.backup(kind, 'failed');
      // A guarded database that is not there is not somebody's typing mistake.
      if (error.code !== 'FILE_NOT_FOUND') throw error;
      throw holdfastError('DATABASE_MISSING', { params: error.params, cause: error });
    } finally {
      // A killed job leaves its partial file; a finished one has renamed it.
      await removeAll([partialFile(file, homeMark(this.context.paths.root))]);
    }
  }

  /** Proves a restore point anew, by restoring it into a scratch folder. A failed proof is a result. */
  verify(pointId: string): JobHandle<RestorePoint> {
    const entry = this.entry(pointId);
    return this.context.jobs.start({
      kind: 'verify',
      databaseId: entry.databaseId,
      subject: this.databaseName(entry.databaseId),
      body: (job) =>
        this.context.scratch.use(job.id, async (folder) => {
          // It may have waited for long: what is known of it now counts.
          await verifyPoint(this.context, job, this.entry(pointId), folder);
          return this.point(pointId);
        }),
    });
  }

  /** Deletes a backup and its file. @throws BACKUP_KEPT for the last proved one of its database */
  async delete(pointId: string): Promise<void> {
    const entry = this.entry(pointId);
    const isLastProved = this.context.store.backups.newestProved(entry.databaseId)?.id === entry.id;
    const others = this.context.store.backups
      .list(entry.databaseId)
      .some((other) => other.id !== entry.id && other.state === 'proved');
    if (isLastProved && !others) {
      const params = { name: this.databaseName(entry.databaseId), createdAt: entry.createdAt };
      throw holdfastError('BACKUP_KEPT', { params });
    }
    await this.erase(entry);
  }

  /**
   * The entry goes first: a crash in between leaves a file that the next start finds again, never an entry that
   * promises a file that is gone.
   */
  private async erase(entry: CatalogueEntry): Promise<void> {
    this.context.store.backups.remove(entry.id);
    this.context.changed();
    try {
      await fs.rm(entry.file, { force: true });
    } catch (thrown) {
      throw wrapError(thrown, { path: entry.file });
    }
  }

  /**
   * Copies a backup file to `target` and compares the copy.
   * @throws RESTORE_TARGET_EXISTS unless `overwrite`; BACKUP_FILE_MISSING; BACKUP_FILE_DAMAGED; DISK_FULL, …
   */
  async export(pointId: string, target: string, overwrite: boolean): Promise<void> {
    const entry = this.entry(pointId);
    await refuseGuarded(this.context.store.databases.list(), target);
    await this.context.scratch.use(`export-${entry.id}`, async (folder) => {
      const temporary = await folder.unfinished(target);
      try {
        const found = await copyHashing(entry.file, temporary);
        if (found !== entry.sha256) throw holdfastError('BACKUP_FILE_DAMAGED', { params: { path: entry.file } });
        await giveName(temporary, target, overwrite);
      } catch (thrown) {
        throw this.exportError(thrown, entry, target);
      } finally {
        await fs.rm(temporary, { force: true });
      }
    });
  }

  private exportError(thrown: unknown, entry: CatalogueEntry, target: string): HoldfastError {
    const { path } = thrown as NodeJS.ErrnoException;
    if (knownCode(thrown) === 'FILE_NOT_FOUND' && path === entry.file) return recordMissing(this.context, entry);
    return wrapError(thrown, { path: target });
  }

  /** What retention says about each restore point of a database now. Changes nothing. */
  decide(databaseId: string): RetentionDecision[] {
    const { store } = this.context;
    return decideRetention(store.backups.list(databaseId), this.context.settings().retention, {
      undoPointIds: store.restores.undoPointIds(databaseId),
      nowMs: Date.now(),
    });
  }

  /** Retention after a backup: the backup is proved and counts, also when an old one cannot be deleted. */
  private async tidy(databaseId: string): Promise<void> {
    try {
      await this.runRetention(databaseId);
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), databaseId);
    }
  }

  /** Deletes what retention lets go; gives all decisions. */
  async runRetention(databaseId: string): Promise<RetentionDecision[]> {
    const decisions = this.decide(databaseId);
    for (const { id, keep } of decisions) {
      if (keep) continue;
      const entry = this.context.store.backups.get(id);
      if (entry) await this.erase(entry);
    }
    return decisions;
  }

  /** Restore points, newest first, each with what retention says. */
  points(databaseId?: string): RestorePoint[] {
    const entries = this.context.store.backups.list(databaseId);
    const decisions = new Map<string, RetentionDecision>();
    for (const id of new Set(entries.map((entry) => entry.databaseId))) {
      for (const decision of this.decide(id)) decisions.set(decision.id, decision);
    }
    return entries.map((entry) => this.toPoint(entry, decisions.get(entry.id) ?? null));
  }

  /** @throws BACKUP_UNKNOWN */
  point(pointId: string): RestorePoint {
    const entry = this.entry(pointId);
    const decision = this.decide(entry.databaseId).find((one) => one.id === pointId);
    return this.toPoint(entry, decision ?? null);
  }

  /** @throws BACKUP_UNKNOWN */
  entry(pointId: string): CatalogueEntry {
    const entry = this.context.store.backups.get(pointId);
    if (!entry) throw holdfastError('BACKUP_UNKNOWN', { params: { name: pointId } });
    return entry;
  }

  private toPoint(entry: CatalogueEntry, retention: RetentionDecision | null): RestorePoint {
    return {
      ...entry,
      database: this.databaseName(entry.databaseId),
      retention,
      copies: this.context.copiesOf(entry.id),
    };
  }

  private databaseName(databaseId: string): string {
    return this.context.store.databases.get(databaseId)?.name ?? databaseId;
  }
}
