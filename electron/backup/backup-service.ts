/** Backups as the core offers them: started, catalogued, verified, deleted, exported. The work is done in job processes. */
import type { BackupKind, GuardedDatabase, RestorePoint, RetentionDecision } from '@shared/models';
import { SYSTEM_CLOCK } from '../core/clock';
import { type CoreContext, LOCK_TIMEOUT_MS } from '../core/context';
import { SETTLED_BY_BACKUP, SETTLED_BY_LOOK } from '../core/problem-log';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import { allThere } from './backup-content';
import { entryOf } from './entry';
import { exportPoint } from './export-point';
import { liveStamp, Looks } from './live-stamp';
import { LogSpan } from './log-span';
import { CHANGES_FORMAT } from './manifest';
import { backupFile, homeMark, newPointId, partialFile } from './naming';
import { PageMaps, parentRequest } from './page-maps';
import { RestorePoints } from './restore-points';
import { type BackupResult, removeAll, sqliteFiles } from './take-backup';
import { verifyPoint } from './verify-point';

/** The snapshot that a safety backup leaves, to roll back from. */
export interface SafetyCopy {
  point: RestorePoint;
  snapshotFile: string;
  /** See `SnapshotFacts.stamp`. */
  stamp: string | null;
}

interface TakeOptions {
  changesOnly: boolean;
  keepSnapshot: boolean;
  acceptDamaged: boolean;
  /** A snapshot that is there already, instead of one of the database. */
  sourceFile?: string;
  /** Hears what the job gave. */
  onTaken?: (result: BackupResult) => void;
}

/** Backups of one database that wait or run. */
interface InHand {
  full?: JobHandle<RestorePoint>;
  changes?: JobHandle<RestorePoint>;
}

export class BackupService {
  /** By database: a second request joins the first. */
  private readonly inHand = new Map<string, InHand>();
  private readonly maps: PageMaps;
  private readonly looks = new Looks();
  private readonly restorePoints: RestorePoints;

  constructor(
    private readonly context: CoreContext,
    private readonly clock: Pick<typeof SYSTEM_CLOCK, 'nowMs'> = SYSTEM_CLOCK,
  ) {
    this.maps = new PageMaps(context);
    this.restorePoints = new RestorePoints(context, clock);
  }

  /**
   * Queues a backup. `incremental`, and with `changesOnly` any other, stores only the pages that changed where there is a
   * chain to add to. A request joins a backup of the database that waits or runs, one for the whole image only if that
   * one stores the whole image.
   * `done` rejects with NOTHING_CHANGED {name, pointId} when changes were asked for and the restore point of that id holds
   * all of them: no failure, and not recorded as one. Failures are recorded as problems of the database, whoever waits.
   */
  start(database: GuardedDatabase, kind: BackupKind, options: { changesOnly?: boolean } = {}): JobHandle<RestorePoint> {
    const changesOnly = options.changesOnly === true || kind === 'incremental';
    const inHand = this.inHand.get(database.id) ?? {};
    const joined = inHand.full ?? (changesOnly ? inHand.changes : undefined);
    if (joined) return joined;
    const handle = this.context.jobs.start({
      kind: 'backup',
      databaseId: database.id,
      subject: database.name,
      body: (job) => this.context.scratch.use(job.id, (folder) => this.run(job, database, kind, folder, changesOnly)),
    });
    const form = changesOnly ? 'changes' : 'full';
    this.inHand.set(database.id, { ...inHand, [form]: handle });
    const ended = (): void => {
      const left = { ...this.inHand.get(database.id) };
      delete left[form];
      if (left.full || left.changes) this.inHand.set(database.id, left);
      else this.inHand.delete(database.id);
      this.context.changed();
    };
    // Both settle in one step, before whoever waits goes on: a request right after this one is a new backup.
    handle.done.then(ended, (error: HoldfastError) => {
      this.context.problems.report(error.toView(), database.id);
      ended();
    });
    return handle;
  }

  private async run(
    job: RunningJob,
    database: GuardedDatabase,
    kind: BackupKind,
    folder: ScratchFolder,
    changesOnly: boolean,
  ): Promise<RestorePoint> {
    const span = await LogSpan.begin(this.context, database.id);
    const same = changesOnly ? await this.unchangedSince(database) : null;
    if (same) {
      await span.holds(same.id);
      throw nothingChanged(database, same);
    }
    const entry = await this.take(job, database, kind, folder, {
      changesOnly,
      keepSnapshot: false,
      acceptDamaged: false,
    });
    this.context.problems.settle(database.id, SETTLED_BY_BACKUP);
    this.context.problems.settle(null, ['BACKUP_FOLDER_UNUSABLE']);
    await this.tidy(database.id);
    return this.point(entry.id);
  }

