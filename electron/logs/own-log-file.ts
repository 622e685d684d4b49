/** The files of Holdfast's own log: one that grows, and older ones beside it. */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolders } from '../core/folders';

/** The file that grows; the older ones are `holdfast.log.1` (the newest of them) and so on. */
export const OWN_LOG_NAME = 'holdfast.log';

export interface FileLimits {
  /** Of one file; a line that is longer has a file of its own. */
  maxBytes: number;
  /** How many there are at most, the one that grows included. */
  maxFiles: number;
}
export const OWN_LOG_LIMITS: FileLimits = { maxBytes: 10 * 1024 * 1024, maxFiles: 10 };

/**
 * Appends and rotates. Nothing is kept open between two calls: a folder that was moved away or made anew is used as it
 * is. Two of them for one folder must not append at the same time.
 */
export class OwnLogFile {
  readonly path: string;

  constructor(
    private readonly folder: string,
    private readonly limits: FileLimits = OWN_LOG_LIMITS,
  ) {
    this.path = join(folder, OWN_LOG_NAME);
  }

  /**
   * Writes lines, with `sync` so that they outlive a loss of power. Never throws: gives how many lines are in the files,
   * and why the others are not. A line is there as a whole or not at all.
   */
  append(lines: readonly string[], sync: boolean): { written: number; error: unknown } {
    let written = 0;
    try {
      makePrivateFolders(this.folder);
      while (written < lines.length) written += this.appendSome(lines, written, sync);
      return { written, error: null };
    } catch (error) {
      return { written, error };
    }
  }

  /** As many as fit into the file, at least one; gives how many. */
  private appendSome(lines: readonly string[], from: number, sync: boolean): number {
    const fd = this.open();
    let full = false;
    try {
      const size = this.endLine(fd, fstatSync(fd).size);
      const { bytes, count } = fitting(lines, from, this.limits.maxBytes - size);
      if (count > 0) {
        writeAll(fd, bytes, size, sync);
        return count;
      }
      if (size === 0) {
        writeAll(fd, Buffer.from(`${lines[from] ?? ''}\n`), 0, sync);
        return 1;
      }
      full = true;
    } finally {
      closeSync(fd);
    }
    if (full) this.rotate();
    return 0;
  }

  private open(): number {
    // For reading, too: to see how the file ends. A pipe in its place does not hold anybody up.
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);
    const fd = openSync(this.path, flags, 0o600);
    if (process.platform !== 'win32' && (fstatSync(fd).mode & 0o077) !== 0) fchmodSync(fd, 0o600);
    return fd;
  }

  /** A process that was killed while it wrote leaves half a line: the next one begins on a line of its own. */
  private endLine(fd: number, size: number): number {
    const last = Buffer.alloc(1);
    if (size === 0 || readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === 10) return size;
    writeAll(fd, Buffer.from('\n'), size, false);
    return size + 1;
  }

  private rotate(): void {
    const at = (number: number): string => (number === 0 ? this.path : `${this.path}.${number}`);
    const last = this.limits.maxFiles - 1;
    // Up to the first number that is free: a rotation that was broken off leaves one.
    let free = 1;
    while (free < last && existsSync(at(free))) free++;
    if (free >= last) rmSync(at(last), { force: true });
    for (let number = Math.min(free, last); number > 0; number--) renameSync(at(number - 1), at(number));
  }
}

/** The lines from `from` on that fit into so many bytes. */
function fitting(lines: readonly string[], from: number, room: number): { bytes: Buffer; count: number } {
  const all = Buffer.from(`${lines.slice(from).join('\n')}\n`);
  if (all.length <= room) return { bytes: all, count: lines.length - from };
  let end = 0;
  let count = 0;
  for (;;) {
    const next = all.indexOf(10, end) + 1;
    if (next > room) return { bytes: all.subarray(0, end), count };
    end = next;
    count++;
  }
}

/** All of it, or nothing: a disk that becomes full in the midst of it leaves no part of a line. */
function writeAll(fd: number, bytes: Buffer, size: number, sync: boolean): void {
  let done = 0;
  try {
    while (done < bytes.length) done += writeSync(fd, bytes, done);
    if (sync) fdatasyncSync(fd);
  } catch (error) {
    if (done > 0) ftruncateSync(fd, size);
    throw error;
  }
}
