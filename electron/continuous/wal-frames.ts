/**
 * Reads committed transactions from a WAL file, one after the other, in blocks. Every byte is checked by the salts and by
 * the running checksum before anything is made of it. Memory is bounded: of a transaction that is larger than a block, only
 * the numbers of its pages are kept, and the pages are read a second time, in their order.
 *
 * Reads no further than the wal-index says is committed. What stands behind that may be a transaction that was rolled
 * back, or one whose frames are still being written over.
 */
import fs from 'node:fs';
import { FrameList } from './wal-frame-list';
import { WalSums } from './wal-checksum';

const WAL_MAGIC = 0x377f0682;
const WAL_VERSION = 3_007_000;
export const WAL_HEADER_BYTES = 32;
export const FRAME_HEADER_BYTES = 24;
const BLOCK_BYTES = 1 << 20;

export type Salts = [number, number];

/** A place in a WAL: after so many of its frames. */
export interface WalPlace {
  salts: Salts;
  /** Number of the last frame before it; 0 at the beginning. */
  frame: number;
  /** Running checksum there. */
  sums: [number, number];
}

/** How far a WAL is committed, as the wal-index says. */
export interface WalEnd {
  salts: Salts;
  frame: number;
  sums: [number, number];
  pageSizeBytes: number;
}

/** A committed transaction. Valid until the next one is read. */
export interface WalTransaction {
  /** Size of the database after it. */
  pageCountAfter: number;
  /** The pages that it left, ascending, each once. */
  pageNumbers: Uint32Array;
  /** Content of the page at an index of `pageNumbers`; valid until the next call. @throws WalMismatch */
  page(index: number): Buffer;
  /** The place after it. */
  after(): WalPlace;
}

/** How many commits were read. */
export interface WalCommits {
  commits: number;
  /**
   * Commits that only repeat the frame before: on devices whose writes may damage their neighbours, SQLite fills a sector
   * with copies of the last frame, which are no commits of their own.
   */
  repeats: number;
}

/** The WAL is not what its index says. */
export class WalMismatch extends Error {}

export const frameOffset = (frame: number, pageSizeBytes: number): number =>
  WAL_HEADER_BYTES + (frame - 1) * (FRAME_HEADER_BYTES + pageSizeBytes);

/**
 * Reads all transactions after `from` up to `end`, which is a commit.
 * @returns how many there were
 * @throws WalMismatch; what `fs` and `take` throw
 */
export function readTransactions(
  fd: number,
  from: WalPlace,
  end: WalEnd,
  take: (transaction: WalTransaction) => void,
): WalCommits {
  return new WalScan(fd, from, end).run(take);
}

class WalScan {
  private readonly frameBytes: number;
  private readonly framesInBlock: number;
  private readonly block: Block;
  /** For pages of a transaction that is larger than a block. */
  private again: Block | null = null;
  private readonly frames = new FrameList();
  private readonly bigEndian: boolean;
  private readonly sums: WalSums;

  constructor(
    private readonly fd: number,
    private readonly from: WalPlace,
    private readonly end: WalEnd,
  ) {
    this.frameBytes = FRAME_HEADER_BYTES + end.pageSizeBytes;
    this.framesInBlock = Math.max(1, Math.floor(BLOCK_BYTES / this.frameBytes));
    const wanted = Math.min(this.framesInBlock, Math.max(1, end.frame - from.frame));
    this.block = new Block(wanted * this.frameBytes);
    const { bigEndian, sums } = readHeader(fd, end);
    this.bigEndian = bigEndian;
    this.sums = from.frame === 0 ? sums : new WalSums(...from.sums);
  }

  run(take: (transaction: WalTransaction) => void): WalCommits {
    const { block, frameBytes, end } = this;
    let [commits, repeats] = [0, 0];
    let last = { page: 0, isCommit: false, at: -1 };
    this.frames.begin(this.from.frame + 1, this.sums);
    for (let frame = this.from.frame + 1; frame <= end.frame; ) {
      const count = Math.min(Math.floor(block.bytes.length / frameBytes), end.frame - frame + 1);
      block.read(this.fd, frame, count, frameBytes, end.pageSizeBytes);
      last.at = -1;
      for (let at = 0; at < count * frameBytes; at += frameBytes, frame++) {
        this.check(block, at);
        const page = block.bytes.readUInt32BE(at);
        const pageCountAfter = block.bytes.readUInt32BE(at + 4);
        if (page === 0) throw new WalMismatch(`frame ${frame} is of page 0`);
        this.frames.add(page, this.sums);
        if (pageCountAfter > 0) {
          commits++;
          if (last.isCommit && last.page === page && this.isRepeat(last.at, at)) repeats++;
          take(this.transaction(pageCountAfter, frame));
          this.frames.begin(frame + 1, this.sums);
        }
        last = { page, isCommit: pageCountAfter > 0, at };
      }
    }
    const [first, second] = end.sums;
    if (end.frame > this.from.frame && !(last.isCommit && this.sums.equals(first, second))) {
      throw new WalMismatch('the last frame is not the commit that the wal-index names');
    }
    return { commits, repeats };
  }

  /** Checks salts and checksum of the frame at a byte of the block, and goes on with the sums. */
  private check(block: Block, at: number): void {
    const { bytes, words } = block;
    const [salt1, salt2] = this.end.salts;
    const fits = bytes.readUInt32BE(at + 8) === salt1 && bytes.readUInt32BE(at + 12) === salt2;
    if (!fits) throw new WalMismatch('a frame has other salts than the wal-index');
    this.sums.add(words, at / 4, at / 4 + 2, this.bigEndian);
    this.sums.add(words, (at + FRAME_HEADER_BYTES) / 4, (at + this.frameBytes) / 4, this.bigEndian);
    if (!this.sums.equals(bytes.readInt32BE(at + 16), bytes.readInt32BE(at + 20))) {
      throw new WalMismatch('a frame has another checksum than its content');
    }
  }

