/** Lets go of files of the log that no moment needs any more. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { eraseNoted, noteErasing } from '../backup/erasing';
import type { CoreContext } from '../core/context';
import { knownCode, wrapError } from '../errors/wrap';
import { readLogManifestOf } from './log-manifest';
import { logFolder, parseLogName, SEALED_ENDING } from './log-names';
import { knownLog } from './log-of';
import { decideSegments } from './log-retention';
import { readLogHeader } from './read-log-file';
import type { LogGeneration, LogSegment } from './types';

/** Of a note; not that of backups. */
const PREFIX = 'erasing-log.';

type EraseContext = Pick<CoreContext, 'store' | 'settings' | 'problems' | 'changed'>;

/**
 * Lets go, of each database, of what `decideSegments` says. One database's failure never stops another's; it is recorded.
 * Nothing more is deleted once `isStopped` says so.
 */
export async function letGoOfLogs(context: EraseContext, nowMs: number, isStopped = () => false): Promise<void> {
  for (const { id } of context.store.databases.list({ includeRemoved: true })) {
    try {
      await letGoOf(context, id, nowMs, isStopped);
    } catch (thrown) {
      context.problems.reportOnce(wrapError(thrown).toView(), id);
    }
  }
}

async function letGoOf(
  context: EraseContext,
  databaseId: string,
  nowMs: number,
  isStopped: () => boolean,
): Promise<void> {
  const { store } = context;
  if (store.logs.generations(databaseId).length === 0) return;
  const known = knownLog(store, databaseId, ({ id }) => isCopied(context, id));
  const { keepHours } = context.settings().continuous;
  const { segments, emptyGenerations } = decideSegments(known, keepHours, nowMs);
  const going = new Set(segments.flatMap(({ id, keep }) => (keep ? [] : [id])));
  // The oldest first: whatever a crash leaves follows without a gap.
  for (const segment of known.segments) {
    if (isStopped()) return;
    if (going.has(segment.id)) await eraseSegment(context, segment);
  }
  for (const generation of known.generations) {
    if (isStopped()) return;
    if (emptyGenerations.includes(generation.id)) await eraseGeneration(context, generation);
  }
}

/**
 * Deletes the file of a segment. Its entry goes as well, or stays as kept elsewhere where destinations have it. The entry
 * changes first, as for backups.
 */
async function eraseSegment(context: EraseContext, { id, file, state }: LogSegment): Promise<void> {
  const { store } = context;
  const copied = isCopied(context, id);
  if (state === 'elsewhere' && copied) return;
  store.atomically(() => {
    noteErasing(store, { id, file }, PREFIX);
    if (copied) store.logs.setSegmentState(id, 'elsewhere', null);
    else store.logs.removeSegment(id);
  });
  context.changed();
  await eraseNoted(store, { id, file }, PREFIX);
}

/** Also deletes the file that was not sealed when it ended. */
async function eraseGeneration(context: EraseContext, { id, databaseId }: LogGeneration): Promise<void> {
  const { store } = context;
  if (store.logs.segmentsIn(id).length > 0) return;
  const left = await unsealedFiles(context, id, databaseId);
  store.atomically(() => {
    for (const target of left) noteErasing(store, target, PREFIX);
    store.logs.removeGeneration(id);
  });
  context.changed();
  for (const target of left) await eraseNoted(store, target, PREFIX);
}

async function unsealedFiles(context: EraseContext, generationId: string, databaseId: string) {
  const name = context.store.databases.get(databaseId)?.name;
  if (name === undefined) return [];
  const folder = logFolder(context.settings().backupFolder, name);
  const names = await fs.readdir(folder).catch((thrown: unknown) => {
    if (knownCode(thrown) === 'FILE_NOT_FOUND') return [];
    throw thrown;
  });
  return names.flatMap((file) => {
    const parsed = parseLogName(file);
    if (parsed?.generationId !== generationId || parsed.sealed) return [];
    return [{ id: `${generationId}-${parsed.segment}`, file: path.join(folder, file) }];
  });
}

const isCopied = ({ store }: EraseContext, segmentId: string): boolean =>
  store.segmentCopies.of(segmentId).some(({ state }) => state === 'copied');

/**
 * For the start: deletes what was noted and is still there. A file of that name that is another segment, or none, is left
 * alone. What cannot be deleted stays noted, and is recorded as a problem.
 */
export async function finishErasingLogs({ store, problems }: Pick<CoreContext, 'store' | 'problems'>): Promise<void> {
  for (const [id, file] of store.facts.list(PREFIX, z.string())) {
    const segment = store.logs.segment(id);
    // Taken in again since.
    const wanted = segment?.file === file && segment.state !== 'elsewhere';
    try {
      if (wanted || (await holdsAnother(file, id))) store.facts.write(PREFIX + id, null);
      else await eraseNoted(store, { id, file }, PREFIX);
    } catch (thrown) {
      problems.reportOnce(wrapError(thrown, { path: file }).toView(), null);
    }
  }
}

/** False also when the file is not there. */
async function holdsAnother(file: string, id: string): Promise<boolean> {
  try {
    if (file.endsWith(SEALED_ENDING)) {
      const info = await readLogManifestOf(file);
      return !info || `${info.manifest.generationId}-${info.manifest.segment}` !== id;
    }
    const header = await readLogHeader(file);
    return !header || `${header.generationId}-${header.segment}` !== id;
  } catch (thrown) {
    if (knownCode(thrown) === 'FILE_NOT_FOUND') return false;
    throw thrown;
  }
}
