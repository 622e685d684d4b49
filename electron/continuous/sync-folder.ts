/** A new name, or one that is gone, survives a loss of power when its folder was synced. */
import fs from 'node:fs';
import path from 'node:path';

/** Syncs the folder that `file` lies in, where the system can do that. @throws what `fs` throws */
export function syncFolder(file: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(path.dirname(file), 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
