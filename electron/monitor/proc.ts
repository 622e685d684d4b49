/** Reads files of the kernel's, which cost no disk: the answer is made while it is read. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import os from 'node:os';

/** Where the kernel's files are; tests lay them elsewhere. */
export interface KernelRoots {
  proc: string;
  sys: string;
}
export const KERNEL: KernelRoots = { proc: '/proc', sys: '/sys' };

const FIRST_BUFFER_BYTES = 4_096;

/**
 * One file that is read again and again. It stays open and is read in place, without the thread pool: 5 µs, against
 * 220 µs for opening, reading and closing it in promises. Only for files that answer from memory.
 */
export class KernelFile {
  private descriptor: number | null = null;
  private buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);

  constructor(
    private readonly path: string,
    /** The beginning, of at most so many bytes, is enough; all of it when left out. */
    private readonly startBytes?: number,
  ) {}

  /** @throws what Node says when it cannot be opened or read */
  read(): string {
    this.descriptor ??= openSync(this.path, 'r');
    if (this.startBytes !== undefined) {
      const got = readSync(this.descriptor, this.buffer, 0, Math.min(this.startBytes, this.buffer.length), 0);
      return this.buffer.toString('utf8', 0, got);
    }
    let length = 0;
    for (;;) {
      if (length === this.buffer.length) this.buffer = Buffer.concat([this.buffer], length * 2);
      // A list comes in pieces; only an empty one is its end.
      const got = readSync(this.descriptor, this.buffer, length, this.buffer.length - length, length);
      if (got === 0) break;
      length += got;
    }
    return this.buffer.toString('utf8', 0, length);
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/** What the kernel does not have (an old one, a machine without the device) or does not show (a sandbox). */
const ABSENT: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EOPNOTSUPP',
  'ENODEV',
  'EINVAL',
]);
/** A process that has ended. */
const ENDED: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH']);

const codeOf = (thrown: unknown): unknown => (thrown as { code?: unknown } | null)?.code;
export const isAbsent = (thrown: unknown): boolean => ABSENT.has(codeOf(thrown));
export const isEnded = (thrown: unknown): boolean => ENDED.has(codeOf(thrown));

/** A kernel file that may not be there: null then, and it is not tried again. */
export class OptionalKernelFile {
  private file: KernelFile | null;

  constructor(path: string) {
    this.file = new KernelFile(path);
  }

  read(): string | null {
    try {
      return this.file?.read() ?? null;
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
      this.close();
      this.file = null;
      return null;
    }
  }

  close(): void {
    this.file?.close();
  }
}

/** Constants of this kernel that are not the same everywhere. */
export interface KernelUnits {
  pageBytes: number;
  /** Length of the ticks in which /proc counts processor time. */
  tickMs: number;
}

// Keys of the auxiliary vector (getauxval(3)).
const AT_PAGESZ = 6n;
const AT_CLKTCK = 17n;
const USUAL: KernelUnits = { pageBytes: 4_096, tickMs: 10 };

/** From what the kernel told this process at its start; the usual values where it does not say. */
export function kernelUnits(): KernelUnits {
  let vector: Buffer;
  try {
    vector = readFileSync('/proc/self/auxv');
  } catch (thrown) {
    if (isAbsent(thrown)) return USUAL;
    throw thrown;
  }
  return parseAuxiliaryVector(vector);
}

/** Pairs of 64-bit numbers, key and value. */
export function parseAuxiliaryVector(vector: Buffer): KernelUnits {
  const units = { ...USUAL };
  const read = (at: number): bigint =>
    os.endianness() === 'LE' ? vector.readBigUInt64LE(at) : vector.readBigUInt64BE(at);
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    const value = Number(read(at + 8));
    if (read(at) === AT_PAGESZ && value > 0) units.pageBytes = value;
    if (read(at) === AT_CLKTCK && value > 0) units.tickMs = 1_000 / value;
  }
  return units;
}
