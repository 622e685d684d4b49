/**
 * A page map: the hash of every page of one database image, so that the next image can be compared with it page by page
 * without keeping the image. All integers are little endian.
 *
 *   16 bytes  `HOLDFAST PAGES 1`
 *   u32       page size
 *   u32       page count
 *   16 bytes  of SHA-256 for each page, in order
 *   32 bytes  SHA-256 of the whole image
 *   32 bytes  SHA-256 of everything before
 *
 * Half of a SHA-256 is kept: 128 bits are far beyond chance, and a map is 1/256 of a database with pages of 4096 bytes.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { holdfastError } from '../errors/holdfast-error';
import { readFull, writeAll } from './compress';
import { PAGE_HASH_BYTES } from './page-work';

export { PAGE_HASH_BYTES };

const MAGIC = Buffer.from('HOLDFAST PAGES 1', 'latin1');
const HEADER_BYTES = MAGIC.length + 8;
const SHA256_BYTES = 32;
const FOOTER_BYTES = 2 * SHA256_BYTES;
/** A whole number of page hashes, read or written at once. */
const BLOCK_BYTES = 256 << 10;

export interface PageMapHeader {
  pageSizeBytes: number;
  pageCount: number;
  /** SHA-256 (hex) of the image whose pages these are. */
  contentSha256: string;
}

/** Writes a page map from the first page to the last. */
export class PageMapWriter {
  private readonly hash = createHash('sha256');
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private filled = 0;
  private pages = 0;

  private constructor(
    private readonly handle: fs.FileHandle,
    private readonly pageCount: number,
  ) {}

  /** Replaces what is at `file`. */
  static async create(file: string, pageSizeBytes: number, pageCount: number): Promise<PageMapWriter> {
    const handle = await fs.open(file, 'w', 0o600);
    const writer = new PageMapWriter(handle, pageCount);
    const sizes = Buffer.alloc(8);
    sizes.writeUInt32LE(pageSizeBytes, 0);
    sizes.writeUInt32LE(pageCount, 4);
    writer.put(MAGIC);
    writer.put(sizes);
    return writer;
  }

  /** Takes the hashes of the pages that come next, `PAGE_HASH_BYTES` each. They are copied. */
  async append(hashes: Uint8Array): Promise<void> {
    this.pages += hashes.length / PAGE_HASH_BYTES;
    let taken = 0;
    while (taken < hashes.length) {
      if (this.filled === this.block.length) await this.flush();
      taken += this.put(hashes.subarray(taken));
    }
  }

  /** Writes the end of the map. It is not synced: a map that a power cut damages is not believed. */
  async finish(contentSha256: string): Promise<void> {
    if (this.pages !== this.pageCount) throw new RangeError(`${this.pages} of ${this.pageCount} pages`);
    await this.flush();
    const content = Buffer.from(contentSha256, 'hex');
    this.hash.update(content);
    await writeAll(this.handle, [content, this.hash.digest()]);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private put(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.block.length - this.filled);
    this.block.set(part, this.filled);
    this.filled += part.length;
    return part.length;
  }

  private async flush(): Promise<void> {
    const part = this.block.subarray(0, this.filled);
    this.hash.update(part);
    await writeAll(this.handle, [part]);
    this.filled = 0;
  }
}

/** What a page map says of itself; null when the file is missing or no whole map. Its hashes are not checked. */
export async function readPageMapHeader(file: string): Promise<PageMapHeader | null> {
  const handle = await openExisting(file);
  if (!handle) return null;
  try {
    return await readHeader(handle);
  } finally {
    await handle.close();
  }
}

/** Hashes of `count` pages from `firstPage` on (counted from 1), of a map that was just written. */
export async function readPageHashes(map: fs.FileHandle, firstPage: number, count: number): Promise<Buffer> {
  const hashes = Buffer.alloc(count * PAGE_HASH_BYTES);
  await readFull(map, hashes, HEADER_BYTES + (firstPage - 1) * PAGE_HASH_BYTES);
  return hashes;
}

/** Which pages of an image differ from those of an earlier one. */
export interface PageChanges {
  pageSizeBytes: number;
  /** Pages of the later image. */
  pageCount: number;
  changedCount: number;
  /** Numbers of the changed pages, ascending, counted from 1. */
  pages(): Iterable<number>;
}

/**
 * Compares two page maps from start to end, with a window of memory and one bit for each page.
 * @returns null when `before` is missing or damaged, or has another page size
 * @throws BACKUP_PROOF_FAILED when `after`, which was just written, is damaged; the signal's reason
 */
export async function comparePageMaps(before: string, after: string, signal: AbortSignal): Promise<PageChanges | null> {
  const older = await openExisting(before);
  if (!older) return null;
  try {
    const newer = await fs.open(after, 'r');
    try {
      return await compareOpened(older, newer, after, signal);
    } finally {
      await newer.close();
    }
  } finally {
    await older.close();
  }
}