  /** A frame before, which may be of the block before: then it is not known, and taken to be one. */
  private isRepeat(before: number, at: number): boolean {
    if (before < 0) return true;
    const { bytes } = this.block;
    const content = (start: number) => bytes.subarray(start + FRAME_HEADER_BYTES, start + this.frameBytes);
    return content(before).equals(content(at));
  }

  private transaction(pageCountAfter: number, frame: number): WalTransaction {
    const { pages, frames } = this.frames.lastOfEach(pageCountAfter);
    if (pages.length === 0) throw new WalMismatch('a commit leaves no page');
    return {
      pageCountAfter,
      pageNumbers: pages,
      page: (index) => this.contentOf(frames, index),
      after: () => ({ salts: this.end.salts, frame, sums: [this.sums.first, this.sums.second] }),
    };
  }

  private contentOf(frames: Uint32Array, index: number): Buffer {
    const frame = frames[index] ?? 0;
    if (this.block.holds(frame)) return this.block.page(frame, this.frameBytes);
    this.again ??= new Block(this.framesInBlock * this.frameBytes);
    if (!this.again.holds(frame)) {
      let count = 1;
      while (count < this.framesInBlock && frames[index + count] === frame + count) count++;
      this.again.read(this.fd, frame, count, this.frameBytes, this.end.pageSizeBytes);
      this.checkAgain(this.again, frame, count);
    }
    return this.again.page(frame, this.frameBytes);
  }

  /** What is read a second time must be what was checked the first time. */
  private checkAgain({ words }: Block, first: number, count: number): void {
    for (let index = 0; index < count; index++) {
      const at = index * this.frameBytes;
      const sums = this.frames.sumsBefore(first + index);
      sums.add(words, at / 4, at / 4 + 2, this.bigEndian);
      sums.add(words, (at + FRAME_HEADER_BYTES) / 4, (at + this.frameBytes) / 4, this.bigEndian);
      const after = this.frames.sumsBefore(first + index + 1);
      if (!sums.equals(after.first, after.second)) throw new WalMismatch('a frame changed while it was read');
    }
  }
}

/** Some frames of a WAL in memory. */
class Block {
  readonly bytes: Buffer;
  readonly words: Int32Array;
  private first = 0;
  private count = 0;

  constructor(sizeBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, sizeBytes / 4);
  }

  read(fd: number, frame: number, count: number, frameBytes: number, pageSizeBytes: number): void {
    const [length, position] = [count * frameBytes, frameOffset(frame, pageSizeBytes)];
    for (let filled = 0; filled < length; ) {
      const bytesRead = fs.readSync(fd, this.bytes, filled, length - filled, position + filled);
      if (bytesRead === 0) throw new WalMismatch('the WAL is shorter than the wal-index says');
      filled += bytesRead;
    }
    [this.first, this.count] = [frame, count];
  }

  holds(frame: number): boolean {
    return frame >= this.first && frame < this.first + this.count;
  }

  page(frame: number, frameBytes: number): Buffer {
    const at = (frame - this.first) * frameBytes;
    return this.bytes.subarray(at + FRAME_HEADER_BYTES, at + frameBytes);
  }
}

/** Byte order of the checksums, and the checksum after the WAL's own header. */
function readHeader(fd: number, { salts, pageSizeBytes }: WalEnd): { bigEndian: boolean; sums: WalSums } {
  const bytes = Buffer.allocUnsafeSlow(WAL_HEADER_BYTES);
  if (fs.readSync(fd, bytes, 0, WAL_HEADER_BYTES, 0) !== WAL_HEADER_BYTES) throw new WalMismatch('the WAL is empty');
  const magic = bytes.readUInt32BE(0);
  const bigEndian = magic === WAL_MAGIC + 1;
  const sums = new WalSums();
  sums.add(new Int32Array(bytes.buffer, bytes.byteOffset, 6), 0, 6, bigEndian);
  const fits =
    (bigEndian || magic === WAL_MAGIC) &&
    bytes.readUInt32BE(4) === WAL_VERSION &&
    bytes.readUInt32BE(8) === pageSizeBytes &&
    bytes.readUInt32BE(16) === salts[0] &&
    bytes.readUInt32BE(20) === salts[1] &&
    sums.equals(bytes.readInt32BE(24), bytes.readInt32BE(28));
  if (!fits) throw new WalMismatch('the header of the WAL is not that of the wal-index');
  return { bigEndian, sums };
}

/** Salts of a WAL that nobody in this process has open; null when there is none. @throws what `fs` throws */
export function saltsOf(file: string): Salts | null {
  if (!fs.existsSync(file)) return null;
  const fd = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(WAL_HEADER_BYTES);
    const read = fs.readSync(fd, bytes, 0, WAL_HEADER_BYTES, 0);
    return read === WAL_HEADER_BYTES ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : null;
  } finally {
    fs.closeSync(fd);
  }
}

/** True when the frame before a place is there, with its salts and checksum. */
export function isAt(fd: number, place: WalPlace, pageSizeBytes: number): boolean {
  if (place.frame === 0) return false;
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  const read = fs.readSync(fd, header, 0, FRAME_HEADER_BYTES, frameOffset(place.frame, pageSizeBytes));
  return (
    read === FRAME_HEADER_BYTES &&
    header.readUInt32BE(8) === place.salts[0] &&
    header.readUInt32BE(12) === place.salts[1] &&
    header.readInt32BE(16) === place.sums[0] &&
    header.readInt32BE(20) === place.sums[1]
  );
}
