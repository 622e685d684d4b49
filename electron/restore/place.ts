/** Puts a proved database image where there is no database: a copy in a new file, or in place of one that is gone. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { removeAll, sqliteFiles, syncFolder } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { refuseHeldOpen } from '../database/holders';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { ProofOptions } from '../backup/prove';
import { extractProved, stageImage, type StageSource } from './stage';

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
 * Writes what `source` holds to `target`, as a file of its own. Content that the catalogue knows as proved goes straight
 * into the temporary file beside the target: its SHA-256 says that it is right. Anything else is checked by SQLite in the
 * scratch folder first, which may leave journals beside what it opens, and is copied from there.
 * @param scratchFile must not exist
 * @throws what `placeImage` and `extractProved` throw
 */
export async function placeCopy(
  source: StageSource,
  target: string,
  place: { temporary: string; scratchFile: string; overwrite: boolean },
  options: ProofOptions,
): Promise<void> {
  const { temporary, overwrite } = place;
  const { signal } = options;
  if (source.type === 'content') {
    return placeImage(source.file, target, { temporary, overwrite, expectedHash: source.sha256, signal });
  }
  if (source.type === 'log' || !source.provedContent) {
    const { hash } = await stageImage(source, place.scratchFile, null, options);
    return placeImage(place.scratchFile, target, { temporary, overwrite, expectedHash: hash, signal });
  }
  try {
    await refuseTaken(target, overwrite);
    await extractProved(source, temporary, options);
    await syncFile(temporary);
    await takeName(temporary, target, overwrite, signal);
  } catch (thrown) {
    throw wrapError(thrown, { path: target });
  } finally {
    await removeAll([temporary]);
  }
}

/**
 * Copies `image` to `target`: written under another name in the same folder, synced, read back, then renamed.
 * @throws RESTORE_TARGET_EXISTS, RESTORE_HELD_OPEN when a process has open what would be replaced, FILE_NOT_FOUND for a
 * missing folder, FILE_NO_PERMISSION, DISK_FULL, BACKUP_MISMATCH
 */
export async function placeImage(image: string, target: string, options: PlaceOptions): Promise<void> {
  const { temporary } = options;
  try {
    await refuseTaken(target, options.overwrite);
    await fs.copyFile(image, temporary, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
    await syncFile(temporary);
    if ((await contentHash(temporary, options.signal)) !== options.expectedHash) {
      throw holdfastError('BACKUP_MISMATCH', { params: { path: target }, detail: 'the copy differs when read back' });
    }
    await takeName(temporary, target, options.overwrite, options.signal);
  } catch (thrown) {
    throw wrapError(thrown, { path: target });
  } finally {
    await removeAll([temporary]);
  }
}

/** A database that is there stays unless it is to be replaced, and that only while nobody has it open. */
async function refuseTaken(target: string, overwrite: boolean): Promise<void> {
  if (overwrite) await refuseHeldOpen(target);
  else for (const file of [target, ...journals(target)]) await refuseExisting(file);
}

/** The last step: from here on the copy is there. Writing it took a while, so it is looked again who is in the way. */
async function takeName(temporary: string, target: string, overwrite: boolean, signal: AbortSignal): Promise<void> {
  await refuseTaken(target, overwrite);
  signal.throwIfAborted();
  // Left beside the new file, a journal of the old one would be applied to it.
  if (overwrite) await removeAll(journals(target));
  await giveName(temporary, target, overwrite);
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
