/** Folders of Holdfast's own. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes `folder` and the folders above it that are missing, for this user alone (0700). Node's own `recursive` never
 * returns where the system says "not found" for a new folder in one that exists, as it does below /proc.
 * Errors: Node's, `EEXIST` when a file is in the way.
 */
export function makePrivateFolders(folder: string): void {
  const above = dirname(folder);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (above !== folder) makePrivateFolders(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // another process may have made it meanwhile
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
