/** Opens a destination for the length of a job. */
import { openDestination } from '../../destinations/open';
import { notMounted } from '../../destinations/errors';
import type { Destination } from '../../destinations/types';
import { HoldfastError, holdfastError } from '../../errors/holdfast-error';
import type { CopyTarget, SeenPlace } from '../protocol';

export interface CopyJobContext {
  onProgress: (phase: 'encrypt' | 'upload' | 'download' | 'compare', doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * @throws what opening throws and what `work` throws; DESTINATION_NOT_MOUNTED when another disk is in its place;
 * DESTINATION_UNUSABLE for what has no name
 */
export async function atDestination<T>(
  target: CopyTarget,
  purpose: 'use' | 'set-up',
  signal: AbortSignal,
  work: (place: Destination, seen: SeenPlace) => Promise<T>,
): Promise<T> {
  const { id, config, secrets } = target;
  let place: Destination | null = null;
  try {
    place = await openDestination({ id, config, secrets, purpose, signal });
    const seen: SeenPlace = { marker: place.marker?.() ?? null };
    if (target.marker !== null && seen.marker !== target.marker) {
      const path = config.kind === 's3' ? '' : config.path;
      throw notMounted(config.name, path, 'another disk is in its place');
    }
    return await work(place, seen);
  } catch (thrown) {
    if (signal.aborted) throw holdfastError('CANCELLED', { params: { name: config.name } });
    if (thrown instanceof HoldfastError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw holdfastError('DESTINATION_UNUSABLE', { params: { name: config.name, reason }, cause: thrown });
  } finally {
    // What went wrong before is told; a connection that is broken has nothing to close.
    await place?.close().catch(() => undefined);
  }
}