async function compareOpened(
  older: fs.FileHandle,
  newer: fs.FileHandle,
  after: string,
  signal: AbortSignal,
): Promise<PageChanges | null> {
  const damaged = () =>
    holdfastError('BACKUP_PROOF_FAILED', { params: { path: after, step: 'content-sha256' }, detail: 'page map' });
  const newHeader = await readHeader(newer);
  if (!newHeader) throw damaged();
  const oldHeader = await readHeader(older);
  if (!oldHeader || oldHeader.pageSizeBytes !== newHeader.pageSizeBytes) return null;

  const { pageSizeBytes, pageCount } = newHeader;
  const bitmap = new Uint8Array(Math.ceil(pageCount / 8));
  let changedCount = 0;
  const oldReader = new MapReader(older, oldHeader.pageCount);
  const newReader = new MapReader(newer, pageCount);
  for (let firstPage = 0; firstPage < Math.max(pageCount, oldHeader.pageCount); ) {
    signal.throwIfAborted();
    const oldBlock = await oldReader.next();
    const newBlock = await newReader.next();
    if (!oldBlock.equals(newBlock)) {
      for (let at = 0; at < newBlock.length; at += PAGE_HASH_BYTES) {
        const end = at + PAGE_HASH_BYTES;
        // A page that the earlier image did not have has no hash there: nothing equals it.
        if (newBlock.compare(oldBlock, Math.min(at, oldBlock.length), Math.min(end, oldBlock.length), at, end) === 0)
          continue;
        const page = firstPage + at / PAGE_HASH_BYTES;
        bitmap[page >> 3] = (bitmap[page >> 3] ?? 0) | (1 << (page & 7));
        changedCount++;
      }
    }
    firstPage += BLOCK_BYTES / PAGE_HASH_BYTES;
  }
  if (!(await newReader.sound())) throw damaged();
  if (!(await oldReader.sound())) return null;
  return { pageSizeBytes, pageCount, changedCount, pages: () => setBits(bitmap) };
}

/** Reads the page hashes of a map in blocks and hashes the map on the way. */
class MapReader {
  private readonly hash = createHash('sha256');
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private position = HEADER_BYTES;
  private readonly end: number;
  private started = false;

  constructor(
    private readonly handle: fs.FileHandle,
    pageCount: number,
  ) {
    this.end = HEADER_BYTES + pageCount * PAGE_HASH_BYTES;
  }

  /** The next hashes; empty after the last. The buffer is used again by the next call. */
  async next(): Promise<Buffer> {
    await this.start();
    const wanted = this.block.subarray(0, Math.min(this.block.length, this.end - this.position));
    const length = await readFull(this.handle, wanted, this.position);
    const read = wanted.subarray(0, length);
    this.hash.update(read);
    this.position += length;
    return read;
  }

  /** True when the map ends with the SHA-256 of all that was read. */
  async sound(): Promise<boolean> {
    await this.start();
    const footer = Buffer.alloc(FOOTER_BYTES);
    const length = await readFull(this.handle, footer, this.end);
    this.hash.update(footer.subarray(0, SHA256_BYTES));
    return (
      this.position === this.end && length === FOOTER_BYTES && footer.subarray(SHA256_BYTES).equals(this.hash.digest())
    );
  }

  private async start(): Promise<void> {
    if (this.started) return;
    this.started = true;
    const header = Buffer.alloc(HEADER_BYTES);
    await readFull(this.handle, header, 0);
    this.hash.update(header);
  }
}

function* setBits(bitmap: Uint8Array): Generator<number> {
  for (const [index, byte] of bitmap.entries()) {
    for (let rest = byte; rest !== 0; rest &= rest - 1) yield index * 8 + (31 - Math.clz32(rest & -rest)) + 1;
  }
}

async function openExisting(file: string): Promise<fs.FileHandle | null> {
  try {
    return await fs.open(file, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

async function readHeader(handle: fs.FileHandle): Promise<PageMapHeader | null> {
  const header = Buffer.alloc(HEADER_BYTES);
  if ((await readFull(handle, header, 0)) !== HEADER_BYTES) return null;
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const pageSizeBytes = header.readUInt32LE(MAGIC.length);
  const pageCount = header.readUInt32LE(MAGIC.length + 4);
  const { size } = await handle.stat();
  if (size !== HEADER_BYTES + pageCount * PAGE_HASH_BYTES + FOOTER_BYTES) return null;
  const content = Buffer.alloc(SHA256_BYTES);
  await readFull(handle, content, size - FOOTER_BYTES);
  return { pageSizeBytes, pageCount, contentSha256: content.toString('hex') };
}
