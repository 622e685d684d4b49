/** Copies the file of a restore point out of the backup folder. */
import fs from 'node:fs/promises';
import type { CoreContext } from '../core/context';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import { giveName, refuseGuarded } from '../restore/place';
import type { CatalogueEntry } from '../store/backups';
import { copyHashing } from './copy-hashing';
import { recordMissing } from './verify-point';

/**
 * Copies a backup file to `target` and compares the copy.
 * @throws RESTORE_TARGET_EXISTS unless `overwrite`; BACKUP_FILE_MISSING; BACKUP_FILE_DAMAGED; DISK_FULL, …
 */
export async function exportPoint(
  context: CoreContext,
  entry: CatalogueEntry,
  target: string,
  overwrite: boolean,
): Promise<void> {
  await refuseGuarded(context.store.databases.list(), target);
  await context.scratch.use(`export-${entry.id}`, async (folder) => {
    const temporary = await folder.unfinished(target);
    try {
      const found = await copyHashing(entry.file, temporary);
      if (found !== entry.sha256) throw holdfastError('BACKUP_FILE_DAMAGED', { params: { path: entry.file } });
      await giveName(temporary, target, overwrite);
    } catch (thrown) {
      throw exportError(context, thrown, entry, target);
    } finally {
      await fs.rm(temporary, { force: true });
    }
  });
}

function exportError(context: CoreContext, thrown: unknown, entry: CatalogueEntry, target: string): HoldfastError {
  const { path } = thrown as NodeJS.ErrnoException;
  if (knownCode(thrown) !== 'FILE_NOT_FOUND' || path !== entry.file) return wrapError(thrown, { path: target });
  // That it is kept elsewhere only is known and no problem.
  if (entry.state !== 'elsewhere') return recordMissing(context, entry);
  return holdfastError('BACKUP_FILE_MISSING', { params: { path: entry.file, createdAt: entry.createdAt } });
}