  /**
   * The restore point that holds all there is in the database, told without opening or copying it; null when that cannot
   * be told this way. Looks at files for two seconds at most.
   */
  async unchangedSince(database: GuardedDatabase): Promise<CatalogueEntry | null> {
    const parent = await this.maps.parentOf(database.id);
    if (!parent || parent.stamp === null) return null;
    const { chain, stamp, point } = parent;
    const same = await this.looks.within(
      async () =>
        (await liveStamp(database.path, this.clock.nowMs())) === stamp &&
        // A restore point whose files are gone holds nothing.
        (await allThere(chain)),
    );
    return same === true ? point : null;
  }

  /** True while a backup of the database waits or runs. */
  isInHand(databaseId: string): boolean {
    return this.inHand.has(databaseId);
  }

  /** Takes the backup that a restore needs before it changes anything. Inside the restore's own job. */
  async takeSafety(job: RunningJob, database: GuardedDatabase, folder: ScratchFolder): Promise<SafetyCopy> {
    let stamp: string | null = null;
    const entry = await this.take(job, database, 'safety', folder, {
      ...{ changesOnly: false, keepSnapshot: true, acceptDamaged: true },
      onTaken: (result) => {
        stamp = result.stamp;
      },
    });
    return { point: this.point(entry.id), snapshotFile: folder.file('snapshot.sqlite'), stamp };
  }

  /** Stores a snapshot that was taken just before a restore, in place of the safety backup that was a little older. */
  async keepSafety(
    job: RunningJob,
    database: GuardedDatabase,
    folder: ScratchFolder,
    sourceFile: string,
  ): Promise<RestorePoint> {
    const options = { changesOnly: false, keepSnapshot: false, acceptDamaged: true, sourceFile };
    // The first one's snapshot has the same name and is needed no more.
    await removeAll(sqliteFiles(folder.file('snapshot.sqlite')));
    return this.point((await this.take(job, database, 'safety', folder, options)).id);
  }

  /** @throws NOTHING_CHANGED; what the job throws */
  private async take(
    job: RunningJob,
    database: GuardedDatabase,
    kind: BackupKind,
    folder: ScratchFolder,
    options: TakeOptions,
  ): Promise<CatalogueEntry> {
    const entry = await this.takeOnce(job, database, kind, folder, options);
    return entry ?? this.take(job, database, kind, folder, { ...options, changesOnly: false });
  }

