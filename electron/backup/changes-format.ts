/**
 * What a backup of changed pages holds, uncompressed. All numbers are uint32, little endian.
 *
 *   `HOLDFAST CHANGE\n`, page size, pages of the image after the change, number of changed pages, 0
 *   the numbers of the changed pages, ascending, counted from 1
 *   the pages themselves, in that order
 *
 * To restore: take the image of the parent, write each page at (number - 1) * page size, and make the file as long as
 * the pages of the image after the change.
 */
import { hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { holdfastError } from '../errors/holdfast-error';
import { readFull } from './compress';
import { PAGE_HASH_BYTES, type PageChanges, readPageHashes } from './page-map';

const MAGIC = Buffer.from('HOLDFAST CHANGE\n', 'latin1');
const HEADER_BYTES = MAGIC.length + 16;
const NUMBER_BYTES = 4;
/** Read at once. */
const BLOCK_BYTES = 1 << 20;

export interface ChangesHeader {
  pageSizeBytes: number;
  /** Pages of the image after the change. */
  pageCount: number;
  changedPages: number;
}

/** Uncompressed bytes of a file of changed pages. */
export const changesBytes = (changedPages: number, pageSizeBytes: number): number =>
  HEADER_BYTES + changedPages * (NUMBER_BYTES + pageSizeBytes);

/**
 * Reads the uncompressed content of a file of changed pages, piece by piece, out of the image they are pages of. Each
 * page must have the hash that it had when the image was copied. Only the page numbers and one block are in memory.
 */
export class ChangesSource {
  readonly sizeBytes: number;
  private readonly head: Buffer;
  /** Changed pages that follow each other in the image, from the `blockFirst`th changed one on. */
  private block = Buffer.alloc(0);
  private blockFirst = 0;

  /**
   * @param image the image after the change, open for reading
   * @param map its page map, open for reading
   */
  constructor(
    private readonly image: FileHandle,
    private readonly map: FileHandle,
    private readonly changes: PageChanges,
  ) {
    const { pageSizeBytes, pageCount, changedCount } = changes;
    this.sizeBytes = changesBytes(changedCount, pageSizeBytes);
    this.head = Buffer.alloc(HEADER_BYTES + changedCount * NUMBER_BYTES);
    let at = MAGIC.copy(this.head);
    for (const value of [pageSizeBytes, pageCount, changedCount, 0]) at = this.head.writeUInt32LE(value, at);
    for (const page of changes.pages()) at = this.head.writeUInt32LE(page, at);
  }

  /**
   * Fills `buffer` with what stands at `position`; gives how many bytes there were, fewer only at the end.
   * @throws BACKUP_PROOF_FAILED when a page is not the one that was copied; what `fs` throws
   */
  async read(buffer: Buffer, position: number): Promise<number> {
    const length = Math.max(0, Math.min(buffer.length, this.sizeBytes - position));
    let filled = position < this.head.length ? this.head.copy(buffer, 0, position, position + length) : 0;
    while (filled < length) {
      const at = position + filled - this.head.length;
      const blockAt = at - this.blockFirst * this.changes.pageSizeBytes;
      if (blockAt >= 0 && blockAt < this.block.length) filled += this.block.copy(buffer, filled, blockAt);
      else await this.readBlock(Math.floor(at / this.changes.pageSizeBytes));
    }
    return length;
  }

  private async readBlock(index: number): Promise<void> {
    const size = this.changes.pageSizeBytes;
    const run = runOf((one) => this.pageAt(one), index, Math.floor(BLOCK_BYTES / size));
    const block = Buffer.alloc(run.count * size);
    await readFull(this.image, block, (run.first - 1) * size);
    const hashes = await readPageHashes(this.map, run.first, run.count);
    for (let page = 0; page < run.count; page++) {
      const found = hash('sha256', block.subarray(page * size, (page + 1) * size), 'buffer');
      const at = page * PAGE_HASH_BYTES;
      if (found.compare(hashes, at, at + PAGE_HASH_BYTES, 0, PAGE_HASH_BYTES) === 0) continue;
      const detail = `page ${run.first + page} of the copy is not what was copied`;
      throw holdfastError('BACKUP_PROOF_FAILED', { params: { step: 'content-sha256' }, detail });
    }
    this.block = block;
    this.blockFirst = index;
  }

  private pageAt(index: number): number {
    const at = HEADER_BYTES + index * NUMBER_BYTES;
    return at < this.head.length ? this.head.readUInt32LE(at) : 0;
  }
}

/** The parent's image, which becomes the one after the change. */
export interface ChangesTarget {
  size(): Promise<number>;
  write(piece: Buffer, position: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
}

/** An image in a file that is open for reading and writing. */
export const fileTarget = (file: FileHandle): ChangesTarget => ({
  size: async () => (await file.stat()).size,
  write: (piece, position) => writeAt(file, piece, position),
  truncate: (bytes) => file.truncate(bytes),
});

/**
 * Changes an image as a stream says, as it comes in. Everything is checked before it is written: nothing outside the
 * image after the change, no page twice, no page left out where the image grows.
 */
export class ChangesApplier {
  private readonly head = Buffer.alloc(HEADER_BYTES);
  private headBytes = 0;
  private header: ChangesHeader | null = null;
  /** Grows with the numbers that came, never with what the header promises. */
  private numbers = new Uint32Array(1024);
  private numbersKnown = 0;
  private cut = Buffer.alloc(0);
  private pagesWritten = 0;
  private offset = 0;
  private parentPages = 0;

  /**
   * @param target the parent's image
   * @param expected what the manifest says
   * @param file names the file of changed pages in errors
   */
  constructor(
    private readonly target: ChangesTarget,
    private readonly expected: ChangesHeader,
    private readonly file: string,
  ) {}

  /** Takes the next piece. @throws GZIP_DAMAGED for what is no such stream; what `fs` throws */
  async push(piece: Buffer): Promise<void> {
    let rest = piece;
    if (!this.header) {
      const taken = rest.copy(this.head, this.headBytes);
      this.headBytes += taken;
      rest = rest.subarray(taken);
      if (this.headBytes < HEADER_BYTES) return;
      this.header = this.readHeader();
      await this.readParent(this.header);
    }
    if (this.numbersKnown < this.header.changedPages) rest = this.takeNumbers(rest, this.header);
    if (rest.length > 0) await this.writePages(rest, this.header);
  }

  /** Ends the stream and gives the image its length. @throws GZIP_DAMAGED when it ended too early; what `fs` throws */
  async finish(): Promise<void> {
    const { header } = this;
    if (!header || this.pagesWritten !== header.changedPages) throw this.damaged('it ends too early');
    await this.target.truncate(header.pageCount * header.pageSizeBytes);
  }

  private readHeader(): ChangesHeader {
    const { head } = this;
    const known = head.subarray(0, MAGIC.length).equals(MAGIC) && head.readUInt32LE(MAGIC.length + 12) === 0;
    if (!known) throw this.damaged('it does not begin as a stream of changed pages');
    const header = {
      pageSizeBytes: head.readUInt32LE(MAGIC.length),
      pageCount: head.readUInt32LE(MAGIC.length + 4),
      changedPages: head.readUInt32LE(MAGIC.length + 8),
    };
    const { expected } = this;
    const agrees =
      header.pageSizeBytes === expected.pageSizeBytes &&
      header.pageCount === expected.pageCount &&
      header.changedPages === expected.changedPages;
    if (!agrees) throw this.damaged('its header says something else than the manifest');
    const { pageSizeBytes: size } = header;
    const powerOfTwo = size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
    if (!powerOfTwo) throw this.damaged(`pages of ${size} bytes`);
    if (header.changedPages === 0 || header.changedPages > header.pageCount) {
      throw this.damaged(`${header.changedPages} changed pages of ${header.pageCount}`);
    }
    return header;
  }

  private async readParent({ pageSizeBytes }: ChangesHeader): Promise<void> {
    const size = await this.target.size();
    if (size % pageSizeBytes !== 0) throw this.damaged(`the image before has ${size} bytes`);
    this.parentPages = size / pageSizeBytes;
  }

  /** Gives what comes after the numbers. */
  private takeNumbers(piece: Buffer, header: ChangesHeader): Buffer {
    const bytes = this.cut.length > 0 ? Buffer.concat([this.cut, piece]) : piece;
    const there = Math.min(Math.floor(bytes.length / NUMBER_BYTES), header.changedPages - this.numbersKnown);
    this.makeRoom(this.numbersKnown + there);
    let last = this.numbers[this.numbersKnown - 1] ?? 0;
    for (let index = 0; index < there; index++) {
      const page = bytes.readUInt32LE(index * NUMBER_BYTES);
      if (page <= last || page > header.pageCount) throw this.damaged(`page ${page} after page ${last}`);
      this.numbers[this.numbersKnown++] = last = page;
    }
    const rest = bytes.subarray(there * NUMBER_BYTES);
    if (this.numbersKnown < header.changedPages) {
      this.cut = Buffer.from(rest);
      return rest.subarray(rest.length);
    }
    this.requireGrowth(header);
    return rest;
  }

  /** Pages that the parent does not have must all be there: a hole in the file would read as zeros. */
  private requireGrowth({ pageCount }: ChangesHeader): void {
    const grownBy = pageCount - this.parentPages;
    if (grownBy <= 0) return;
    // They are the last ones: the numbers ascend to `pageCount` at most.
    const first = this.numbers[this.numbersKnown - grownBy];
    if (first !== this.parentPages + 1) throw this.damaged(`not every page after page ${this.parentPages} is there`);
  }

  private async writePages(bytes: Buffer, header: ChangesHeader): Promise<void> {
    const size = header.pageSizeBytes;
    const pageAt = (index: number) => (index < this.numbersKnown ? (this.numbers[index] ?? 0) : 0);
    let rest = bytes;
    while (rest.length > 0) {
      if (this.pagesWritten === header.changedPages) throw this.damaged('there is more than it says');
      const run = runOf(pageAt, this.pagesWritten, Math.ceil((this.offset + rest.length) / size));
      const piece = rest.subarray(0, run.count * size - this.offset);
      await this.target.write(piece, (run.first - 1) * size + this.offset);
      const end = this.offset + piece.length;
      this.pagesWritten += Math.floor(end / size);
      this.offset = end % size;
      rest = rest.subarray(piece.length);
    }
  }

  private makeRoom(count: number): void {
    if (count <= this.numbers.length) return;
    const larger = new Uint32Array(Math.max(count, this.numbers.length * 2));
    larger.set(this.numbers.subarray(0, this.numbersKnown));
    this.numbers = larger;
  }

  private damaged(detail: string) {
    return holdfastError('GZIP_DAMAGED', { params: { path: this.file }, detail: `changed pages: ${detail}` });
  }
}

/** Pages from `index` on that follow each other in the image, at most `limit`. */
export function runOf(
  pageAt: (index: number) => number,
  index: number,
  limit: number,
): { first: number; count: number } {
  const first = pageAt(index);
  let count = 1;
  while (count < limit && pageAt(index + count) === first + count) count++;
  return { first, count };
}

/** A write may take less than it was given, for example when the disk fills up. */
export async function writeAt(target: FileHandle, piece: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < piece.length) {
    written += (await target.write(piece, written, piece.length - written, position + written)).bytesWritten;
  }
}
