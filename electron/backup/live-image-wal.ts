/**
 * Reads the two files beside a database in WAL mode: the wal-index (`-shm`), which says how far the WAL is valid, and the
 * WAL itself. See https://www.sqlite.org/walformat.html. Nothing here writes, opens or closes one.
 */
import fs from 'node:fs';
import { endianness } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';

const INDEX_HEADER_BYTES = 48;
const INDEX_VERSION = 3_007_000;
const WAL_MAGIC = 0x377f0682;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const BLOCK_BYTES = 1 << 20;

/** A page number (32 bits) and a frame number (this many) share one exact float; a WAL of 8 GiB has fewer frames. */
const FRAME_LIMIT = 2 ** 21;

/** The wal-index header: which state of the database a transaction that begins now will see. */
export interface WalIndexHeader {
  /** The 48 bytes, to be compared. */
  bytes: Buffer;
  bigEndianChecksum: boolean;
  pageSizeBytes: number;
  /** Last frame that is committed; 0 for an empty WAL. */
  maxFrame: number;
  pageCount: number;
  /** Running checksum of the WAL after `maxFrame`. */
  frameChecksum: [number, number];
  salts: Buffer;
}

/** Null while a writer is in the midst of changing it, or when it is none that is known. */
export function readWalIndexHeader(shmFd: number): WalIndexHeader | null {
  // The wal-index has the byte order of the machine.
  if (endianness() !== 'LE') return null;
  const both = Buffer.alloc(2 * INDEX_HEADER_BYTES);
  if (fs.readSync(shmFd, both, 0, both.length, 0) !== both.length) return null;
  const bytes = both.subarray(0, INDEX_HEADER_BYTES);
  if (!bytes.equals(both.subarray(INDEX_HEADER_BYTES))) return null;
  if (bytes.readUInt32LE(0) !== INDEX_VERSION || bytes[12] !== 1) return null;
  const [first, second] = walChecksum(bytes.subarray(0, 40), false, 0, 0);
  if (bytes.readInt32LE(40) !== first || bytes.readInt32LE(44) !== second) return null;
  const rawPageSize = bytes.readUInt16LE(14);
  return {
    bytes,
    bigEndianChecksum: bytes[13] === 1,
    pageSizeBytes: (rawPageSize & 0xfe00) + ((rawPageSize & 1) << 16),
    maxFrame: bytes.readUInt32LE(16),
    pageCount: bytes.readUInt32LE(20),
    frameChecksum: [bytes.readInt32LE(24), bytes.readInt32LE(28)],
    salts: bytes.subarray(32, 40),
  };
}

/** How many frames of the WAL are in the main file already. */
export function readBackfilled(shmFd: number): number | null {
  const bytes = Buffer.alloc(4);
  return fs.readSync(shmFd, bytes, 0, 4, 2 * INDEX_HEADER_BYTES) === 4 ? bytes.readUInt32LE(0) : null;
}

/** The first bytes of the WAL: they change before anything else in it is written over. */
export function readWalHeader(walFd: number): Buffer | null {
  const header = Buffer.alloc(WAL_HEADER_BYTES);
  return fs.readSync(walFd, header, 0, header.length, 0) === header.length ? header : null;
}

/** Where the pages of a snapshot are in the WAL. */
export class WalPages {
  private constructor(
    private readonly pages: Uint32Array,
    private readonly frames: Uint32Array,
    private readonly pageSizeBytes: number,
  ) {}

