/**
 * The marker of a folder that is a destination. An empty mount point looks like any folder: what has no marker is never
 * written to.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makePrivateFolders } from '../core/folders';
import { holdfastError } from '../errors/holdfast-error';
import { folderError, isAbsent, notMounted } from './errors';

export const MARKER_NAME = '.holdfast-destination.json';
const MARKER_FORMAT = 'holdfast-destination/1';
const Marker = z.object({ format: z.literal(MARKER_FORMAT), id: z.string().min(8).max(64) });

/** What a new file system has in its root by itself. */
const NOBODYS = new Set(['lost+found', 'System Volume Information', '$RECYCLE.BIN']);

export const OTHER_FILES = 'the folder holds other files; choose an empty one, or a new one in it';
export const DAMAGED_MARKER = `its marker ${MARKER_NAME} is damaged`;
/** True for what keeps a folder without a marker from becoming a destination. */
export const isSomebodys = (fileName: string): boolean => !NOBODYS.has(fileName) && !fileName.startsWith(MARKER_NAME);

/** A marker that no other destination has. */
export function newMarker(): { id: string; text: string } {
  const id = randomBytes(12).toString('hex');
  return { id, text: `${JSON.stringify({ format: MARKER_FORMAT, id })}\n` };
}

/** The id in the text of a marker; null when it is damaged. */
export function markerIdIn(text: string): string | null {
  const parsed = Marker.safeParse(parseJson(text));
  return parsed.success ? parsed.data.id : null;
}

/**
 * The id in the marker of `folder`.
 * @throws DESTINATION_NOT_MOUNTED without a marker, DESTINATION_UNUSABLE when it cannot be read
 */
export async function readMarker(name: string, folder: string): Promise<string> {
  const id = await markerOf(name, folder);
  if (id === null) throw notMounted(name, folder, `there is no ${MARKER_NAME}`);
  return id;
}

/** False only when the folder certainly has no marker. */
export async function hasMarker(name: string, folder: string): Promise<boolean> {
  return (await markerOf(name, folder).catch(() => '')) !== null;
}

/** Gives an empty or new folder a marker; keeps the one that is there. @throws DESTINATION_UNUSABLE */
export async function setUpMarker(name: string, folder: string): Promise<string> {
  try {
    if (!path.isAbsolute(folder)) throw unusable(name, 'its path is not absolute');
    makePrivateFolders(folder);
    const there = await markerOf(name, folder);
    if (there !== null) return there;
    if ((await fs.readdir(folder)).some(isSomebodys)) throw unusable(name, OTHER_FILES);
    const { id, text } = newMarker();
    const draft = path.join(folder, `${MARKER_NAME}.partial`);
    const handle = await fs.open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(draft, path.join(folder, MARKER_NAME));
    await syncFolder(folder);
    return id;
  } catch (thrown) {
    throw folderError(name, thrown);
  }
}

/** Null when there is none. */
async function markerOf(name: string, folder: string): Promise<string | null> {
  let text: string;
  try {
    text = await fs.readFile(path.join(folder, MARKER_NAME), 'utf8');
  } catch (thrown) {
    if (isAbsent(thrown)) return null;
    throw folderError(name, thrown);
  }
  const id = markerIdIn(text);
  if (id === null) throw unusable(name, DAMAGED_MARKER);
  return id;
}

const unusable = (name: string, reason: string) => holdfastError('DESTINATION_UNUSABLE', { params: { name, reason } });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}

/** Some file systems (shares, FUSE) cannot sync a folder; they have no name that could be lost apart from the file. */
const CANNOT_SYNC: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF', 'EISDIR']);

/** Makes a new name survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } catch (thrown) {
    if (!CANNOT_SYNC.has((thrown as NodeJS.ErrnoException).code)) throw thrown;
  } finally {
    await handle.close();
  }
}
