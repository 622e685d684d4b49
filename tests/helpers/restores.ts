/** A live database, an image to restore into it and a safety copy, prepared by the jobs that a restore runs. */
import type { ApplyResult } from '../../electron/restore/apply';
import type { JobRequest, JobResults } from '../../electron/jobs/protocol';
import { stageImage } from '../../electron/restore/stage';
import { HERE, takeBackupHere } from './backups';
import { type DatabaseOptions, logicalHash, makeDatabase } from './databases';
import type { LaunchOptions, Place } from './engine';

let number = 0;

export interface PrepareOptions extends DatabaseOptions {
  lockTimeoutMs?: number;
  /** How the image that is restored differs from the live database. */
  image?: DatabaseOptions;
}

export interface Prepared {
  live: string;
  /** Logical hash that the live database must have afterwards. */
  wanted: string;
  staged: JobResults['stage'];
  request: JobRequest<'apply'>;
  apply(options?: LaunchOptions): Promise<ApplyResult>;
  swap(): Promise<JobResults['swap']>;
}

/** The live database is labelled `live`, the image `image`. */
export async function prepareRestore(place: Place, options: PrepareOptions = {}): Promise<Prepared> {
  const { lockTimeoutMs = 5000, image = {}, ...live } = options;
  const name = `restore-${++number}`;
  const liveFile = makeDatabase(place.file(`${name}.db`), { label: 'live', ...live });
  const source = makeDatabase(place.file(`${name}-image.db`), { ...live, label: 'image', ...image });
  const { file, result } = await takeBackupHere(place, source);
  const stagingFile = place.file(`scratch/${name}-staging.sqlite`);
  const expected = {
    sizeBytes: result.sizeBytes,
    sha256: result.sha256,
    contentBytes: result.manifest.contentBytes,
    contentSha256: result.manifest.contentSha256,
  };
  const from = { type: 'backup', chain: [{ file, expected }], acceptDamaged: false, provedContent: false } as const;
  const staged = await stageImage(from, stagingFile, liveFile, HERE);
  const safetyFile = place.file(`scratch/${name}-safety.sqlite`);
  const safety = await takeBackupHere(place, liveFile, {
    kind: 'safety',
    snapshotFile: safetyFile,
    keepSnapshot: true,
  });
  const request = {
    stagingFile,
    stagingHash: staged.hash,
    liveFile,
    safetyFile,
    safetyStamp: safety.result.stamp,
    lateSafetyFile: place.file(`scratch/${name}-late.sqlite`),
    proofFile: place.file(`scratch/${name}-proof.sqlite`),
    lockTimeoutMs,
  };
  const { hash: stagingHash } = staged;
  const swapping = {
    stagingFile,
    stagingHash,
    liveFile,
    quarantine: `${liveFile}.kept`,
    temporary: `${liveFile}.temporary`,
  };
  return {
    live: liveFile,
    wanted: logicalHash(source),
    staged,
    request,
    apply: (launch = {}) => place.job('apply', request, launch),
    swap: () => place.job('swap', swapping),
  };
}

/** What an inspection asks its job, with everything in the place; nobody has typed a passphrase. */
export function inspectRequest(
  place: Place,
  file: string,
  options: Partial<JobRequest<'inspect'>> = {},
): JobRequest<'inspect'> {
  return {
    file,
    contentFile: place.file(`scratch/inspected-${++number}.sqlite`),
    folder: place.file(`scratch/opened-${number}`),
    passphrase: null,
    secrets: { passphrases: [], identities: [] },
    lockTimeoutMs: 1000,
    ...options,
  };
}
