/** How a file is cut for S3: sizes, numbers and hashes of its parts. */
import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { wrapError } from '../errors/wrap';

const MIB = 1 << 20;
/** Up to here a file is sent with one request. Services take no smaller parts than 5 MiB. */
export const SMALLEST_PART_BYTES = 8 * MIB;
const MOST_PARTS = 10_000;
/** S3 takes no larger object. */
export const LARGEST_BYTES = 5 * 2 ** 40;
const READ_BYTES = MIB;

export interface Part {
  /** From 1 on. */
  number: number;
  fromByte: number;
  sizeBytes: number;
}

export interface HashedPart extends Part {
  md5: Buffer;
  /** Hex. */
  sha256: string;
}

/** The smallest size, or as many whole mebibytes as it takes to need no more than 10 000 parts. */
export function partBytesFor(sizeBytes: number, smallest = SMALLEST_PART_BYTES): number {
  return Math.max(smallest, Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB);
}

/** The parts of a file, in order; an empty file has one empty part. */
export function* partsOf(sizeBytes: number, partBytes: number): Generator<Part> {
  const count = Math.max(1, Math.ceil(sizeBytes / partBytes));
  for (let index = 0; index < count; index++) {
    const fromByte = index * partBytes;
    yield { number: index + 1, fromByte, sizeBytes: Math.min(partBytes, sizeBytes - fromByte) };
  }
}

/**
 * Reads a file once, from begin to end, and hashes its parts as they come.
 * @param whole hash of the whole file, complete when the last part came
 */
export async function* hashedParts(
  file: string,
  { sizeBytes, partBytes, whole, signal }: { sizeBytes: number; partBytes: number; whole: Hash; signal: AbortSignal },
): AsyncGenerator<HashedPart> {
  const wrapped = (thrown: unknown): never => {
    throw wrapError(thrown, { path: file });
  };
  const handle = await open(file, 'r').catch(wrapped);
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (const part of partsOf(sizeBytes, partBytes)) {
      const md5 = createHash('md5');
      const sha256 = createHash('sha256');
      for (let done = 0; done < part.sizeBytes; ) {
        signal.throwIfAborted();
        const wanted = Math.min(READ_BYTES, part.sizeBytes - done);
        const { bytesRead } = await handle.read(buffer, 0, wanted, part.fromByte + done).catch(wrapped);
        // A file that became shorter: the hash of the whole tells.
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        for (const hash of [md5, sha256, whole]) hash.update(bytes);
        done += bytesRead;
      }
      yield { ...part, md5: md5.digest(), sha256: sha256.digest('hex') };
    }
  } finally {
    await handle.close();
  }
}

/** What S3 shows as ETag of an object that was sent with one request, without quotes. */
export const etagOfSingle = (md5: Buffer): string => md5.toString('hex');

/** What S3 shows as ETag of an object that was sent in parts: the MD5 of their MD5s, and how many they are. */
export function etagOfParts(md5s: readonly Buffer[]): string {
  return `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${md5s.length}`;
}

/** ETags come with quotes, and from some services without. */
export const plainEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '').toLowerCase();
