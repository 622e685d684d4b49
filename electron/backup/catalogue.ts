/**
 * Makes the catalogue say what the backup folder holds. The folder is the truth: it may have been restored, moved or
 * tidied by hand, and a crash may have come between a file and its entry.
 */
import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { CoreContext } from '../core/context';
import type { CatalogueReport } from '../core/types';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import type { Manifest } from './manifest';
import { readManifestOf } from './decompress';
import type { ExpectedFile } from './prove';
import { BACKUP_SUFFIX, homeMark, isPartialOf } from './naming';

interface Found {
  file: string;
  manifest: Manifest;
}

/** What a look at the folder found. */
interface Folder {
  backups: Found[];
  /** Files that are no backups of Holdfast, or whose end is damaged. */
  foreign: string[];
}

interface LookOptions {
  removePartials: boolean;
  signal: AbortSignal;
}

export class CatalogueKeeper {
  constructor(private readonly context: CoreContext) {}

  /**
   * For the start: removes this home's unfinished files, marks entries whose file is gone, and adds files that the
   * catalogue does not know, as not proved. Gives the ids of those, for proving them later.
   * A folder that is not there at all (a disk that is not mounted) says nothing about its files. Aborted, it stops before
   * the next file: unfinished files may belong to a backup that runs by then.
   */
  async reconcile(signal: AbortSignal): Promise<string[]> {
    const folder = await this.look({ removePartials: true, signal });
    signal.throwIfAborted();
    if (!folder) return [];
    await this.markMissing();
    const added: string[] = [];
    for (const found of folder.backups) if (await this.adopt(found)) added.push(found.manifest.id);
    return added;
  }

  /** Reconciles and proves, by `prove`, every backup that is not proved. @throws BACKUP_FOLDER_UNUSABLE */
  async rebuild(prove: (pointId: string) => Promise<boolean>): Promise<CatalogueReport> {
    const { backupFolder } = this.context.settings();
    const folder = await this.look({ removePartials: false, signal: new AbortController().signal });
    if (!folder) throw holdfastError('BACKUP_FOLDER_UNUSABLE', { params: { path: backupFolder, reason: 'not found' } });
    const missing = await this.markMissing();
    const report = { found: folder.backups.length, added: 0, missing, proved: 0, failed: 0, foreign: folder.foreign };
    for (const found of folder.backups) {
      if (await this.adopt(found)) report.added++;
      const entry = this.context.store.backups.byFile(found.file);
      if (!entry) continue;
      const proved = entry.state === 'proved' || (await prove(entry.id));
      if (proved) report.proved++;
      else report.failed++;
    }
    return report;
  }

  /** Null when the folder is not there or cannot be read; the problem is recorded then. */
  private async look(options: LookOptions): Promise<Folder | null> {
    const { backupFolder } = this.context.settings();
    const folder: Folder = { backups: [], foreign: [] };
    let usable = true;
    try {
      for (const child of await fs.readdir(backupFolder, { withFileTypes: true })) {
        if (!child.isDirectory()) continue;
        const inside = path.join(backupFolder, child.name);
        try {
          await this.lookInto(inside, folder, options);
        } catch (thrown) {
          options.signal.throwIfAborted();
          // What cannot be read is no reason not to look at the rest.
          usable = false;
          this.reportFolder(inside, thrown);
        }
      }
    } catch (thrown) {
      options.signal.throwIfAborted();
      const known = this.context.store.backups.count() > 0;
      // A home without backups has no folder yet.
      if (!known && knownCode(thrown) === 'FILE_NOT_FOUND') return folder;
      this.reportFolder(backupFolder, thrown);
      return null;
    }
    if (usable) this.context.problems.settle(null, ['BACKUP_FOLDER_UNUSABLE']);
    return folder;
  }

  private reportFolder(folder: string, thrown: unknown): void {
    const params = { path: folder, reason: wrapError(thrown, { path: folder }).detail };
    this.context.problems.report(holdfastError('BACKUP_FOLDER_UNUSABLE', { params, cause: thrown }).toView(), null);
  }

