/** Reads backup files back: Holdfast's own on all cores and checked byte for byte, foreign gzip files with a limit. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import { readFull } from './compress';
import {
  MEMBER_HEADER_BYTES,
  parseMemberHeader,
  parseTrailerAs,
  TRAILER_TAIL_BYTES,
  type Trailer,
  trailerLength,
} from './gzip-member';
import { Manifest } from './manifest';

const gunzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/** Largest content of one member that is believed: bounds the memory that a forged file can ask for. */
const MEMBER_CONTENT_LIMIT_BYTES = 16 << 20;
/** zlib asks for another buffer when one is full to the last byte, also when there is nothing left to put in. */
const SPARE_BYTES = 64;

export interface BackupFileInfo<M = Manifest> extends Trailer<M> {
  sizeBytes: number;
  /** Where the trailer begins. */
  trailerAt: number;
}

/** Reads the trailer of a backup file; null when the file is none that Holdfast wrote, or its end is damaged. */
export const readTrailer = (handle: FileHandle): Promise<BackupFileInfo | null> => readTrailerAs(handle, Manifest);

/** As `readTrailer`, of a file whose manifest is what `schema` says. */
export async function readTrailerAs<M>(handle: FileHandle, schema: z.ZodType<M>): Promise<BackupFileInfo<M> | null> {
  const { size } = await handle.stat();
  if (size < TRAILER_TAIL_BYTES) return null;
  const tail = Buffer.alloc(TRAILER_TAIL_BYTES);
  await readFull(handle, tail, size - tail.length);
  const length = trailerLength(tail);
  if (length === null || length > size) return null;
  const bytes = Buffer.alloc(length);
  await readFull(handle, bytes, size - length);
  const trailer = parseTrailerAs(bytes, schema);
  return trailer && { ...trailer, sizeBytes: size, trailerAt: size - length };
}

/** True when a file begins as those do that Holdfast writes, whatever became of its end. */
export async function beginsAsOwn(file: string): Promise<boolean> {
  const handle = await fs.open(file, 'r');
  try {
    const header = Buffer.alloc(MEMBER_HEADER_BYTES);
    await readFull(handle, header, 0);
    return parseMemberHeader(header) !== null;
  } finally {
    await handle.close();
  }
}

export async function readManifestOf(file: string): Promise<BackupFileInfo | null> {
  const handle = await fs.open(file, 'r');
  try {
    return await readTrailer(handle);
  } finally {
    await handle.close();
  }
}

/** Read at once when a file is only hashed. */
const HASH_BLOCK_BYTES = 1 << 20;

/**
 * SHA-256 (hex) and size of a file as it reads back from the disk. `onProgress` is told bytes.
 * @throws what `fs` throws; the signal's reason when it is aborted
 */
