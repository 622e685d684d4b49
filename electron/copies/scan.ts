/** Takes over into the catalogue what a look at a destination found. Nothing there is changed. */
import path from 'node:path';
import type { ScanReport } from '@shared/destinations';
import { CHANGES_FORMAT, type Manifest } from '../backup/manifest';
import { homeMark } from '../backup/naming';
import { rememberDatabase } from '../backup/unguarded';
import { copyMissing } from '../destinations/errors';
import { copyDamaged } from '../destinations/remote-errors';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { NewCatalogueEntry } from '../store/backups';
import type { StoredDestination } from '../store/destinations';
import { DESTINATION_CODES } from './copy-problems';
import type { CopySteps } from './copy-steps';
import type { DestinationBook } from './destination-book';
import { isLogFile, remoteNameOf, withoutAge } from './names';
import { type CopyParts, isoOf, stallOf } from './parts';
import type { ListedCopy, Listing } from './protocol';
import type { LogScanner } from './scan-logs';

export class Scanner {
  constructor(
    private readonly parts: CopyParts,
    private readonly book: DestinationBook,
    private readonly steps: CopySteps,
    private readonly logs: LogScanner,
  ) {}

  /**
   * Looks at a destination inside `job`.
   * @param all also takes over restore points that are not known; else only what is known is compared
   * @throws what the destination's driver throws; it is recorded too
   */
  async scan(job: RunningJob, destination: StoredDestination, all: boolean): Promise<ScanReport> {
    const { scratch, store } = this.parts.context;
    const copies = [...store.copies.at(destination.id), ...store.segmentCopies.at(destination.id)];
    const known = copies.flatMap(({ state, remoteName: name, sizeBytes }) =>
      state === 'copied' && sizeBytes !== null ? [{ name, sizeBytes }] : [],
    );
    const only = all ? null : this.namesOfAll(destination);
    try {
      const listing = await scratch.use(job.id, (folder) =>
        job.process(
          'list-copies',
          { destination: this.book.target(destination), scratch: folder.path, known, only },
          stallOf(destination.config, this.parts),
        ),
      );
      await this.book.used(destination, listing.seen);
      return store.atomically(() => this.take(destination, listing, all));
    } catch (thrown) {
      const error = wrapError(thrown);
      if (DESTINATION_CODES.has(error.code)) this.book.failed(destination.id, error.toView());
      throw error;
    }
  }

  /** Names under which copies of what is known here may lie there. */
  private namesOfAll(destination: StoredDestination): string[] {
    const { store } = this.parts.context;
    const copies = [...store.copies.at(destination.id), ...store.segmentCopies.at(destination.id)];
    const names = new Set(copies.map(({ remoteName }) => remoteName));
    const segments = store.databases.list({ includeRemoved: true }).flatMap(({ id }) => store.logs.segments(id));
    for (const { file } of [...store.backups.list(), ...segments])
      for (const sealed of [false, true]) names.add(remoteNameOf(file, sealed));
    return [...names];
  }

  private take(destination: StoredDestination, listing: Listing, all: boolean): ScanReport {
    const { store } = this.parts.context;
    this.compare(destination, listing);
    this.logs.compare(destination, listing);
    const found = listing.files.filter(({ name }) => !isLogFile(name)).length;
    const report: ScanReport = { found, added: 0, databases: [], foreign: [...listing.others] };
    for (const copy of listing.copies) {
      const taken = this.takeCopy(destination, copy, all);
      if (taken === 'foreign') report.foreign.push({ file: copy.name, reason: 'foreign' });
      else if (taken === 'added') report.added += 1;
    }
    // After the restore points that they are replayed on.
    for (const log of listing.logs) {
      const taken = this.logs.take(destination, log, all);
      if (taken === 'foreign') report.foreign.push({ file: log.name, reason: 'foreign' });
    }
    const databases = new Set<string>();
    for (const { pointId } of store.copies.at(destination.id)) {
      const entry = store.backups.get(pointId);
      const database = entry && store.databases.get(entry.databaseId);
      if (database) databases.add(database.name);
    }
    report.databases = [...databases].toSorted();
    store.destinations.note(destination.id, { lookFirst: false });
    return report;
  }

