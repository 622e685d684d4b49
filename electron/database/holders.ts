/** Which processes have a file open. Needed only where a file has to be replaced: SQLite's locks do not tell. */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import { promisify } from 'node:util';
import { holdfastError } from '../errors/holdfast-error';

export interface Holder {
  pid: number;
  name: string;
}

/**
 * Processes that have `file` (a real path) open, this one left out. Null where the system cannot say: a caller that
 * needs the file closed has to refuse then. Processes of other users are seen only with the rights to see them.
 */
export async function holdersOf(file: string): Promise<Holder[] | null> {
  if (process.platform === 'linux') return linuxHolders(file);
  // Windows refuses to rename a file that is open, so asking is not needed.
  if (process.platform === 'win32') return [];
  return lsofHolders(file);
}

/**
 * For replacing a database file, its journals included.
 * @throws RESTORE_HELD_OPEN when a process has any of them open, or when the system cannot say
 */
export async function refuseHeldOpen(database: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    const file = await fs.realpath(database + suffix).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return null;
      throw thrown;
    });
    if (file === null) continue;
    const holders = await holdersOf(file);
    if (holders?.length === 0) continue;
    const names = holders?.map((holder) => `${holder.name} (${holder.pid})`).join(', ') ?? 'unknown';
    throw holdfastError('RESTORE_HELD_OPEN', { params: { path: database, holders: names } });
  }
}

async function linuxHolders(file: string): Promise<Holder[]> {
  const holders: Holder[] = [];
  for (const entry of await fs.readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // Processes end and belong to others while we look: what cannot be read is left out.
    const descriptors = await fs.readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await fs.readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (target !== file) continue;
      const name = await fs.readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      holders.push({ pid, name: name.trim() || `process ${pid}` });
      break;
    }
  }
  return holders;
}

async function lsofHolders(file: string): Promise<Holder[] | null> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-Fpc', '--', file], { timeout: 5000 });
    return parseLsof(stdout);
  } catch (thrown) {
    // lsof ends with 1 and says nothing when nobody has the file open.
    const { code, stdout } = thrown as { code?: unknown; stdout?: unknown };
    return code === 1 && stdout === '' ? [] : null;
  }
}

function parseLsof(output: string): Holder[] {
  const holders: Holder[] = [];
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) holders.push({ pid: Number(line.slice(1)), name: `process ${line.slice(1)}` });
    const last = holders.at(-1);
    if (line.startsWith('c') && last) last.name = line.slice(1);
  }
  return holders.filter((holder) => holder.pid !== process.pid);
}
