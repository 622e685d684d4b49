/** Copies backup files that lie elsewhere into the backup folder. Runs in a job process. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { makePrivateFolders } from '../core/folders';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { giveName } from '../restore/place';
import { copyHashing } from './copy-hashing';

export interface FileToTakeIn {
  from: string;
  /** Name of the copy until it is whole; in the folder of `to`. */
  partial: string;
  to: string;
  /** What the file was proved with, hex. */
  sha256: string;
  /** What is there already is known to be damaged. */
  replace: boolean;
}

/**
 * Each file appears under its name only when it is whole, on the disk and what was proved.
 * @throws BACKUP_FOLDER_UNUSABLE, RESTORE_TARGET_EXISTS when another file has the name, BACKUP_MISMATCH when a file changed
 * since it was proved; DISK_FULL; the signal's reason
 */
export async function takeIn(
  files: readonly FileToTakeIn[],
  options: { onProgress: (doneBytes: number, totalBytes: number) => void; signal: AbortSignal },
): Promise<void> {
  const sizes = await Promise.all(files.map(async ({ from }) => (await fs.stat(from)).size));
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  let doneBytes = 0;
  for (const { from, partial, to, sha256, replace } of files) {
    options.signal.throwIfAborted();
    const folder = path.dirname(to);
    try {
      makePrivateFolders(folder);
    } catch (thrown) {
      const reason = wrapError(thrown).detail;
      throw holdfastError('BACKUP_FOLDER_UNUSABLE', { params: { path: folder, reason }, cause: thrown });
    }
    try {
      // Left by an import of this home that was killed; nothing else has this name.
      await fs.rm(partial, { force: true });
      const before = doneBytes;
      const copied = await copyHashing(from, partial, {
        onProgress: (bytes) => options.onProgress((doneBytes = before + bytes), totalBytes),
        signal: options.signal,
      });
      if (copied !== sha256) {
        throw holdfastError('BACKUP_MISMATCH', { params: { path: from }, detail: 'it changed since it was proved' });
      }
      await giveName(partial, to, replace);
    } catch (thrown) {
      throw wrapError(thrown, { path: to });
    } finally {
      await fs.rm(partial, { force: true });
    }
  }
}
