/**
 * Damage in a WAL that SQLite passes over in silence: it reads frames up to the first whose checksum is wrong, and takes
 * what follows for the rest of a write that was never finished. When transactions that were committed follow, they are
 * lost, and no other check says so. See https://www.sqlite.org/walformat.html.
 */
import fs from 'node:fs/promises';
import { openSync, closeSync } from 'node:fs';
import { readWalIndexHeader, walChecksum } from '../backup/live-image-wal';

const WAL_MAGIC = 0x377f0682;
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const BLOCK_BYTES = 1 << 20;

type Sums = [number, number];

/** What is known of the WAL before its frames are read. */
interface Beginning {
  salts: Buffer;
  bigEndian: boolean;
  /** Checksum of the header; null when the header is damaged: then no frame is valid. */
  sums: Sums | null;
}

/**
 * Reads the WAL beside a database whole. Opens and closes it, and the wal-index, with `fs`: only for a process that has
 * no SQLite connection to the database.
 * @returns nothing, or in one sentence what cannot be read any more
 */
export async function walFaults(databaseFile: string, pageSizeBytes: number, signal: AbortSignal): Promise<string[]> {
  const first = await scan(databaseFile, pageSizeBytes, signal);
  if (first.length === 0) return first;
  // The WAL may have begun anew under the eyes of the scan: damage is there the second time too.
  const second = await scan(databaseFile, pageSizeBytes, signal);
  return first[0] === second[0] ? first : [];
}

async function scan(databaseFile: string, pageSizeBytes: number, signal: AbortSignal): Promise<string[]> {
  const known = committedFrames(`${databaseFile}-shm`);
  const handle = await fs.open(`${databaseFile}-wal`, 'r').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (!handle) return [];
  try {
    const start = Buffer.alloc(HEADER_BYTES + FRAME_HEADER_BYTES);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    if (bytesRead < start.length) return [];
    for (const beginning of beginnings(start, pageSizeBytes)) {
      const chain = new Chain(beginning, pageSizeBytes);
      await readFrames(handle, pageSizeBytes, signal, (frame) => chain.add(frame));
      if (chain.lostCommit) return [lost(chain.valid)];
      const isSame = known !== null && known.salts.equals(beginning.salts);
      if (isSame && known.maxFrame > chain.valid) return [lost(chain.valid)];
    }
    return [];
  } finally {
    await handle.close();
  }
}

const lost = (valid: number): string =>
  `WAL: frame ${valid + 1} is damaged, and transactions that were committed after it cannot be read`;

/** How many frames applications know to be committed; null when no application has the database open. */
function committedFrames(shmFile: string): { maxFrame: number; salts: Buffer } | null {
  let fd: number;
  try {
    fd = openSync(shmFile, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  try {
    return readWalIndexHeader(fd);
  } finally {
    closeSync(fd);
  }
}

/** How the frames may be chained: one way by a header that is whole; by the first frame where it is not. */
function beginnings(start: Buffer, pageSizeBytes: number): Beginning[] {
  const magic = start.readUInt32BE(0);
  const bigEndian = magic === WAL_MAGIC + 1;
  const sums = walChecksum(start.subarray(0, 24), bigEndian, 0, 0);
  const isWhole =
    (bigEndian || magic === WAL_MAGIC) &&
    start.readUInt32BE(8) === pageSizeBytes &&
    start.readInt32BE(24) === sums[0] &&
    start.readInt32BE(28) === sums[1];
  if (isWhole) return [{ salts: start.subarray(16, 24), bigEndian, sums }];
  const salts = start.subarray(HEADER_BYTES + 8, HEADER_BYTES + 16);
  return [false, true].map((order) => ({ salts, bigEndian: order, sums: null }));
}

/** Follows the running checksum: first as SQLite does, then behind the first frame that is damaged. */
class Chain {
  /** Frames that SQLite reads. */
  valid = 0;
  /** A commit lies behind the damage, in a frame that follows the one before it without a break. */
  lostCommit = false;
  private sums: Sums | null;
  private stored: Sums | null = null;

  constructor(
    private readonly beginning: Beginning,
    private readonly pageSizeBytes: number,
  ) {
    this.sums = beginning.sums;
  }

  add(frame: Buffer): void {
    const isOurs = frame.subarray(8, 16).equals(this.beginning.salts);
    const told: Sums = [frame.readInt32BE(16), frame.readInt32BE(20)];
    const follows = (before: Sums | null): boolean => {
      if (!isOurs || !before) return false;
      const { bigEndian } = this.beginning;
      const afterHeader = walChecksum(frame.subarray(0, 8), bigEndian, ...before);
      const page = frame.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + this.pageSizeBytes);
      const [first, second] = walChecksum(page, bigEndian, ...afterHeader);
      return first === told[0] && second === told[1];
    };
    if (this.sums && follows(this.sums)) {
      this.sums = told;
      this.valid++;
      return;
    }
    this.sums = null;
    if (frame.readUInt32BE(4) > 0 && follows(this.stored)) this.lostCommit = true;
    this.stored = told;
  }
}

async function readFrames(
  handle: fs.FileHandle,
  pageSizeBytes: number,
  signal: AbortSignal,
  add: (frame: Buffer) => void,
): Promise<void> {
  const frameBytes = FRAME_HEADER_BYTES + pageSizeBytes;
  const block = Buffer.alloc(Math.max(1, Math.floor(BLOCK_BYTES / frameBytes)) * frameBytes);
  for (let position = HEADER_BYTES; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(block, 0, block.length, position);
    const whole = Math.floor(bytesRead / frameBytes) * frameBytes;
    for (let at = 0; at < whole; at += frameBytes) add(block.subarray(at, at + frameBytes));
    if (whole < block.length) return;
    position += whole;
  }
}
