/** Takes backup files from anywhere into the backup folder and the catalogue. */
import fs from 'node:fs/promises';
import type { RestorePoint } from '@shared/models';
import type { CoreContext } from '../core/context';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { holdfastError } from '../errors/holdfast-error';
import type { RunningJob } from '../jobs/runner';
import type { InspectedFile } from '../restore/inspect';
import type { CatalogueEntry } from '../store/backups';
import { entryOf } from './entry';
import { CHANGES_FORMAT, type Manifest } from './manifest';
import { backupFile, homeMark, partialFile } from './naming';
import { rememberDatabase } from './unguarded';
import { freeDependants } from './verify-point';

export interface ImportParts {
  /** Proves a file, with the chain that lies beside it, inside the import's job. */
  inspect: (job: RunningJob, folder: ScratchFolder, file: string, passphrase?: string) => Promise<InspectedFile>;
  /** The restore point as people see it. */
  point: (pointId: string) => RestorePoint;
}

/** One file of the chain, with what the catalogue knows of it. */
interface Incoming {
  manifest: Manifest;
  /** Where it lies now. */
  from: string;
  sizeBytes: number;
  sha256: string;
  known: CatalogueEntry | null;
  /** The backup folder has the file, compared: it was proved there, or is the one that was just read. */
  there: boolean;
}

/**
 * Proves a backup file of Holdfast's own and takes it, with the files it needs, into the backup folder. A restore point
 * that is there and proved is the answer as it is; a file that is missing, damaged or not proved there is put back. Only
 * the restore point that was named is proved by this; those before it, when they are new, stay unproved until they are
 * verified. A database that is not known here is remembered and not guarded.
 * Rejects with what inspecting rejects with; BACKUP_FILE_DAMAGED when it is not proved; INVALID_INPUT for a file that
 * Holdfast did not write; BACKUP_MISMATCH when the catalogue knows another content under the same id; what `takeIn` throws.
 */
export function importBackup(
  context: CoreContext,
  parts: ImportParts,
  file: string,
  passphrase?: string,
): JobHandle<RestorePoint> {
  return context.jobs.start({
    // As heavy as a proof: it waits its turn among backups and restores.
    kind: 'verify',
    databaseId: null,
    subject: file,
    body: (job) =>
      context.scratch.use(job.id, async (folder) => {
        job.setPhase('prove');
        const inspected = await parts.inspect(job, folder, file, passphrase);
        const incoming = await incomingOf(context, inspected, file);
        return parts.point(await takeAll(context, job, incoming, inspected));
      }),
  });
}

/** @throws as `importBackup` rejects */
async function incomingOf(context: CoreContext, inspected: InspectedFile, file: string): Promise<Incoming[]> {
  if (!inspected.manifest) {
    const reason = 'only backups that Holdfast made can be imported; restore this file from where it is';
    throw holdfastError('INVALID_INPUT', { params: { reason, path: file } });
  }
  const failed = inspected.checks.find(({ outcome }) => outcome === 'failed');
  if (failed) {
    const params = { path: file, step: failed.step, createdAt: inspected.manifest.createdAt };
    throw holdfastError('BACKUP_FILE_DAMAGED', { params, detail: failed.detail });
  }
  // Its proof read all that it is built on.
  const isOwnProved = context.store.backups.get(inspected.manifest.id)?.state === 'proved';
  const incoming: Incoming[] = [];
  for (const { file: from, manifest, sizeBytes, sha256 } of inspected.links) {
    // What was proved was read to its end: both are there.
    if (!manifest || sha256 === null) throw holdfastError('INTERNAL', { detail: `${from} was not read` });
    const known = context.store.backups.get(manifest.id);
    const another = known && known.sha256 !== '' && known.sha256 !== sha256;
    if (known && (another || known.contentSha256 !== manifest.contentSha256)) {
      const detail = `the catalogue knows another restore point as ${known.id}`;
      throw holdfastError('BACKUP_MISMATCH', { params: { path: file }, detail });
    }
    // That the catalogue knows a file which nobody read yet says nothing of its bytes.
    const isCompared =
      known?.state === 'proved' || (known?.state === 'unproved' && (isOwnProved || from === known.file));
    const there = known !== null && isCompared && (await isThere(known));
    incoming.push({ manifest, from, sizeBytes, sha256, known, there });
  }
  return incoming;
}

const isThere = ({ file }: CatalogueEntry): Promise<boolean> =>
  fs.stat(file).then(
    (stat) => stat.isFile(),
    () => false,
  );

async function takeAll(
  context: CoreContext,
  job: RunningJob,
  incoming: readonly Incoming[],
  { checks }: InspectedFile,
): Promise<string> {
  const own = incoming.at(-1);
  if (!own) throw holdfastError('INTERNAL', { detail: 'an import without files' });
  const { id } = own.manifest;
  if (own.known?.state === 'proved' && incoming.every(({ there }) => there)) return id;
  const { store } = context;
  const database = rememberDatabase(context, own.manifest, new Date().toISOString());
  const placed = incoming.map((one) => ({
    ...one,
    to: one.known?.file ?? newFile(context, database.name, one.manifest),
  }));
  const files = placed
    .filter(({ there }) => !there)
    .map(({ from, to, sha256, known }) => {
      const partial = partialFile(to, homeMark(context.paths.root));
      return { from, partial, to, sha256, replace: known?.state === 'failed' || known?.state === 'unproved' };
    });
  if (files.length > 0) await job.process('take-in', { files });
  const verifiedAt = new Date().toISOString();
  store.atomically(() => {
    for (const { manifest, known, to, sizeBytes, sha256, there } of placed) {
      const proof =
        manifest.id === id
          ? { state: 'proved' as const, verifiedAt, checks }
          : { state: 'unproved' as const, verifiedAt: null, checks: [] };
      const facts = { databaseId: database.id, file: to, sizeBytes, sha256, durationMs: 0 };
      if (!known) store.backups.insert(entryOf(manifest, { ...facts, ...proof }));
      else if (manifest.id === id || !there) store.backups.updateProof(known.id, { ...proof, sha256 });
    }
  });
  const entry = store.backups.get(id);
  if (entry) freeDependants(context, entry);
  context.pointsChanged(database.id);
  context.changed();
  return id;
}

/** The database that a backup says it is of; one that is not known here is remembered, and not guarded. */
function newFile(context: CoreContext, name: string, { id, kind, format }: Manifest): string {
  const form = format === CHANGES_FORMAT ? 'changes' : 'full';
  return backupFile(context.settings().backupFolder, name, id, kind, form);
}
