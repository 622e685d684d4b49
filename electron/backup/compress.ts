/** Compresses content into the members of a backup file, on all cores, with bounded memory. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { EarlySync } from './early-sync';
import { memberPieces } from './gzip-member';

/** Content of one member. Larger ones compress no better; smaller ones cost more per byte. */
export const MEMBER_BYTES = 2 << 20;

/**
 * zlib's level. Measured on a video-review database, MB/s a core and size: level 1 99 at 0.413, level 4 65 at 0.397. A
 * third of the time is worth more than a twenty-fifth of the space.
 */
const LEVEL = 1;
/** 8 KiB instead of 32: what a fast level searches stays in the processor's nearest cache. Measured 7 % faster at equal size. */
const WINDOW_BITS = 13;

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);

/** Fills the buffer from `position` on, as far as there is content; fewer bytes than it holds only at the end. */
export interface ContentSource {
  read(buffer: Buffer, position: number): Promise<number>;
}

export interface CompressOptions {
  /** SHA-256 (hex) of the content where it is known: it is not computed again. */
  contentSha256?: string | undefined;
  /** zlib's level; that of a whole image when it is left out. */
  level?: number;
  onProgress: (doneBytes: number) => void;
  signal: AbortSignal;
}

export interface CompressResult {
  contentBytes: number;
  /** SHA-256 of the content, hex. */
  contentSha256: string;
  /** Bytes written to `target`. */
  writtenBytes: number;
  /** Running SHA-256 of the bytes written; not yet digested, so that the trailer can go on with it. */
  fileHash: Hash;
}

/**
 * Reads `source`, a file or anything else, once, from the first byte to the last, and writes its members to `target`.
 * @throws what `fs` and the source throw; the signal's reason when it is aborted
 */
export async function compressMembers(
  source: string | ContentSource,
  target: FileHandle,
  options: CompressOptions,
): Promise<CompressResult> {
  if (typeof source !== 'string') return compressContent(source, target, options);
  const input = await fs.open(source, 'r');
  try {
    return await compressContent({ read: (buffer, position) => readFull(input, buffer, position) }, target, options);
  } finally {
    await input.close();
  }
}

async function compressContent(
  source: ContentSource,
  target: FileHandle,
  options: CompressOptions,
): Promise<CompressResult> {
  const contentHash = options.contentSha256 === undefined ? createHash('sha256') : null;
  const fileHash = createHash('sha256');
  const sync = new EarlySync(target);
  // One member more than there are cores waits compressed or unread, so that no core idles while one is written.
  const window = availableParallelism() + 2;
  const spare: Buffer[] = [];
  const inFlight: Promise<{ pieces: [Buffer, Buffer]; buffer: Buffer; length: number }>[] = [];
  let contentBytes = 0;
  let doneBytes = 0;
  let writtenBytes = 0;

  const writeOldest = async (): Promise<void> => {
    const next = await inFlight.shift();
    if (!next) return;
    for (const piece of next.pieces) fileHash.update(piece);
    await writeAll(target, next.pieces);
    const bytes = next.pieces[0].length + next.pieces[1].length;
    writtenBytes += bytes;
    sync.wrote(bytes);
    doneBytes += next.length;
    spare.push(next.buffer);
    options.onProgress(doneBytes);
  };

  try {
    for (;;) {
      options.signal.throwIfAborted();
      const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(MEMBER_BYTES);
      const length = await source.read(buffer, contentBytes);
      if (length === 0) break;
      const content = buffer.subarray(0, length);
      contentHash?.update(content);
      contentBytes += length;
      const member = compressOne(content, buffer, options.level ?? LEVEL);
      // It is awaited in its turn; until then a failure is not unhandled.
      member.catch(() => undefined);
      inFlight.push(member);
      if (inFlight.length >= window) await writeOldest();
    }
    while (inFlight.length > 0) await writeOldest();
  } finally {
    await Promise.allSettled([...inFlight, sync.end()]);
  }
  await sync.end();
  const contentSha256 = contentHash?.digest('hex') ?? options.contentSha256 ?? '';
  return { contentBytes, contentSha256, writtenBytes, fileHash };
}

async function compressOne(content: Buffer, buffer: Buffer, level: number) {
  const windowBits = level === LEVEL ? WINDOW_BITS : zlib.constants.Z_DEFAULT_WINDOWBITS;
  const gzipped = await gzip(content, { level, windowBits, memLevel: 9, chunkSize: MEMBER_BYTES });
  return { pieces: memberPieces(gzipped, content.length), buffer, length: content.length };
}

/** Fills `buffer` from `position` on; returns how many bytes there were. */
export async function readFull(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** `writev` may write less than it was given, for example when the disk fills up. */
export async function writeAll(handle: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    let written = 0;
    while (written < piece.length) {
      const { bytesWritten } = await handle.write(piece, written, piece.length - written);
      written += bytesWritten;
    }
  }
}