export async function hashFile(
  file: string | FileHandle,
  options: { onProgress?: (doneBytes: number) => void; signal: AbortSignal },
): Promise<{ sha256: string; sizeBytes: number }> {
  if (typeof file === 'string') {
    const handle = await fs.open(file, 'r');
    try {
      return await hashFile(handle, options);
    } finally {
      await handle.close();
    }
  }
  const hash = createHash('sha256');
  // One block is read while the one before it is hashed.
  let [block, next] = [Buffer.allocUnsafe(HASH_BLOCK_BYTES), Buffer.allocUnsafe(HASH_BLOCK_BYTES)];
  let sizeBytes = 0;
  let length = await readFull(file, block, 0);
  while (length > 0) {
    options.signal.throwIfAborted();
    const reading = readFull(file, next, sizeBytes + length);
    hash.update(block.subarray(0, length));
    sizeBytes += length;
    options.onProgress?.(sizeBytes);
    length = await reading;
    [block, next] = [next, block];
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

export interface DecompressResult {
  contentBytes: number;
  /** Null when it was not asked for. */
  contentSha256: string | null;
  /** SHA-256 of the whole file, hex. */
  fileSha256: string;
  /** True when everything before the seal has the hash that the seal says. */
  sealMatches: boolean;
}

/**
 * Decompresses a file that Holdfast wrote, hashing the file and its content on the way.
 * @param info where its trailer is, and what the seal says
 * @param options.onContent called with the content in order, which is its to change; its promise is awaited
 * @throws GZIP_DAMAGED when a member cannot be read or says other lengths than it has; GZIP_TOO_LARGE when there is
 * more content than `contentBytes`, which the manifest says
 */
export async function decompressMembers(
  handle: FileHandle,
  file: string,
  info: Omit<BackupFileInfo, 'manifest'>,
  options: {
    contentBytes: number;
    onContent?: (content: Buffer) => Promise<void>;
    /** False: whoever takes the content hashes what comes of it. */
    hashContent?: boolean;
    onProgress: (doneBytes: number) => void;
    signal: AbortSignal;
  },
): Promise<DecompressResult> {
  const contentHash = options.hashContent === false ? null : createHash('sha256');
  const fileHash = createHash('sha256');
  const window = availableParallelism() + 2;
  const inFlight: Promise<Buffer>[] = [];
  const damaged = (detail: string) => holdfastError('GZIP_DAMAGED', { params: { path: file }, detail });
  const limitBytes = options.contentBytes;
  let contentBytes = 0;
  let promisedBytes = 0;

  const takeOldest = async (): Promise<void> => {
    const content = await inFlight.shift();
    if (!content) return;
    contentHash?.update(content);
    contentBytes += content.length;
    await options.onContent?.(content);
    options.onProgress(contentBytes);
  };

  try {
    let position = 0;
    while (position < info.trailerAt) {
      options.signal.throwIfAborted();
      const header = Buffer.alloc(MEMBER_HEADER_BYTES);
      await readFull(handle, header, position);
      const lengths = parseMemberHeader(header);
      if (!lengths) throw damaged(`no member at byte ${position}`);
      const { memberBytes } = lengths;
      const fits =
        memberBytes > MEMBER_HEADER_BYTES &&
        position + memberBytes <= info.trailerAt &&
        lengths.contentBytes > 0 &&
        lengths.contentBytes <= MEMBER_CONTENT_LIMIT_BYTES &&
        memberBytes <= lengths.contentBytes * 2 + 1024;
      if (!fits) throw damaged(`impossible lengths at byte ${position}`);
      promisedBytes += lengths.contentBytes;
      if (promisedBytes > limitBytes) throw holdfastError('GZIP_TOO_LARGE', { params: { path: file, limitBytes } });
      const member = Buffer.allocUnsafeSlow(memberBytes);
      if ((await readFull(handle, member, position)) !== memberBytes) throw damaged('the file ends inside a member');
      fileHash.update(member);
      const content = decompressOne(member, lengths.contentBytes, damaged);
      // It may fail before its turn comes; until then nobody waits for it, which would end the process.
      content.catch(() => undefined);
      inFlight.push(content);
      position += memberBytes;
      if (inFlight.length >= window) await takeOldest();
    }
    while (inFlight.length > 0) await takeOldest();
  } finally {
    await Promise.allSettled(inFlight);
  }
  const seal = fileHash.copy().update(info.sealedBytes).digest('hex');
  const trailer = Buffer.alloc(info.sizeBytes - info.trailerAt);
  await readFull(handle, trailer, info.trailerAt);
  return {
    contentBytes,
    contentSha256: contentHash?.digest('hex') ?? null,
    fileSha256: fileHash.update(trailer).digest('hex'),
    sealMatches: seal === info.seal,
  };
}

async function decompressOne(
  member: Buffer,
  contentBytes: number,
  damaged: (detail: string) => Error,
): Promise<Buffer> {
  let content: Buffer;
  try {
    // The limit holds for one-shot calls; a streaming gunzip ignores it.
    content = await gunzip(member, { maxOutputLength: contentBytes, chunkSize: contentBytes + SPARE_BYTES });
  } catch (thrown) {
    throw damaged(thrown instanceof Error ? thrown.message : String(thrown));
  }
  if (content.length !== contentBytes) throw damaged('a member is shorter than it says');
  return content;
}
