/** What lies in a backup folder, one file after the other: of any number of files, a few at a time. */
import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { LOG_FOLDER } from '../continuous/log-names';
import { knownCode } from '../errors/wrap';
import { readFull } from './compress';
import { readManifestOf } from './decompress';
import { MEMBER_HEADER_BYTES, parseMemberHeader } from './gzip-member';
import type { Manifest } from './manifest';
import { hasPointName, isBackupName, isPartial, isPartialOf } from './naming';

/**
 * `known`: by its name alone, it was not read. `partial`: an unfinished file of this home. `damaged`: a backup whose end
 * is damaged or missing, or that cannot be read. `foreign`: everything else.
 */
export type Sighting =
  | { what: 'backup'; file: string; manifest: Manifest }
  | { what: 'known' | 'partial' | 'damaged' | 'foreign'; file: string };

export interface LookOptions {
  /** Of this home. */
  mark: string;
  /** Files that need not be read. */
  isKnown: (file: string) => boolean;
  /** A folder inside that cannot be read is no reason not to look at the rest. */
  onUnreadable: (folder: string, thrown: unknown) => void;
  signal: AbortSignal;
}

/** Entries that are read from a folder at once: the work between two of them must stay short. */
const BATCH = 128;

/**
 * Looks at the files of a folder and of the folders in it, not deeper. Symbolic links are not followed.
 * @throws what `fs` throws when the folder itself cannot be read; the signal's reason before the next file
 */
export async function* lookThrough(folder: string, options: LookOptions): AsyncGenerator<Sighting> {
  for await (const child of await fs.opendir(folder, { bufferSize: BATCH })) {
    options.signal.throwIfAborted();
    const at = path.join(folder, child.name);
    if (!child.isDirectory()) yield* sightingOf(at, child, options);
    else yield* lookInto(at, options);
  }
}

async function* lookInto(folder: string, options: LookOptions): AsyncGenerator<Sighting> {
  try {
    for await (const child of await fs.opendir(folder, { bufferSize: BATCH })) {
      options.signal.throwIfAborted();
      // Files of the transaction log are looked at by themselves.
      if (child.isDirectory() && child.name === LOG_FOLDER) continue;
      yield* sightingOf(path.join(folder, child.name), child, options);
    }
  } catch (thrown) {
    options.signal.throwIfAborted();
    if (knownCode(thrown) === null) throw thrown;
    options.onUnreadable(folder, thrown);
  }
}

async function* sightingOf(file: string, child: Dirent, options: LookOptions): AsyncGenerator<Sighting> {
  if (isPartialOf(child.name, options.mark)) yield { what: 'partial', file };
  // Another Holdfast's work in hand is nothing to tell.
  else if (isPartial(child.name)) return;
  else if (!child.isFile() || !isBackupName(child.name)) yield { what: 'foreign', file };
  else if (options.isKnown(file)) yield { what: 'known', file };
  else yield* readOne(file, child.name);
}

async function* readOne(file: string, name: string): AsyncGenerator<Sighting> {
  try {
    const info = await readManifestOf(file);
    if (info) yield { what: 'backup', file, manifest: info.manifest };
    else yield { what: hasPointName(name) || (await beginsAsBackup(file)) ? 'damaged' : 'foreign', file };
  } catch (thrown) {
    const code = knownCode(thrown);
    if (code === null) throw thrown;
    // Deleted since the folder was listed.
    if (code !== 'FILE_NOT_FOUND') yield { what: 'damaged', file };
  }
}

async function beginsAsBackup(file: string): Promise<boolean> {
  const handle = await fs.open(file, 'r');
  try {
    const header = Buffer.alloc(MEMBER_HEADER_BYTES);
    return (await readFull(handle, header, 0)) === header.length && parseMemberHeader(header) !== null;
  } finally {
    await handle.close();
  }
}
