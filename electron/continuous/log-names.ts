/** Where the files of the transaction log lie, and how they are called. */
import path from 'node:path';
import { slug } from '../backup/naming';

/** Name of the folder in that of a database. */
export const LOG_FOLDER = 'log';
const OPEN_SUFFIX = '.log';
/** What the name of a segment gets more when it is sealed. */
export const SEALED_ENDING = '.gz';
const DIGITS = 6;

/** `<backupFolder>/<slug>/log`. */
export const logFolder = (backupFolder: string, databaseName: string): string =>
  path.join(backupFolder, slug(databaseName), LOG_FOLDER);

const stem = (databaseName: string, generationId: string, segment: number): string =>
  `${slug(databaseName)}-${generationId}-${String(segment).padStart(DIGITS, '0')}`;

/** Name of a segment while it is written. */
export const openLogName = (databaseName: string, generationId: string, segment: number): string =>
  `${stem(databaseName, generationId, segment)}${OPEN_SUFFIX}`;

/** Name of a sealed segment. */
export const sealedLogName = (databaseName: string, generationId: string, segment: number): string =>
  `${stem(databaseName, generationId, segment)}${OPEN_SUFFIX}${SEALED_ENDING}`;

/** What a name says; null when no file of a log has it. */
export function parseLogName(
  name: string,
): { prefix: string; generationId: string; segment: number; sealed: boolean } | null {
  const match = /^(?<prefix>[^.].*)-(?<generation>\d{8}T\d{6}Z-[0-9a-f]{6})-(?<segment>\d{6,})\.log(?<gz>\.gz)?$/u.exec(
    name,
  );
  const { prefix, generation, segment, gz } = match?.groups ?? {};
  if (prefix === undefined || generation === undefined || segment === undefined) return null;
  return { prefix, generationId: generation, segment: Number(segment), sealed: gz !== undefined };
}

/** When a generation was begun, to the second, as its id says. ISO 8601. */
export function generationStartedAt(generationId: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(generationId) ?? [];
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}
