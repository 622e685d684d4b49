/** Where the owner of a home listens for commands: a Unix socket in a folder of this user's own, or a named pipe. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { makePrivateFolders } from './folders';

/** macOS has room for 103 bytes in the address of a socket, Linux for 107. */
const SOCKET_PATH_LIMIT_BYTES = 100;

/**
 * Address for the owner of the home at `realHome` (symbolic links resolved); null when there is no folder in which a
 * socket would be safe from other users. Creates that folder.
 */
export function controlEndpoint(realHome: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const name = createHash('sha256').update(realHome).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\holdfast-${name}`;
  const folders = [
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'holdfast')] : []),
    join(tmpdir(), `holdfast-${userInfo().uid}`),
    realHome,
  ];
  for (const folder of folders) {
    const address = join(folder, `${name}.sock`);
    if (Buffer.byteLength(address) < SOCKET_PATH_LIMIT_BYTES && isPrivateFolder(folder)) return address;
  }
  return null;
}

/** True when `folder` is a real folder that belongs to this user and that nobody else may enter; creates it. */
function isPrivateFolder(folder: string): boolean {
  try {
    makePrivateFolders(folder);
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0;
  } catch {
    // not creatable or not ours: the next place is tried
    return false;
  }
}
