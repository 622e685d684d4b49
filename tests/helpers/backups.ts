/** Requests for the job processes, as the services of the core make them, with short waits for locks. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { type BackupResult, takeBackup as takeBackupInProcess } from '../../electron/backup/take-backup';
import { holdfastError } from '../../electron/errors/holdfast-error';
import { checkIntegrity, type IntegrityChecker } from '../../electron/integrity/check';
import type { JobRequest } from '../../electron/jobs/protocol';
import type { JobOptions, Place } from './engine';

let number = 0;

/** A backup request whose files all lie in the place. */
export function backupRequest(
  place: Place,
  database: string,
  options: Partial<JobRequest<'backup'>> = {},
): JobRequest<'backup'> {
  const name = `backup-${++number}`;
  return {
    id: name,
    database: { id: 'database-1', name: basename(database), path: database },
    kind: 'manual',
    snapshotFile: place.file(`scratch/${name}.sqlite`),
    keepSnapshot: false,
    partialFile: place.file(`backups/.${name}.partial`),
    finalFile: place.file(`backups/${name}.sqlite.gz`),
    parent: null,
    newMapFile: null,
    lockTimeoutMs: 10_000,
    acceptDamaged: false,
    ...options,
  };
}

export interface Taken {
  file: string;
  result: BackupResult;
}

/** Takes a backup in a job process. */
export async function takeBackup(
  place: Place,
  database: string,
  options: Partial<JobRequest<'backup'>> = {},
  launch: JobOptions = {},
): Promise<Taken> {
  const request = backupRequest(place, database, options);
  return taken(await place.job('backup', request, launch));
}

/** Takes a backup in this process: quicker, for tests whose matter is what comes after. No test app has it open yet. */
export async function takeBackupHere(
  place: Place,
  database: string,
  options: Partial<JobRequest<'backup'>> = {},
): Promise<Taken> {
  const request = backupRequest(place, database, options);
  return taken(await takeBackupInProcess(request, HERE));
}

function taken(result: BackupResult | null): Taken {
  if (!result) throw new Error('nothing changed');
  return { file: result.file, result };
}

/** What a function that a job runs needs, for calling it in this process. */
export const HERE: { check: IntegrityChecker; onProgress: () => void; signal: AbortSignal } = {
  check: async (file) => checkIntegrity(file),
  onProgress: () => undefined,
  signal: new AbortController().signal,
};

/** Unpacks with the system's own gunzip, as a person without Holdfast would. */
export function gunzip(place: Place, backup: string): string {
  const target = place.file(`unpacked-${++number}.sqlite`);
  const { status, stderr } = spawnSync('sh', ['-c', 'gunzip -c "$1" > "$2"', 'sh', backup, target], {
    encoding: 'utf8',
  });
  if (status !== 0) throw holdfastError('GZIP_DAMAGED', { params: { path: backup }, detail: stderr });
  return target;
}

/** What a backup in the place must leave when it failed: nothing. */
export function leftBehind(place: Place): string[] {
  return [...place.list(place.file('scratch')), ...place.list(place.file('backups'))];
}
