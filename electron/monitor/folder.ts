/** Whether a folder can be used. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

/** `absent`: not there. `unusable`: not a folder, or it cannot be read and written. */
export type FolderState = 'usable' | 'absent' | 'unusable';

/** Hangs with the file system that the folder is on. */
export async function lookAtFolder(folder: string): Promise<FolderState> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return (await stat(folder)).isDirectory() ? 'usable' : 'unusable';
  } catch (thrown) {
    const code = (thrown as { code?: unknown } | null)?.code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unusable';
  }
}
