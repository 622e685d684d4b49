/** The single steps of keeping a destination as it is to be: one copy made, read back or removed, each with its record. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { ErrorView } from '@shared/errors';
import { check } from '../backup/prove';
import { removeAll } from '../backup/take-backup';
import { breakDependants, recordMissing } from '../backup/verify-point';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import type { StoredCopy } from '../store/copies';
import type { StoredDestination } from '../store/destinations';
import { retryDelayMs } from './backoff';
import { DESTINATION_CODES, syncProblems } from './copy-problems';
import type { DestinationBook } from './destination-book';
import { filesOfCopy, isOutgoingOf, outgoingFiles, remoteNameOf } from './names';
import { type CopyParts, isoOf, outgoingFolder, stallOf } from './parts';
import type { CopyJobResults } from './protocol';

/** A file that is sent: a backup file, or one of a transaction log. */
export type SentFile = Pick<CatalogueEntry, 'id' | 'databaseId' | 'createdAt' | 'file' | 'sizeBytes' | 'sha256'>;

/** `stop`: the destination as a whole cannot be used now. */
export type StepEnd = 'done' | 'failed' | 'stop';

export class CopySteps {
  /** What is cancelled because everything ends has not failed. */
  stopping = false;

  constructor(
    private readonly parts: CopyParts,
    private readonly book: DestinationBook,
  ) {}

  private get context() {
    return this.parts.context;
  }

  /** Makes one copy. Never throws: how it went is recorded. */
  async copy(destination: StoredDestination, entry: CatalogueEntry): Promise<StepEnd> {
    const { store } = this.context;
    const before = store.copies.get(entry.id, destination.id);
    const encrypted = destination.config.encryption.mode !== 'none';
    const remoteName = remoteNameOf(entry.file, encrypted);
    const replace = before?.state === 'damaged' || before?.state === 'missing';
    try {
      const result = await this.send(destination, entry, remoteName, replace);
      const at = isoOf(this.parts.clock.nowMs());
      const isKnown = store.backups.get(entry.id) !== null && store.destinations.get(destination.id) !== null;
      if (isKnown) {
        store.copies.add({
          ...{ pointId: entry.id, destinationId: destination.id, remoteName, state: 'copied' },
          ...{ sizeBytes: result.sizeBytes, sha256: result.sha256, copiedAt: at, verifiedAt: at },
        });
      } else if (store.destinations.get(destination.id)) {
        // Deleted here while it was sent: nobody would ever look for it there.
        await this.remove(destination, remoteName);
      }
      await this.dropOutgoing(entry.id, destination.id);
      return this.ended('done');
    } catch (thrown) {
      return this.ended(await this.copyFailed(destination, entry, wrapError(thrown, { path: entry.file })));
    }
  }

  /** Sends one file and compares it there. @throws what the job throws */
  async send(
    destination: StoredDestination,
    file: SentFile,
    remoteName: string,
    replace: boolean,
  ): Promise<CopyJobResults['copy']> {
    const target = this.book.target(destination);
    const point = {
      ...{ id: file.id, createdAt: file.createdAt, file: file.file },
      ...{ sizeBytes: file.sizeBytes, sha256: file.sha256 },
    };
    const result = await this.context.jobs.start({
      kind: 'copy',
      databaseId: file.databaseId,
      subject: this.databaseName(file),
      body: (job) =>
        job.process(
          'copy',
          { destination: target, point, remoteName, outgoing: outgoingFolder(this.parts), replace },
          stallOf(destination.config, this.parts),
        ),
    }).done;
    await this.book.used(destination, result.seen);
    return result;
  }

