/** Makes one copy: encrypts, sends, compares. Killed at any moment, the next run goes on where it stopped. */
import type { Destination } from '../../destinations/types';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import { filesOfCopy, manifestNameOf } from '../names';
import type { CopyJobResults } from '../protocol';
import { type CopyRequest, type Outgoing, prepareOutgoing, resumePoints } from './outgoing';
import { atDestination, type CopyJobContext } from './place';

/**
 * @throws BACKUP_FILE_MISSING, BACKUP_FILE_DAMAGED, DISK_FULL for what lies here; what `Destination` throws for the rest;
 * COPY_FAILED for what has no name
 */
export async function copyPoint(request: CopyRequest, context: CopyJobContext): Promise<CopyJobResults['copy']> {
  const { destination, point } = request;
  const outgoing = await prepareOutgoing(request, context);
  try {
    return await atDestination(destination, 'use', context.signal, async (place, seen) => {
      if (request.replace) for (const name of filesOfCopy(request.remoteName)) await place.remove(name);
      const stored = await send(place, request, outgoing, context);
      await outgoing.noted();
      await place.tidy(await resumePoints(request.outgoing, destination.id));
      return { ...stored, sha256: outgoing.file.sha256, seen };
    });
  } catch (thrown) {
    const error = thrown as HoldfastError;
    // What could not be sent as it is must not be sent again.
    if (error.code === 'BACKUP_FILE_DAMAGED' || error.code === 'COPY_DAMAGED') await outgoing.remove();
    if (error.code !== 'BACKUP_FILE_DAMAGED' || error.params.path === point.file) throw error;
    const params = { name: destination.config.name, createdAt: point.createdAt, reason: 'the file to be sent changed' };
    throw holdfastError('COPY_FAILED', { params, cause: error });
  }
}

/** The manifest goes first: a copy that is there can be told what it is. */
async function send(place: Destination, request: CopyRequest, outgoing: Outgoing, context: CopyJobContext) {
  const { manifest, file } = outgoing;
  const { signal } = context;
  if (manifest) {
    const name = manifestNameOf(request.remoteName);
    const there = await place.stat(name);
    // Of an attempt whose encrypted file is lost: it says nothing of the one that is sent now.
    if (there && !(await place.stat(request.remoteName))) await place.remove(name);
    await place.put({
      ...{ file: manifest.path, name, sizeBytes: manifest.sizeBytes, sha256: manifest.sha256, signal },
      ...{ resume: null, onResume: () => undefined, onProgress: () => undefined },
    });
  }
  return place.put({
    ...{ file: file.path, name: request.remoteName, sizeBytes: file.sizeBytes, sha256: file.sha256, signal },
    resume: outgoing.resume,
    onResume: outgoing.noteResume,
    onProgress: (done) => context.onProgress('upload', done, file.sizeBytes),
  });
}
