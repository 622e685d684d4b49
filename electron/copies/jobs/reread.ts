/** Reads a copy back whole and compares every byte, by its hash. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { parseTrailerAs, TRAILER_MAX_BYTES, TRAILER_TAIL_BYTES, trailerLength } from '../../backup/gzip-member';
import { copyMissing } from '../../destinations/errors';
import { copyDamaged } from '../../destinations/remote-errors';
import type { Destination } from '../../destinations/types';
import { isEncrypted, manifestNameOf } from '../names';
import { AnyManifest } from '../sealed-manifest';
import type { COPY_JOB_REQUESTS, CopyJobResults } from '../protocol';
import { readTail, readWhole, type ReadOptions } from './download';
import { atDestination, type CopyJobContext } from './place';

type Request = z.infer<(typeof COPY_JOB_REQUESTS)['reread']>;

/**
 * @throws COPY_MISSING; COPY_DAMAGED when size or hash are not those that are known, or, where none is known, when the
 * seal in the file does not match; what `Destination` throws
 */
export function rereadCopy(request: Request, context: CopyJobContext): Promise<CopyJobResults['reread']> {
  const { destination, remoteName } = request;
  const { name } = destination.config;
  const options: ReadOptions = {
    destination: name,
    onProgress: (done, total) => context.onProgress('compare', done, total),
    signal: context.signal,
  };
  return atDestination(destination, 'use', context.signal, async (place, seen) => {
    const seal = request.sha256 === null ? await readSeal(place, remoteName, options) : null;
    const sealed = createHash('sha256');
    let position = 0;
    const read = await readWhole(
      place,
      remoteName,
      async (bytes) => {
        if (seal && position < seal.endsAt) sealed.update(bytes.subarray(0, seal.endsAt - position));
        position += bytes.length;
      },
      options,
    );
    const sizeFits = request.sizeBytes === null || read.sizeBytes === request.sizeBytes;
    const hashFits = seal ? sealed.digest('hex') === seal.sha256 : read.sha256 === request.sha256;
    if (!sizeFits || !hashFits) {
      throw copyDamaged(name, remoteName, `read back as ${read.sizeBytes} bytes with SHA-256 ${read.sha256}`);
    }
    // Without it the copy can be restored, but no longer be recognised without reading all of it.
    if (isEncrypted(remoteName) && !(await place.stat(manifestNameOf(remoteName)))) {
      throw copyMissing(name, manifestNameOf(remoteName));
    }
    return { ...read, seen };
  });
}

interface Seal {
  /** The seal is over the bytes before this one. */
  endsAt: number;
  sha256: string;
}

/** A plain copy that was found there: the file itself says what its bytes must be. */
async function readSeal(place: Destination, remoteName: string, options: ReadOptions): Promise<Seal> {
  const stats = await place.stat(remoteName);
  if (!stats) throw copyMissing(options.destination, remoteName);
  const trailer = await readRemoteTrailer(place, remoteName, stats.sizeBytes, options);
  if (!trailer) throw copyDamaged(options.destination, remoteName, 'its end cannot be read');
  return { endsAt: trailer.trailerAt + trailer.sealedBytes.length, sha256: trailer.seal };
}

/** The trailer of a plain file of ours, by reading only its end; null when it has none. */
export async function readRemoteTrailer(place: Destination, name: string, sizeBytes: number, options: ReadOptions) {
  const from = Math.max(0, sizeBytes - TRAILER_MAX_BYTES);
  const tail = await readTail(place, name, from, options);
  const length = trailerLength(tail.subarray(Math.max(0, tail.length - TRAILER_TAIL_BYTES)));
  if (length === null || length > tail.length || from + tail.length !== sizeBytes) return null;
  const trailer = parseTrailerAs(tail.subarray(tail.length - length), AnyManifest);
  return trailer && { ...trailer, trailerAt: sizeBytes - length };
}