  /** What was copied and is no longer there, or has another size. */
  private compare({ id, config }: StoredDestination, { files }: Listing): void {
    const sizes = new Map(files.map(({ name, sizeBytes }) => [name, sizeBytes]));
    for (const copy of this.parts.context.store.copies.at(id)) {
      if (copy.state !== 'copied') continue;
      const sizeBytes = sizes.get(copy.remoteName);
      if (sizeBytes === undefined) this.steps.lost(copy, copyMissing(config.name, copy.remoteName));
      else if (copy.sizeBytes !== null && sizeBytes !== copy.sizeBytes) {
        this.steps.lost(copy, copyDamaged(config.name, copy.remoteName, `${sizeBytes} of ${copy.sizeBytes} bytes`));
      }
    }
  }

  private takeCopy(destination: StoredDestination, copy: ListedCopy, all: boolean): 'added' | 'known' | 'foreign' {
    const { store } = this.parts.context;
    const { manifest } = copy;
    const before = store.backups.get(manifest.id);
    if (before) {
      const same =
        before.contentSha256 === manifest.contentSha256 &&
        before.sizeBytes === copy.file.sizeBytes &&
        (before.sha256 === '' || copy.file.sha256 === null || before.sha256 === copy.file.sha256);
      const there = store.copies.get(manifest.id, destination.id);
      if (!same || (there?.state === 'copied' && there.remoteName !== copy.name)) return 'foreign';
      // Its size was right before, and its bytes were not: only reading them shows that they are whole again.
      if (there?.state === 'damaged' && there.sizeBytes === copy.sizeBytes) return 'known';
    } else {
      if (!all) return 'known';
      const entry = this.entryOf(copy);
      if (store.backups.byFile(entry.file)) return 'foreign';
      store.backups.insert(entry);
      const mark = homeMark(this.parts.context.paths.root);
      if (manifest.home !== undefined && manifest.home !== mark) store.backups.setOtherHome(entry.id, manifest.home);
    }
    // Its size and manifest fit. Its bytes were not compared: the rotation reads it back before it counts.
    store.copies.add({
      ...{ pointId: manifest.id, destinationId: destination.id, remoteName: copy.name, state: 'copied' },
      ...{ sizeBytes: copy.sizeBytes, sha256: copy.sha256 },
      copiedAt: copy.modifiedAt ?? isoOf(this.parts.clock.nowMs()),
    });
    return before ? 'known' : 'added';
  }

  private entryOf({ name, manifest, file }: ListedCopy): NewCatalogueEntry {
    const { backupFolder } = this.parts.context.settings();
    return {
      ...{
        id: manifest.id,
        databaseId: rememberDatabase(this.parts.context, manifest, isoOf(this.parts.clock.nowMs())).id,
        kind: manifest.kind,
        createdAt: manifest.createdAt,
      },
      ...chainOf(manifest),
      // Where it would lie in the backup folder.
      file: path.join(backupFolder, ...withoutAge(name).split('/')),
      ...{ sizeBytes: file.sizeBytes, sha256: file.sha256 ?? '' },
      ...{ contentBytes: manifest.contentBytes, contentSha256: manifest.contentSha256 },
      ...{ pageSizeBytes: manifest.pageSizeBytes, pageCount: manifest.pageCount },
      ...{ schemaVersion: manifest.schemaVersion, userVersion: manifest.userVersion },
      ...{ applicationId: manifest.applicationId, durationMs: 0, state: 'elsewhere', verifiedAt: null, checks: [] },
    };
  }
}

const chainOf = (manifest: Manifest) =>
  manifest.format === CHANGES_FORMAT
    ? {
        ...{ form: 'changes' as const, parentId: manifest.parentId, chainId: manifest.chainId },
        ...{ chainLength: manifest.chainLength, changedPages: manifest.changedPages },
      }
    : { form: 'full' as const, parentId: null, chainId: manifest.id, chainLength: 0, changedPages: null };