  private async copyFailed(
    destination: StoredDestination,
    entry: CatalogueEntry,
    error: HoldfastError,
  ): Promise<StepEnd> {
    const { store, problems } = this.context;
    if (this.stopping) return 'stop';
    const copy = store.copies.get(entry.id, destination.id);
    const nowMs = this.parts.clock.nowMs();
    if (DESTINATION_CODES.has(error.code)) {
      this.book.failed(destination.id, error.toView());
      if (copy) store.copies.update(entry.id, destination.id, { state: failedState(copy), error: error.toView() });
      return 'stop';
    }
    const attempts = (copy?.attempts ?? 0) + 1;
    const params = { name: this.databaseName(entry), path: entry.file, createdAt: entry.createdAt };
    if (error.code === 'BACKUP_FILE_DAMAGED') {
      store.backups.updateProof(entry.id, {
        ...{ state: 'failed', verifiedAt: isoOf(nowMs) },
        checks: [check('file-sha256', false, error.detail)],
      });
      breakDependants(this.context, entry, `file-sha256: ${error.detail}`);
    }
    if (error.code === 'BACKUP_FILE_MISSING' && (await this.isGone(entry))) recordMissing(this.context, entry);
    else if (['BACKUP_FILE_DAMAGED', 'BACKUP_FILE_MISSING', 'DISK_FULL'].includes(error.code)) {
      const local = holdfastError(error.code, { params: { ...params, ...error.params }, detail: error.detail });
      problems.report(local.toView(), entry.databaseId);
    }
    const damagedThere = error.code === 'COPY_DAMAGED';
    // Another file lies under its name: it is replaced at once, and only what fails again waits.
    const delayMs = damagedThere && copy?.state !== 'damaged' ? 0 : retryDelayMs(attempts, this.parts.random());
    store.copies.update(entry.id, destination.id, {
      ...{ attempts, nextTryAt: isoOf(nowMs + delayMs), error: this.copyError(error, destination, entry) },
      state: damagedThere ? 'damaged' : failedState(copy),
    });
    return 'failed';
  }

  /** False also when its folder is not there: a disk that is away says nothing of its files. */
  private async isGone({ id, file }: CatalogueEntry): Promise<boolean> {
    const names = await fs.readdir(path.dirname(file)).catch(() => null);
    return names?.includes(path.basename(file)) === false && this.context.store.backups.get(id)?.state === 'proved';
  }

  /** What has no name of its own is a copy that failed. */
  copyError(error: HoldfastError, { config }: StoredDestination, entry: Pick<SentFile, 'createdAt'>): ErrorView {
    const own = ['CANCELLED', 'COPY_DAMAGED', 'COPY_FAILED', 'BACKUP_FILE_DAMAGED', 'BACKUP_FILE_MISSING', 'DISK_FULL'];
    if (own.includes(error.code)) return error.toView();
    const params = { name: config.name, createdAt: entry.createdAt, reason: error.message };
    return holdfastError('COPY_FAILED', { params, cause: error, detail: error.detail }).toView();
  }

  /** Reads a copy back inside `job`. Damage and loss are results, recorded; what keeps it from being read is thrown. */
  async reread(job: RunningJob, destination: StoredDestination, copy: StoredCopy): Promise<void> {
    const { store } = this.context;
    const { pointId, remoteName, sizeBytes, sha256 } = copy;
    try {
      const found = await job.process(
        'reread',
        { destination: this.book.target(destination), remoteName, sizeBytes, sha256 },
        stallOf(destination.config, this.parts),
      );
      await this.book.used(destination, found.seen);
      const at = isoOf(this.parts.clock.nowMs());
      store.copies.update(pointId, destination.id, {
        ...{ state: 'copied', error: null, verifiedAt: at, rereadAt: at },
        ...{ sizeBytes: found.sizeBytes, sha256: found.sha256 },
      });
    } catch (thrown) {
      const error = wrapError(thrown);
      if (DESTINATION_CODES.has(error.code)) this.book.failed(destination.id, error.toView());
      else if (error.code === 'COPY_DAMAGED' || error.code === 'COPY_MISSING') {
        this.lost(copy, error);
        return;
      }
      throw error;
    } finally {
      this.ended('done');
    }
  }

