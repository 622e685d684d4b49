/** Compresses a database image into the members of a backup file, on all cores, with bounded memory. */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { memberPieces } from './gzip-member';

/** Content of one member. Larger ones compress no better; smaller ones cost more per byte. */
export const MEMBER_BYTES = 2 << 20;

/**
 * zlib's level. Measured on a video-review database on two cores, against `gzip -6`: levels 1 and 2 give 11 % more bytes
 * at 160 and 140 MiB/s, 3 and 4 give 6 % more at 80 and 105, 6 as many at 40. Level 4 is the fastest one that stays within
 * a tenth of gzip's own size.
 */
const LEVEL = 4;

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);

export interface CompressResult {
  contentBytes: number;
  /** SHA-256 of the image, hex. */
  contentSha256: string;
  /** Bytes written to `target`. */
  writtenBytes: number;
  /** Running SHA-256 of the bytes written; not yet digested, so that the trailer can go on with it. */
  fileHash: Hash;
}

/**
 * Reads `source` once, from the first byte to the last, and writes its members to `target`.
 * @throws what `fs` throws; the signal's reason when it is aborted
 */
export async function compressMembers(
  source: string,
  target: FileHandle,
  options: { onProgress: (doneBytes: number) => void; signal: AbortSignal },
): Promise<CompressResult> {
  const contentHash = createHash('sha256');
  const fileHash = createHash('sha256');
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
    writtenBytes += next.pieces[0].length + next.pieces[1].length;
    doneBytes += next.length;
    spare.push(next.buffer);
    options.onProgress(doneBytes);
  };

  const input = await fs.open(source, 'r');
  try {
    for (;;) {
      options.signal.throwIfAborted();
      const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(MEMBER_BYTES);
      const length = await readFull(input, buffer, contentBytes);
      if (length === 0) break;
      const content = buffer.subarray(0, length);
      contentHash.update(content);
      contentBytes += length;
      inFlight.push(compressOne(content, buffer));
      if (inFlight.length >= window) await writeOldest();
    }
    while (inFlight.length > 0) await writeOldest();
  } finally {
    await Promise.allSettled(inFlight);
    await input.close();
  }
  return { contentBytes, contentSha256: contentHash.digest('hex'), writtenBytes, fileHash };
}

async function compressOne(content: Buffer, buffer: Buffer) {
  const gzipped = await gzip(content, { level: LEVEL, memLevel: 9, chunkSize: MEMBER_BYTES });
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