  /**
   * Reads the WAL up to the frame that the header names and checks every byte of it by the running checksum.
   * @returns null when the WAL is not exactly what the header says
   * @throws what `fs` throws; the signal's reason
   */
  static async read(walFd: number, header: WalIndexHeader, signal: AbortSignal): Promise<WalPages | null> {
    const { maxFrame, pageSizeBytes } = header;
    if (maxFrame >= FRAME_LIMIT) return null;
    let sums = startOfWal(walFd, header);
    if (!sums) return null;
    const frameBytes = FRAME_HEADER_BYTES + pageSizeBytes;
    const framesInBlock = Math.max(1, Math.floor(BLOCK_BYTES / frameBytes));
    const block = Buffer.allocUnsafeSlow(framesInBlock * frameBytes);
    const keys = new Float64Array(maxFrame);
    let lastCommit = 0;
    for (let frame = 1; frame <= maxFrame; ) {
      await turn();
      signal.throwIfAborted();
      const count = Math.min(framesInBlock, maxFrame - frame + 1);
      const length = count * frameBytes;
      if (fs.readSync(walFd, block, 0, length, WAL_HEADER_BYTES + (frame - 1) * frameBytes) !== length) return null;
      for (let at = 0; at < length; at += frameBytes, frame++) {
        if (!block.subarray(at + 8, at + 16).equals(header.salts)) return null;
        sums = walChecksum(block.subarray(at, at + 8), header.bigEndianChecksum, ...sums);
        const page = block.subarray(at + FRAME_HEADER_BYTES, at + frameBytes);
        sums = walChecksum(page, header.bigEndianChecksum, ...sums);
        keys[frame - 1] = block.readUInt32BE(at) * FRAME_LIMIT + frame;
        lastCommit = block.readUInt32BE(at + 4);
      }
    }
    // It runs over all frames: this one comparison is about every byte before.
    const [first, second] = header.frameChecksum;
    if (sums[0] !== first || sums[1] !== second || lastCommit !== header.pageCount) return null;
    return WalPages.of(keys, pageSizeBytes);
  }

  /** The last frame of each page counts. */
  private static of(keys: Float64Array, pageSizeBytes: number): WalPages {
    keys.sort();
    const pages = new Uint32Array(keys.length);
    const frames = new Uint32Array(keys.length);
    let count = 0;
    for (const key of keys) {
      const page = Math.floor(key / FRAME_LIMIT);
      if (count === 0 || pages[count - 1] !== page) count++;
      pages[count - 1] = page;
      frames[count - 1] = key % FRAME_LIMIT;
    }
    return new WalPages(pages.subarray(0, count), frames.subarray(0, count), pageSizeBytes);
  }

  /**
   * For each page from `firstPage` to `lastPage` that is in the WAL: where it begins, counted from the first of them, and
   * where in the WAL. Null when none is.
   */
  overlay(firstPage: number, lastPage: number): Float64Array | null {
    const from = this.indexOf(firstPage);
    const to = this.indexOf(lastPage + 1);
    if (from === to) return null;
    const overlay = new Float64Array(2 * (to - from));
    for (let index = from; index < to; index++) {
      const [page = 0, frame = 0] = [this.pages[index], this.frames[index]];
      overlay[2 * (index - from)] = (page - firstPage) * this.pageSizeBytes;
      overlay[2 * (index - from) + 1] =
        WAL_HEADER_BYTES + (frame - 1) * (FRAME_HEADER_BYTES + this.pageSizeBytes) + FRAME_HEADER_BYTES;
    }
    return overlay;
  }

  /** Index of the first page that is not before `page`. */
  private indexOf(page: number): number {
    let [low, high] = [0, this.pages.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.pages[middle] ?? 0) < page) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The checksum after the WAL's own header; null when that is not the one that the wal-index is about. */
function startOfWal(walFd: number, index: WalIndexHeader): [number, number] | null {
  const header = readWalHeader(walFd);
  if (!header) return null;
  const magic = header.readUInt32BE(0);
  const bigEndian = magic === WAL_MAGIC + 1;
  if (!bigEndian && magic !== WAL_MAGIC) return null;
  const sums = walChecksum(header.subarray(0, 24), bigEndian, 0, 0);
  const known =
    bigEndian === index.bigEndianChecksum &&
    header.readUInt32BE(4) === INDEX_VERSION &&
    header.readUInt32BE(8) === index.pageSizeBytes &&
    header.subarray(16, 24).equals(index.salts) &&
    header.readInt32BE(24) === sums[0] &&
    header.readInt32BE(28) === sums[1];
  return known ? sums : null;
}

/** SQLite's running checksum over a multiple of eight bytes, as signed 32-bit numbers. */
export function walChecksum(bytes: Buffer, bigEndian: boolean, first: number, second: number): [number, number] {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [s1, s2] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    s1 = (s1 + words.getInt32(at, !bigEndian) + s2) | 0;
    s2 = (s2 + words.getInt32(at + 4, !bigEndian) + s1) | 0;
  }
  return [s1, s2];
}
