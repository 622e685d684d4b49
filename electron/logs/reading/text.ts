/** An entry as it stands in its file. */
import { stat } from 'node:fs/promises';
import { holdfastError } from '../../errors/holdfast-error';
import type { FilePosition } from '../types';
import { goTo, headOf, HEAD_BYTES, isUnfinished, openContent, readUpTo } from './content';
import { cleaned } from './clean';
import { asFound, findFiles, type FoundFile } from './find-files';
import { beginsAs, type Identity, parseIdentity } from './identity';
import { decoded, encodingOf } from './lines';
import { rotatedName } from './rotation';
import { basename, dirname, join } from 'node:path';

/**
 * Text of a piece of content, without what steers a terminal; at most `mostBytes` of it. The file is found again when it was
 * renamed or packed. FILE_NOT_FOUND when neither it nor a rotated one holds the content any more.
 */
export async function readText(
  file: Pick<FilePosition, 'path' | 'identity'>,
  offset: number,
  sizeBytes: number,
  mostBytes: number,
): Promise<string> {
  const identity = parseIdentity(file.identity);
  if (identity === null) throw holdfastError('FILE_NOT_FOUND', { params: { path: file.path } });
  const size = Math.min(sizeBytes, mostBytes);
  for (const candidate of await candidates(file.path, identity)) {
    const text = await textIn(candidate, identity, offset, size);
    if (text !== null) return text;
  }
  throw holdfastError('FILE_NOT_FOUND', { params: { path: file.path } });
}

/** The file at the path first when it is still the same one, then the same inode, then those with the same beginning. */
async function candidates(path: string, identity: Identity): Promise<FoundFile[]> {
  const own = await stat(path).then(
    (found) => asFound(path, found),
    () => null,
  );
  const { files } = await findFiles(join(dirname(path), rotatedName(basename(path)).base));
  const all = own === null ? files : [own, ...files.filter((file) => file.key !== own.key)];
  return all.sort((a, b) => Number(b.key === identity.key) - Number(a.key === identity.key));
}

async function textIn(file: FoundFile, identity: Identity, offset: number, size: number): Promise<string | null> {
  const { isGzip } = file.rotated;
  try {
    const head = await headOf(file.path, isGzip, HEAD_BYTES);
    if (!beginsAs(head, identity)) return null;
    const content = await openContent(file.path, isGzip);
    try {
      await goTo(content, offset);
      if (content.offset !== offset) return null;
      const bytes = await readUpTo(content, size);
      if (bytes.length < size) return null;
      return cleaned(decoded(bytes, encodingOf(head).encoding)).trimEnd();
    } finally {
      await content.close();
    }
  } catch (error) {
    // Renamed or removed meanwhile, or a .gz that is still being written: the next one may be it.
    if (isUnfinished(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
