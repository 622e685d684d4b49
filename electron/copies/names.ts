/** Names of copies at destinations, and of what waits in this home to be sent. */
import path from 'node:path';
import { LOG_FOLDER } from '../continuous/log-names';
import type { CatalogueEntry } from '../store/backups';

const AGE = '.age';
const MANIFEST = '.manifest.age';
const PLAIN = /\.(sqlite|pages|log)\.gz$/;
const LOG = '.log.gz';

/**
 * `video/video-20261121T020000Z-1a2b3c-daily.sqlite.gz.age`: the folder and the name of the backup file. Files of the
 * transaction log lie in a folder below: `video/log/video-20261121T020000Z-1a2b3c-000001.log.gz`.
 */
export function remoteNameOf(file: string, encrypted: boolean): string {
  const folder = path.dirname(file);
  const isBelow = isLogFile(file) && path.basename(folder) === LOG_FOLDER;
  const folders = isBelow ? `${path.basename(path.dirname(folder))}/${LOG_FOLDER}` : path.basename(folder);
  const name = `${folders}/${path.basename(file)}`;
  return encrypted ? name + AGE : name;
}

/** True for files of the transaction log, also encrypted ones. */
export const isLogFile = (name: string): boolean => withoutAge(name).endsWith(LOG);

export const isEncrypted = (remoteName: string): boolean => remoteName.endsWith(AGE);
export const withoutAge = (remoteName: string): string =>
  isEncrypted(remoteName) ? remoteName.slice(0, -AGE.length) : remoteName;
/** Name of the small encrypted manifest beside an encrypted copy. */
export const manifestNameOf = (remoteName: string): string => withoutAge(remoteName) + MANIFEST;

/** Everything that belongs to a copy, the copy itself first. */
export const filesOfCopy = (remoteName: string): string[] =>
  isEncrypted(remoteName) ? [remoteName, manifestNameOf(remoteName)] : [remoteName];

/** What a file at a destination is by its name. */
export function kindOfRemote(name: string): 'copy' | 'encrypted-copy' | 'manifest' | 'foreign' {
  if (name.endsWith(MANIFEST)) return PLAIN.test(name.slice(0, -MANIFEST.length)) ? 'manifest' : 'foreign';
  if (PLAIN.test(name)) return 'copy';
  return isEncrypted(name) && PLAIN.test(withoutAge(name)) ? 'encrypted-copy' : 'foreign';
}

/** Files in the folder of what is to be sent. They stay over retries: a resumed upload sends the same bytes. */
export function outgoingFiles(folder: string, pointId: string, destinationId: string) {
  const base = path.join(folder, `${pointId}-${destinationId}`);
  return {
    encrypted: `${base}.age`,
    manifest: `${base}.manifest.age`,
    draft: `${base}.manifest.json`,
    state: `${base}.json`,
  };
}

/** Whether a file in that folder belongs to a copy that is still to be made. */
export const isOutgoingOf = (name: string, copies: readonly { pointId: string; destinationId: string }[]): boolean =>
  copies.some(({ pointId, destinationId }) => name.startsWith(`${pointId}-${destinationId}.`));

export type CopiedPoint = Pick<CatalogueEntry, 'id' | 'createdAt' | 'file' | 'sizeBytes' | 'sha256'>;
