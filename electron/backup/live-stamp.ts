/**
 * Whether a database was written to since an earlier look, told from outside by `stat` alone.
 *
 * Every commit changes the database file or its -wal, and with it the time that the file system keeps of the last change.
 * Equal stamps therefore mean that nothing was written between the two looks, under two conditions. Times have a
 * grain, of a few milliseconds to two seconds: a write in the same grain as the one before leaves the same time, so a
 * stamp counts only when the last change lay well before it was taken. And of the database the time of the last change of
 * the inode is compared as well, because a program can set the time of the last write back. Not so of the -wal: each
 * connection of the administrator gives it its owner anew.
 *
 * `PRAGMA data_version` would tell the same only on a connection that stays open: a lock and shared memory in the
 * application's database all the time, a -wal that the application's last close does not remove, and a file that cannot
 * be unmounted. Nothing is opened here, so there is also no descriptor whose closing would drop a lock.
 */
import fs from 'node:fs/promises';
import { knownCode } from '../errors/wrap';

/** More than the coarsest grain of a file system's times, two seconds on FAT. */
const SETTLED_AFTER_MS = 5_000;
/** A path on a dead network mount hangs for ever; whoever waits goes on without an answer. */
const TIMEOUT_MS = 2_000;
const NS_PER_MS = 1_000_000n;

/**
 * Looks at files without opening them, one after the other. One that hangs holds a thread that all file work shares: only
 * one ever may.
 */
export class Looks {
  private hanging = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly timeoutMs = TIMEOUT_MS) {}

  /** What `look` gives; null when it takes too long, or an earlier one still does. */
  within<T>(look: () => Promise<T>): Promise<T | null> {
    const mine = this.turn.then(() => this.inTime(look));
    // A failure is the caller's; who comes after it is served all the same.
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async inTime<T>(look: () => Promise<T>): Promise<T | null> {
    if (this.hanging) return null;
    this.hanging = true;
    const looking = look().finally(() => {
      this.hanging = false;
    });
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), this.timeoutMs);
    });
    try {
      return await Promise.race([looking, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * The stamp of a database and its -wal; null when it would prove nothing: the last change is too near, or the files
 * cannot be seen.
 * @param nowMs the time of the look, milliseconds since 1970
 */
export async function liveStamp(database: string, nowMs: number): Promise<string | null> {
  // There the time of the last write may be brought up to date only when the writer closes the file.
  if (process.platform === 'win32') return null;
  try {
    const main = await stampOf(database, nowMs, true);
    const wal = await stampOf(`${database}-wal`, nowMs, false).catch((thrown: unknown) => {
      if (knownCode(thrown) === 'FILE_NOT_FOUND') return NO_WAL;
      throw thrown;
    });
    return main !== null && wal !== null ? `${main} ${wal}` : null;
  } catch {
    // Not seen is not known; the backup itself says what is wrong.
    return null;
  }
}

const NO_WAL = 'no wal';

async function stampOf(file: string, nowMs: number, ofInode: boolean): Promise<string | null> {
  const stat = await fs.stat(file, { bigint: true });
  const { dev, ino, size, mtimeNs } = stat;
  const ctimeNs = ofInode ? stat.ctimeNs : 0n;
  // A -wal without content comes and goes as connections do.
  if (size === 0n) return NO_WAL;
  const changedNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const settled = changedNs / NS_PER_MS + BigInt(SETTLED_AFTER_MS) < BigInt(Math.floor(nowMs));
  return settled ? `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}` : null;
}
