/** Removes copies that retention let go. */
import type { z } from 'zod';
import type { COPY_JOB_REQUESTS, CopyJobResults } from '../protocol';
import { atDestination, type CopyJobContext } from './place';

type Request = z.infer<(typeof COPY_JOB_REQUESTS)['forget']>;

/** @throws what `Destination` throws; what was removed by then stays removed */
export function forgetCopies(
  { destination, names }: Request,
  { signal }: CopyJobContext,
): Promise<CopyJobResults['forget']> {
  return atDestination(destination, 'use', signal, async (place, seen) => {
    for (const name of names) {
      signal.throwIfAborted();
      await place.remove(name);
    }
    return { seen };
  });
}
