/** Checks a folder that somebody chose, while they are there to choose another. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { holdfastError } from '../errors/holdfast-error';
import { makePrivateFolders } from './folders';

/** Makes the folder when it is not there. @throws SETTING_INVALID with the reason when it cannot be used for backups */
export function requireFolder(folder: string): void {
  const refuse = (reason: string, cause?: unknown) =>
    holdfastError('SETTING_INVALID', { params: { setting: 'backupFolder', path: folder, reason }, cause });
  if (!path.isAbsolute(folder)) throw refuse('the path is not absolute');
  try {
    makePrivateFolders(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (thrown) {
    throw refuse(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}
