/**
 * Deletes files of the backup folder for good: what is to go is noted in the step that lets go of its entry. A crash, or a
 * disk that is away, may come between the two; the next start then finishes the deletion, and does not take the file for
 * one that it does not know.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { CoreContext } from '../core/context';
import { knownCode, wrapError } from '../errors/wrap';
import type { CatalogueEntry } from '../store/backups';
import type { Store } from '../store/open';
import { readManifestOf } from './decompress';
import { syncFolder } from './take-backup';

const PREFIX = 'erasing.';
type Facts = Pick<Store, 'facts'>;
type Target = Pick<CatalogueEntry, 'id' | 'file'>;

/** In the transaction that lets go of the entry. @param prefix tells notes of other files than backups apart */
export function noteErasing(store: Facts, { id, file }: Target, prefix = PREFIX): void {
  store.facts.write(prefix + id, file);
}

export const isErasing = (store: Facts, id: string): boolean => store.facts.read(PREFIX + id, z.string()) !== null;

/** Deletes a file that was noted. @throws what stands in the way, wrapped: it stays noted then */
export async function eraseNoted(store: Facts, { id, file }: Target, prefix = PREFIX): Promise<void> {
  try {
    await fs.rm(file, { force: true });
    // A power cut must not bring it back after the note is gone. Without its folder it may be on a disk that is away.
    await syncFolder(path.dirname(file));
  } catch (thrown) {
    if (knownCode(thrown) !== 'FILE_NOT_FOUND') throw wrapError(thrown, { path: file });
    return;
  }
  store.facts.write(prefix + id, null);
}

/**
 * Deletes what was noted and is still there. A file of that name that holds another restore point, or none, is left alone.
 * What cannot be deleted stays noted, and is recorded as a problem.
 */
export async function finishErasing({ store, problems }: Pick<CoreContext, 'store' | 'problems'>): Promise<void> {
  for (const [id, file] of store.facts.list(PREFIX, z.string())) {
    const entry = store.backups.get(id);
    // Taken in again since.
    const wanted = entry?.file === file && entry.state !== 'elsewhere';
    try {
      if (wanted || (await holdsAnother(file, id))) store.facts.write(PREFIX + id, null);
      else await eraseNoted(store, { id, file });
    } catch (thrown) {
      problems.reportOnce(wrapError(thrown, { path: file }).toView(), entry?.databaseId ?? null);
    }
  }
}

/** False also when the file is not there. */
async function holdsAnother(file: string, id: string): Promise<boolean> {
  try {
    return (await readManifestOf(file))?.manifest.id !== id;
  } catch (thrown) {
    if (knownCode(thrown) === 'FILE_NOT_FOUND') return false;
    throw thrown;
  }
}
