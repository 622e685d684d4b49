/** Ending a generation that a capture before left, and that does not go on. */
import fs from 'node:fs';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { GenerationOver } from './capture-log';
import { type FoundGeneration, leftovers } from './capture-resume';
import type { CaptureSettings, FromCapture } from './protocol';
import type { SealRequest } from './segment-seal';
import type { LiveWal } from './wal-live';

/** Why a generation does not go on with what is open now. */
export function reasonFor({ note }: FoundGeneration, live: LiveWal): GenerationOver['because'] {
  if (note && note.identity !== live.identity) return 'database-replaced';
  return note && note.pageSizeBytes !== live.pageSizeBytes ? 'page-size-changed' : 'interrupted';
}

/**
 * What is to be sealed of it, and what is to be said.
 * @param over why it ended, where it did not say so itself; null: `interrupted`
 * @throws what `fs` throws
 */
export async function endOf(
  settings: CaptureSettings,
  generation: FoundGeneration,
  over: GenerationOver | null,
  nowMs: number,
  signal: AbortSignal,
): Promise<{ requests: SealRequest[]; news: FromCapture }> {
  const { note, id } = generation;
  const { requests, damaged } = await leftovers(settings, generation, Infinity, signal);
  const at = new Date(note?.lookedAtMs ?? requests.at(-1)?.holds.between?.untilMs ?? nowMs).toISOString();
  const detail = [note?.ended?.detail ?? over?.detail ?? '', ...damaged].join(' ');
  const because = note?.ended?.because ?? over?.because ?? 'interrupted';
  return { requests, news: { type: 'ended', generationId: id, because, at: note?.ended?.at ?? at, detail } };
}

/** What stands in the way of capturing after a generation ended. */
export function errorOf({ because, detail }: GenerationOver, { folder, database }: CaptureSettings): HoldfastError {
  if (because === 'disk-full') return holdfastError('DISK_FULL', { params: { path: folder }, detail });
  if (because === 'database-replaced' && !fs.existsSync(database.path)) {
    return holdfastError('FILE_NOT_FOUND', { params: { path: database.path }, detail });
  }
  return holdfastError('CONTINUOUS_FAILED', { params: { name: database.name, reason: detail }, detail });
}