  private async lookInto(folder: string, result: Folder, options: LookOptions): Promise<void> {
    for (const child of await fs.readdir(folder, { withFileTypes: true })) {
      options.signal.throwIfAborted();
      const file = path.join(folder, child.name);
      if (isPartialOf(child.name, homeMark(this.context.paths.root))) {
        if (options.removePartials) await fs.rm(file, { force: true });
      } else if (isBackupName(child)) {
        const info = await readManifestOf(file);
        if (info) result.backups.push({ file, manifest: info.manifest });
        else result.foreign.push(file);
      } else result.foreign.push(file);
    }
  }

  private async markMissing(): Promise<number> {
    let missing = 0;
    for (const entry of this.context.store.backups.list()) {
      const there = await isThere(entry.file);
      if (there && entry.state === 'missing') this.context.store.backups.setState(entry.id, 'unproved');
      if (there !== false) continue;
      missing++;
      if (entry.state === 'missing') continue;
      this.context.store.backups.setState(entry.id, 'missing');
      const name = this.context.store.databases.get(entry.databaseId)?.name ?? entry.databaseId;
      const params = { name, path: entry.file, createdAt: entry.createdAt };
      this.context.problems.report(holdfastError('BACKUP_FILE_MISSING', { params }).toView(), entry.databaseId);
    }
    if (missing > 0) this.context.changed();
    return missing;
  }

  /** Adds a file that the catalogue does not know, as not proved; true when it did. */
  private async adopt({ file, manifest }: Found): Promise<boolean> {
    const { store } = this.context;
    if (store.backups.byFile(file)) return false;
    const moved = store.backups.get(manifest.id);
    // The same backup twice (a copy in the folder), or moved by hand: the entry that has its file stays.
    if (moved && (await isThere(moved.file)) !== false) return false;
    const { size } = await fs.stat(file);
    const databaseId = this.databaseOf(manifest);
    store.atomically(() => {
      if (moved) store.backups.remove(moved.id);
      store.backups.insert({
        id: manifest.id,
        databaseId,
        kind: manifest.kind,
        createdAt: manifest.createdAt,
        form: 'full',
        parentId: null,
        chainId: manifest.id,
        chainLength: 0,
        changedPages: null,
        file,
        sizeBytes: size,
        contentBytes: manifest.contentBytes,
        // Not known until the file has been read; proving fills it in.
        sha256: moved?.sha256 ?? '',
        contentSha256: manifest.contentSha256,
        pageSizeBytes: manifest.pageSizeBytes,
        pageCount: manifest.pageCount,
        schemaVersion: manifest.schemaVersion,
        userVersion: manifest.userVersion,
        applicationId: manifest.applicationId,
        durationMs: 0,
        state: 'unproved',
        verifiedAt: null,
        checks: [],
      });
    });
    this.context.changed();
    return true;
  }

  private databaseOf(manifest: Manifest): string {
    const { id, name, path: lay } = manifest.database;
    const at = new Date().toISOString();
    const { defaultSchedules } = this.context.settings();
    const unguarded = { id, name, path: lay, addedAt: at, sample: false, schedules: defaultSchedules };
    return this.context.store.databases.remember(unguarded, at).id;
  }
}

/** What a proof compares a file with; null while the catalogue has never read the file. */
export function expectationOf(entry: ExpectedFile): ExpectedFile | null {
  const { sizeBytes, sha256, contentBytes, contentSha256 } = entry;
  return sha256 === '' ? null : { sizeBytes, sha256, contentBytes, contentSha256 };
}

const isBackupName = (child: Dirent): boolean =>
  child.isFile() && child.name.endsWith(BACKUP_SUFFIX) && !child.name.startsWith('.');

/** Null when it cannot be told: no permission, a mount that is stale. */
async function isThere(file: string): Promise<boolean | null> {
  try {
    return (await fs.stat(file)).isFile();
  } catch (thrown) {
    return knownCode(thrown) === 'FILE_NOT_FOUND' ? false : null;
  }
}