  /** What is there is not what was copied, or nothing is there. */
  lost({ pointId, destinationId }: Pick<StoredCopy, 'pointId' | 'destinationId'>, error: HoldfastError): void {
    const { store } = this.context;
    store.copies.update(pointId, destinationId, {
      ...{ state: error.code === 'COPY_MISSING' ? 'missing' : 'damaged', error: error.toView() },
      ...{ verifiedAt: null, attempts: 0, nextTryAt: null },
    });
    const entry = store.backups.get(pointId);
    const elsewhere = store.copies.of(pointId).some(({ state }) => state === 'copied');
    if (entry?.state === 'elsewhere' && !elsewhere) store.backups.setState(pointId, 'missing');
  }

  /** Removes copies that are to go, one after the other, so that whatever stops it leaves what can be restored. */
  async forget(destination: StoredDestination, copies: readonly StoredCopy[]): Promise<StepEnd> {
    const { store } = this.context;
    try {
      for (const { pointId, remoteName, attempts, state } of copies) {
        // One that was never tried has left nothing there.
        if (state !== 'waiting' || attempts > 0) await this.remove(destination, remoteName);
        store.atomically(() => {
          store.copies.remove(pointId, destination.id);
          const entry = store.backups.get(pointId);
          const isNowhere = entry?.state === 'elsewhere' && store.copies.of(pointId).length === 0;
          if (isNowhere) store.backups.remove(pointId);
        });
        await this.dropOutgoing(pointId, destination.id);
      }
      return this.ended('done');
    } catch (thrown) {
      const error = wrapError(thrown);
      if (this.stopping) return 'stop';
      if (!DESTINATION_CODES.has(error.code) && error.code !== 'CANCELLED') {
        this.context.problems.report(error.toView(), null);
      }
      this.book.failed(destination.id, error.toView());
      return this.ended('stop');
    }
  }

  /** Removes a file and what belongs to it. @throws what the job throws */
  async remove(destination: StoredDestination, remoteName: string): Promise<void> {
    const target = this.book.target(destination);
    const { seen } = await this.context.jobs.start({
      ...{ kind: 'copy', databaseId: null, subject: destination.config.name },
      body: (job) =>
        job.process(
          'forget',
          { destination: target, names: filesOfCopy(remoteName) },
          stallOf(destination.config, this.parts),
        ),
    }).done;
    await this.book.used(destination, seen);
  }

  async dropOutgoing(pointId: string, destinationId: string): Promise<void> {
    await removeAll(Object.values(outgoingFiles(outgoingFolder(this.parts), pointId, destinationId)));
  }

  /** Removes what waits to be sent and belongs to no copy that is still to be made; with a destination, all of that one. */
  async sweepOutgoing(destinationId?: string): Promise<void> {
    const folder = outgoingFolder(this.parts);
    const { store } = this.context;
    const segments = store.destinations
      .list()
      .flatMap(({ id }) => store.segmentCopies.at(id))
      .map(({ segmentId, ...copy }) => ({ ...copy, pointId: segmentId }));
    const owed = [...store.copies.list(), ...segments].filter(
      (copy) => copy.state !== 'copied' && copy.destinationId !== destinationId,
    );
    const names = await fs.readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return [];
      throw thrown;
    });
    await removeAll(names.filter((name) => !isOutgoingOf(name, owed)).map((name) => path.join(folder, name)));
  }

  /** Brings problems and whoever looks up to date after a step. */
  ended(end: StepEnd): StepEnd {
    if (this.stopping) return 'stop';
    syncProblems(this.context);
    this.context.changed();
    return end;
  }

  databaseName(entry: Pick<SentFile, 'databaseId'>): string {
    return this.context.store.databases.get(entry.databaseId)?.name ?? entry.databaseId;
  }
}

/** Until it is replaced, what is known to be wrong there stays known. */
const failedState = (copy: StoredCopy | null): StoredCopy['state'] =>
  copy?.state === 'damaged' || copy?.state === 'missing' ? copy.state : 'failed';
