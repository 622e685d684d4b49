/** Bytes of a log file from a place on: of a plain one as they are, of a .gz decompressed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip, type Gunzip } from 'node:zlib';

/** The start of a file that tells it from others. */
export const HEAD_BYTES = 1_024;
/** Bytes before a place that tell whether the content before it is still the same. */
export const TAIL_BYTES = 256;

/** Hash of a piece of content, short enough to be kept. */
export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** A .gz that ends within its data: it is still being written. */
export function isUnfinished(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
}

export interface Content {
  /** Place of the next byte. */
  readonly offset: number;
  /** The next bytes, at most as many as fit into `buffer`, valid until the next call; empty at the end. */
  read(buffer: Buffer): Promise<Buffer>;
  close(): Promise<void>;
}

export class PlainContent implements Content {
  constructor(
    readonly handle: FileHandle,
    public offset: number,
  ) {}

  async read(buffer: Buffer): Promise<Buffer> {
    const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, this.offset);
    this.offset += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** All members of a .gz, one after the other, as much at a time as is asked for. */
export class GzipContent implements Content {
  offset = 0;
  readonly #gunzip: Gunzip;
  readonly #pieces: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    const file = createReadStream(path, { highWaterMark: 256 << 10 });
    this.#gunzip = createGunzip({ chunkSize: 256 << 10 });
    file.once('error', (error) => this.#gunzip.destroy(error));
    this.#gunzip.once('close', () => file.destroy());
    // Without one, an error between two reads would end the process; the next read tells it.
    this.#gunzip.on('error', () => undefined);
    file.pipe(this.#gunzip);
    this.#pieces = this.#gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async read(buffer: Buffer): Promise<Buffer> {
    if (this.#left.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return this.#left;
      this.#left = next.value;
    }
    const given = this.#left.subarray(0, buffer.length);
    this.#left = this.#left.subarray(given.length);
    this.offset += given.length;
    return given;
  }

  close(): Promise<void> {
    this.#gunzip.destroy();
    return Promise.resolve();
  }
}

/** The content of a file from its beginning. */
export async function openContent(path: string, isGzip: boolean): Promise<Content> {
  return isGzip ? new GzipContent(path) : new PlainContent(await open(path, 'r'), 0);
}

/** Reads `size` bytes, fewer at the end of the content. */
export async function readUpTo(content: Content, size: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(size, 256 << 10)));
  for (let left = size; left > 0; ) {
    const piece = await content.read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (piece.length === 0) break;
    pieces.push(Buffer.from(piece));
    left -= piece.length;
  }
  return Buffer.concat(pieces);
}

/** Goes to a place: at once in a plain file, by reading in a .gz. Returns the bytes before it, at most `TAIL_BYTES`. */
export async function goTo(content: Content, offset: number): Promise<Buffer> {
  const from = Math.max(0, offset - TAIL_BYTES);
  if (content instanceof PlainContent) content.offset = from;
  const buffer = Buffer.allocUnsafe(256 << 10);
  while (content.offset < from) {
    const piece = await content.read(buffer.subarray(0, Math.min(buffer.length, from - content.offset)));
    if (piece.length === 0) break;
  }
  return await readUpTo(content, offset - from);
}

/** The first bytes of the content; fewer where there are not so many yet, or where a .gz is not complete. */
export async function headOf(path: string, isGzip: boolean, size: number): Promise<Buffer> {
  const content = await openContent(path, isGzip);
  try {
    const pieces: Buffer[] = [];
    try {
      for (let left = size; left > 0; ) {
        const piece = await content.read(Buffer.allocUnsafe(left));
        if (piece.length === 0) break;
        pieces.push(piece);
        left -= piece.length;
      }
    } catch (error) {
      if (!isUnfinished(error)) throw error;
    }
    return Buffer.concat(pieces);
  } finally {
    await content.close();
  }
}

/** Hash of the bytes before a place; null when the content is shorter. A .gz that is not complete throws. */
export async function checkAt(path: string, isGzip: boolean, offset: number): Promise<string | null> {
  if (offset === 0) return '';
  const content = await openContent(path, isGzip);
  try {
    const tail = await goTo(content, offset);
    return content.offset === offset ? hashOf(tail) : null;
  } finally {
    await content.close();
  }
}
