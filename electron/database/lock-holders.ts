/** Which processes keep a database from being written: an error that names them can be acted on. */
import fs from 'node:fs/promises';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { type Holder, holdersOf } from './holders';

interface FileLock {
  pid: number;
  write: boolean;
  inode: string;
}

/**
 * Adds the param `holders` to an error about a lock, where the system tells who holds it; gives any other as it is.
 * Never fails: without names the error says what it said before.
 */
export async function nameHolders(error: HoldfastError, database: string): Promise<HoldfastError> {
  if (error.code !== 'DATABASE_LOCKED') return error;
  const holders = await namesOrNone(database);
  if (holders.length === 0) return error;
  const names = holders.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  return holdfastError(error.code, { params: { ...error.params, holders: names }, detail: error.detail, cause: error });
}

async function namesOrNone(database: string): Promise<Holder[]> {
  try {
    return await lockHolders(database);
  } catch {
    return [];
  }
}

/** Processes that hold a lock which keeps others from writing. Linux only; empty elsewhere, and when there are none. */
export async function lockHolders(database: string): Promise<Holder[]> {
  if (process.platform !== 'linux') return [];
  const locks = parseLocks(await fs.readFile('/proc/locks', 'utf8'));
  const [main, shm] = await Promise.all([inodeOf(database), inodeOf(`${database}-shm`)]);
  // In WAL mode everybody who has the database open holds a shared lock on the main file; writers lock the wal-index.
  const blocking = locks.filter(({ inode, write }) =>
    shm === null ? inode === main : write && (inode === main || inode === shm),
  );
  const pids = new Set(blocking.map(({ pid }) => pid));
  // Inodes are told apart by device only there: whoever has the lock has the file open, too.
  const open = (await holdersOf(database)) ?? [];
  return open.filter(({ pid }) => pids.has(pid));
}

/** The lines of /proc/locks: `1: POSIX  ADVISORY  WRITE 4123 fe:00:131 1073741825 1073741825`. Who only waits is left out. */
function parseLocks(text: string): FileLock[] {
  return text.split('\n').flatMap((line) => {
    const [, kind, , mode, pid, file] = line.trim().split(/\s+/);
    if (kind !== 'POSIX' || file === undefined) return [];
    return [{ pid: Number(pid), write: mode === 'WRITE', inode: file.split(':')[2] ?? '' }];
  });
}

async function inodeOf(file: string): Promise<string | null> {
  const stats = await fs.stat(file, { bigint: true }).catch(() => null);
  return stats && String(stats.ino);
}