  /** Null when the restore point that it was built on was let go, or found damaged, meanwhile. @throws as `take` does */
  private async takeOnce(
    job: RunningJob,
    database: GuardedDatabase,
    kind: BackupKind,
    folder: ScratchFolder,
    { changesOnly, onTaken, ...options }: TakeOptions,
  ): Promise<CatalogueEntry | null> {
    const startedMs = performance.now();
    const id = newPointId(this.clock.nowMs());
    const fileOf = (form: 'full' | 'changes') =>
      backupFile(this.context.settings().backupFolder, database.name, id, kind, form);
    const home = homeMark(this.context.paths.root);
    const partial = partialFile(fileOf('full'), home);
    // A safety backup holds what somebody chose to leave behind: nothing is built on it.
    const newMapFile = kind === 'safety' ? null : folder.file('pages.map');
    try {
      const parent = changesOnly ? await this.maps.parentOf(database.id) : null;
      // Before the snapshot is pinned: what is written between the two is in the snapshot, and only looks like a change.
      const stamp = newMapFile && (await this.looks.within(() => liveStamp(database.path, this.clock.nowMs())));
      const span = await LogSpan.begin(this.context, database.id);
      const result = await job.process(
        'backup',
        {
          id,
          database: { id: database.id, name: database.name, path: database.path },
          home,
          kind,
          snapshotFile: folder.file('snapshot.sqlite'),
          partialFile: partial,
          finalFile: fileOf('full'),
          parent: parent && parentRequest(parent, fileOf('changes')),
          newMapFile,
          lockTimeoutMs: LOCK_TIMEOUT_MS,
          ...options,
        },
        { onPhase: (phase) => phase !== 'snapshot' && span.end() },
      );
      if (result) onTaken?.(result);
      const isBuilt = !result || result.manifest.format === CHANGES_FORMAT;
      if (parent && isBuilt && !this.maps.isWhole(parent)) {
        if (result) await removeAll([result.file]);
        return null;
      }
      if (!result) {
        if (!parent) throw holdfastError('INTERNAL', { detail: 'unchanged since nothing' });
        await this.maps.stillHolds(parent, stamp);
        await span.holds(parent.point.id);
        this.context.problems.settle(database.id, SETTLED_BY_LOOK);
        throw nothingChanged(database, parent.point);
      }
      const entry = this.context.store.backups.insert(
        entryOf(result.manifest, {
          databaseId: database.id,
          file: result.file,
          sizeBytes: result.sizeBytes,
          sha256: result.sha256,
          durationMs: Math.round(performance.now() - startedMs),
          state: result.proved ? 'proved' : 'failed',
          verifiedAt: new Date(this.clock.nowMs()).toISOString(),
          checks: result.checks,
        }),
      );
      this.context.totals.backup(kind, result.proved ? 'proved' : 'failed');
      this.context.changed();
      if (result.proved) {
        if (newMapFile) await this.maps.keep(entry, newMapFile, { identity: result.identity, stamp });
        if (!options.sourceFile) await span.holds(entry.id);
        this.context.pointsChanged(database.id);
      }
      return entry;
    } catch (thrown) {
      const error = wrapError(thrown, { path: database.path, name: database.name });
      const isFailure = error.code !== 'CANCELLED' && error.code !== 'NOTHING_CHANGED';
      if (isFailure) this.context.totals.backup(kind, 'failed');
      // A guarded database that is not there is not somebody's typing mistake.
      if (error.code !== 'FILE_NOT_FOUND') throw error;
      throw holdfastError('DATABASE_MISSING', { params: error.params, cause: error });
    } finally {
      // A killed job leaves its partial file; a finished one has renamed it.
      await removeAll([partial]);
    }
  }

  /** Proves a restore point anew, by restoring it into a scratch folder. A failed proof is a result. */
  verify(pointId: string): JobHandle<RestorePoint> {
    const entry = this.entry(pointId);
    return this.context.jobs.start({
      kind: 'verify',
      databaseId: entry.databaseId,
      subject: this.point(pointId).database,
      body: (job) =>
        this.context.scratch.use(job.id, async (folder) => {
          // It may have waited for long: what is known of it now counts.
          await verifyPoint(this.context, job, this.entry(pointId), folder);
          return this.point(pointId);
        }),
    });
  }

  // Restore points as they are shown and let go: see `RestorePoints`.
  delete = (pointId: string): Promise<void> => this.restorePoints.delete(pointId);
  decide = (databaseId: string): RetentionDecision[] => this.restorePoints.decide(databaseId);
  runRetention = (databaseId: string): Promise<RetentionDecision[]> => this.restorePoints.runRetention(databaseId);
  points = (databaseId?: string): RestorePoint[] => this.restorePoints.points(databaseId);
  point = (pointId: string): RestorePoint => this.restorePoints.point(pointId);
  entry = (pointId: string): CatalogueEntry => this.restorePoints.entry(pointId);

  /**
   * Copies a backup file to `target` and compares the copy.
   * @throws RESTORE_TARGET_EXISTS unless `overwrite`; BACKUP_FILE_MISSING; BACKUP_FILE_DAMAGED; DISK_FULL, …
   */
  async export(pointId: string, target: string, overwrite: boolean): Promise<void> {
    await exportPoint(this.context, this.entry(pointId), target, overwrite);
  }

  /** Retention after a backup: the backup is proved and counts, also when an old one cannot be deleted. */
  private async tidy(databaseId: string): Promise<void> {
    try {
      await this.runRetention(databaseId);
    } catch (thrown) {
      this.context.problems.report(wrapError(thrown).toView(), databaseId);
    }
  }

  /** Removes the page maps of databases that are guarded no more. For the start. */
  sweep(): Promise<void> {
    return this.maps.sweep();
  }
}

const nothingChanged = ({ name }: GuardedDatabase, point: CatalogueEntry): HoldfastError =>
  holdfastError('NOTHING_CHANGED', { params: { name, pointId: point.id, createdAt: point.createdAt } });
