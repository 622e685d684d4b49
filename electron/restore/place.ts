/** Puts a proved database image where there is no database: a copy in a new file, or in place of one that is gone. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { removeAll, sqliteFiles, syncFolder } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { refuseHeldOpen } from '../database/holders';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';

export interface PlaceOptions {
  /** Name of the copy until it is proved; in the folder of the target, and noted by the caller so that a start after a
   * crash removes it. */
  temporary: string;
  /** Replace a database that is there, with its journals; refused otherwise. */
  overwrite: boolean;
  /** `contentHash` of the image; the copy is read back and compared. */
  expectedHash: string;
  signal: AbortSignal;
}

/**
 * Copies `image` to `target`: written under another name in the same folder, synced, read back, then renamed.
 * @throws RESTORE_TARGET_EXISTS, RESTORE_HELD_OPEN when a process has open what would be replaced, FILE_NOT_FOUND for a
 * missing folder, FILE_NO_PERMISSION, DISK_FULL, BACKUP_MISMATCH
 */
export async function placeImage(image: string, target: string, options: PlaceOptions): Promise<void> {
  const { temporary } = options;
  try {
    if (options.overwrite) await refuseHeldOpen(target);
    else for (const file of [target, ...journals(target)]) await refuseExisting(file);
    await fs.copyFile(image, temporary, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
    await syncFile(temporary);
    if ((await contentHash(temporary, options.signal)) !== options.expectedHash) {
      throw holdfastError('BACKUP_MISMATCH', { params: { path: target }, detail: 'the copy differs when read back' });
    }
    options.signal.throwIfAborted();
    // Left beside the new file, a journal of the old one would be applied to it.
    if (options.overwrite) await removeAll(journals(target));
    await giveName(temporary, target, options.overwrite);
  } catch (thrown) {
    throw wrapError(thrown, { path: target });
  } finally {
    await removeAll([temporary]);
  }
}

const journals = (file: string): string[] => sqliteFiles(file).slice(1);

/**
 * Gives a finished temporary file its name, for good.
 * @throws RESTORE_TARGET_EXISTS when the name is taken and `overwrite` is false
 */
export async function giveName(temporary: string, target: string, overwrite: boolean): Promise<void> {
  if (overwrite) await fs.rename(temporary, target);
  else await renameWithoutReplacing(temporary, target);
  await syncFolder(path.dirname(target));
}

/**
 * A guarded database is written by a restore, which keeps a way back; never as a target for a copy, overwrite or not.
 * @throws RESTORE_TARGET_EXISTS
 */
export async function refuseGuarded(databases: readonly { path: string }[], target: string): Promise<void> {
  const real = await fs.realpath(target).catch(() => path.resolve(target));
  if (databases.some((database) => database.path === real)) {
    throw holdfastError('RESTORE_TARGET_EXISTS', { params: { path: target }, detail: 'it is a guarded database' });
  }
}

async function refuseExisting(target: string): Promise<void> {
  const there = await fs.lstat(target).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (there) throw holdfastError('RESTORE_TARGET_EXISTS', { params: { path: target } });
}

/** A hard link never replaces what another process put there meanwhile; some file systems have none. */
async function renameWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw holdfastError('RESTORE_TARGET_EXISTS', { params: { path: to }, cause: thrown });
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw thrown;
    await refuseExisting(to);
    await fs.rename(from, to);
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await fs.open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
