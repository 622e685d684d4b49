/** Reads files of a destination from their first byte to their last, over connections that break. */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { copyMissing } from '../../destinations/errors';
import { copyDamaged } from '../../destinations/remote-errors';
import type { Destination } from '../../destinations/types';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { wrapError } from '../../errors/wrap';

/** A connection that breaks so often without one more byte in between is given up. */
const TRIES_WITHOUT_PROGRESS = 3;

export interface ReadOptions {
  /** Name of the destination, for errors. */
  destination: string;
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}
export interface ReadResult {
  sizeBytes: number;
  sha256: string;
}

/**
 * Reads a whole file, hashing it, and goes on where a connection broke.
 * @param take gets the bytes in order; its promise is awaited
 * @throws COPY_MISSING; what the driver throws; DESTINATION_UNUSABLE when the connection keeps breaking
 */
export async function readWhole(
  place: Destination,
  name: string,
  take: (bytes: Buffer) => Promise<void>,
  options: ReadOptions,
): Promise<ReadResult> {
  const stats = await place.stat(name);
  if (!stats) throw copyMissing(options.destination, name);
  const hash = createHash('sha256');
  let done = 0;
  for (let failures = 0; done < stats.sizeBytes || done === 0; ) {
    const before = done;
    try {
      const stream = await place.read(name, { fromByte: done, signal: options.signal });
      for await (const piece of stream) {
        const bytes = Buffer.from(piece as Uint8Array);
        hash.update(bytes);
        await taking(take, bytes);
        done += bytes.length;
        options.onProgress(done, stats.sizeBytes);
      }
      // A stream that ends early says nothing of it: what is missing is asked for again.
      if (done === before) break;
    } catch (thrown) {
      options.signal.throwIfAborted();
      if (thrown instanceof LocalFault) throw thrown.error;
      failures = done > before ? 1 : failures + 1;
      if (failures < TRIES_WITHOUT_PROGRESS && isBroken(thrown)) continue;
      throw remoteError(thrown, options.destination);
    }
  }
  return { sizeBytes: done, sha256: hash.digest('hex') };
}

/** Reads a file that is small. @throws COPY_DAMAGED when it is larger than `limitBytes`, and what `readWhole` throws */
export async function readSmall(
  place: Destination,
  name: string,
  limitBytes: number,
  options: ReadOptions,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  await readWhole(
    place,
    name,
    async (bytes) => {
      sizeBytes += bytes.length;
      if (sizeBytes > limitBytes) throw copyDamaged(options.destination, name, `more than ${limitBytes} bytes`);
      pieces.push(bytes);
    },
    options,
  );
  return Buffer.concat(pieces);
}

/** The bytes from `fromByte` to the end. */
export async function readTail(
  place: Destination,
  name: string,
  fromByte: number,
  { destination, signal }: ReadOptions,
): Promise<Buffer> {
  try {
    const pieces: Buffer[] = [];
    const stream = await place.read(name, { fromByte, signal });
    for await (const piece of stream) pieces.push(Buffer.from(piece as Uint8Array));
    return Buffer.concat(pieces);
  } catch (thrown) {
    signal.throwIfAborted();
    throw remoteError(thrown, destination);
  }
}

/** Downloads a file into `target`. @throws what `readWhole` throws, and what `fs` throws for the target, wrapped */
export async function download(
  place: Destination,
  name: string,
  target: string,
  options: ReadOptions,
): Promise<ReadResult> {
  const output = await fs.open(target, 'w', 0o600).catch((thrown: unknown) => {
    throw wrapError(thrown, { path: target });
  });
  try {
    return await readWhole(
      place,
      name,
      async (bytes) => {
        try {
          for (let written = 0; written < bytes.length; ) {
            written += (await output.write(bytes, written, bytes.length - written)).bytesWritten;
          }
        } catch (thrown) {
          throw wrapError(thrown, { path: target });
        }
      },
      options,
    );
  } finally {
    await output.close();
  }
}

/** What failed on this side: no reason to ask the destination again. */
class LocalFault {
  constructor(readonly error: unknown) {}
}

async function taking(take: (bytes: Buffer) => Promise<void>, bytes: Buffer): Promise<void> {
  try {
    await take(bytes);
  } catch (thrown) {
    throw new LocalFault(thrown);
  }
}

/** Errors of a connection may pass; a file that is gone, or an answer that was understood, will be the same again. */
const isBroken = (thrown: unknown): boolean =>
  !(thrown instanceof HoldfastError) || thrown.code === 'DESTINATION_UNUSABLE';

function remoteError(thrown: unknown, name: string): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return holdfastError('DESTINATION_UNUSABLE', { params: { name, reason }, cause: thrown });
}
