/**
 * The last resort: the live database is gone or SQLite cannot write into it, so the file itself is replaced. Everything
 * that may belong to the old file moves into quarantine as one set first: a stale -wal or -journal left beside a new
 * file would silently undo or corrupt it. Runs in a job process.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { sqliteFiles, syncFolder } from '../backup/take-backup';
import { refuseHeldOpen } from '../database/holders';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { placeImage } from './place';

export interface SwapRequest {
  stagingFile: string;
  stagingHash: string;
  liveFile: string;
  /** Where what was there goes; beside the live file, must not exist. */
  quarantine: string;
  /** See `placeImage`. */
  temporary: string;
}

/**
 * Puts the staged image in place of `liveFile`.
 * @returns the folder that holds what was there; null when nothing was
 * @throws RESTORE_HELD_OPEN when a process has the file open; what `placeImage` throws, with everything moved back
 */
export async function swapFile(request: SwapRequest, signal: AbortSignal): Promise<string | null> {
  const { liveFile, quarantine } = request;
  await refuseHeldOpen(liveFile);
  const moved: string[] = [];
  try {
    for (const file of sqliteFiles(liveFile)) {
      if (!(await exists(file))) continue;
      if (moved.length === 0) await fs.mkdir(quarantine, { mode: 0o700 });
      await fs.rename(file, path.join(quarantine, path.basename(file)));
      moved.push(file);
    }
    await syncFolder(path.dirname(liveFile));
    await placeImage(request.stagingFile, liveFile, {
      temporary: request.temporary,
      overwrite: false,
      expectedHash: request.stagingHash,
      signal,
    });
    return moved.length > 0 ? quarantine : null;
  } catch (thrown) {
    await moveBack(moved, quarantine, liveFile, thrown);
    throw wrapError(thrown, { path: liveFile });
  }
}

/**
 * After a crash in the midst of `swapFile`: when the live file is gone and the quarantine holds what was there, it is
 * moved back. Returns true when it was.
 */
export async function undoHalfSwap(liveFile: string, quarantine: string): Promise<boolean> {
  if ((await exists(liveFile)) || !(await exists(quarantine))) return false;
  const names = await fs.readdir(quarantine);
  // The database itself comes last: while it is missing, another start can try again.
  const files = sqliteFiles(liveFile).toReversed();
  const moved = files.filter((file) => names.includes(path.basename(file)));
  for (const file of moved) await fs.rename(path.join(quarantine, path.basename(file)), file);
  await fs.rmdir(quarantine);
  await syncFolder(path.dirname(liveFile));
  return true;
}

async function moveBack(moved: readonly string[], quarantine: string, liveFile: string, cause: unknown): Promise<void> {
  if (moved.length === 0) return;
  try {
    for (const file of moved) await fs.rename(path.join(quarantine, path.basename(file)), file);
    await fs.rmdir(quarantine);
    await syncFolder(path.dirname(liveFile));
  } catch (thrown) {
    const detail = `what was there is in ${quarantine}; ${wrapError(cause).message}; ${wrapError(thrown).message}`;
    throw holdfastError('RESTORE_ROLLBACK_FAILED', { params: { path: liveFile }, detail, cause: thrown });
  }
}

async function exists(file: string): Promise<boolean> {
  return fs.lstat(file).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return false;
      throw thrown;
    },
  );
}
