/** Proves a restore point anew and tells the catalogue, also for the restore points that are made of the same files. */
import path from 'node:path';
import type { ProofCheck } from '@shared/models';
import type { CoreContext } from '../core/context';
import type { ScratchFolder } from '../core/scratch';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { CatalogueEntry } from '../store/backups';
import { linksOf, localChain } from './chain';
import { brokenBy, freedBy } from './dependants';
import { check, type Proof } from './prove';

/**
 * Restores `entry` into the scratch folder, checks it and records what was found. A failed proof is a result, recorded as
 * a problem.
 * @throws BACKUP_FILE_MISSING when its own file is gone; what the job throws
 */
export async function verifyPoint(
  context: CoreContext,
  job: RunningJob,
  entry: CatalogueEntry,
  folder: ScratchFolder,
): Promise<void> {
  try {
    // What is kept in the backup folder is proved there: a copy elsewhere would prove nothing of it.
    const elsewhere = entry.state === 'elsewhere';
    const chain = elsewhere ? await context.chainOf(job, entry, folder) : await localChain(context.store, entry);
    const proof = await job.process('prove', { chain, contentFile: folder.file('content.sqlite') });
    recordProof(context, entry, proof);
  } catch (thrown) {
    const error = wrapError(thrown, { path: entry.file });
    if (error.code === 'CHAIN_BROKEN')
      recordBrokenChain(context, entry, String(error.params['path'] ?? ''), error.detail);
    else if (error.code === 'BACKUP_FILE_MISSING' || isOwnFileGone(error, entry)) throw recordMissing(context, entry);
    else throw error;
  } finally {
    context.changed();
  }
}

const isOwnFileGone = (error: ReturnType<typeof wrapError>, { file }: CatalogueEntry): boolean =>
  error.code === 'FILE_NOT_FOUND' && error.params['path'] === file;

/** Records what a proof of the files in the backup folder found, of the restore point and of those that need them. */
export function recordProof(context: CoreContext, entry: CatalogueEntry, proof: Proof): void {
  const { backups } = context.store;
  // Let go here while it was proved: what was read is not in the backup folder any more.
  if (entry.state !== 'elsewhere' && backups.get(entry.id)?.state === 'elsewhere') return;
  const verifiedAt = new Date().toISOString();
  const failed = proof.checks.find(({ outcome }) => outcome === 'failed');
  const sha256 = entry.sha256 === '' && proof.proved && proof.sha256 ? { sha256: proof.sha256 } : {};
  const good = entry.state === 'elsewhere' ? 'elsewhere' : 'proved';
  backups.updateProof(entry.id, { state: failed ? 'failed' : good, verifiedAt, checks: proof.checks, ...sha256 });
  if (!failed) {
    freeDependants(context, entry);
    settleProblems(context, entry.databaseId);
    return;
  }
  const bad = damagedEntry(context, entry, proof) ?? entry;
  const found = proof.damage?.check ?? failed;
  if (bad.id !== entry.id) backups.updateProof(bad.id, { state: 'failed', verifiedAt, checks: [found] });
  // A faithful copy of a damaged database is no reason to doubt what is built on its pages.
  if (proof.damage) breakDependants(context, bad, `${found.step}: ${found.detail}`);
  const params = { name: nameOf(context, bad), path: bad.file, createdAt: bad.createdAt, step: found.step };
  const error = holdfastError('BACKUP_FILE_DAMAGED', { params, detail: found.detail });
  context.problems.report(error.toView(), entry.databaseId);
}

/** What was told of restore points is over when none is left of which it is true. */
export function settleProblems(context: CoreContext, databaseId: string): void {
  const states = new Set(context.store.backups.list(databaseId).map(({ state }) => state));
  if (!states.has('failed')) context.problems.settle(databaseId, ['BACKUP_FILE_DAMAGED', 'CHAIN_BROKEN']);
  if (!states.has('missing')) context.problems.settle(databaseId, ['BACKUP_FILE_MISSING']);
}

/** The catalogue's entry of the file that is damaged; null when none is, or when it lies elsewhere. */
function damagedEntry(context: CoreContext, entry: CatalogueEntry, { damage, links }: Proof): CatalogueEntry | null {
  if (!damage) return null;
  const entries = linksOf(entry, (id) => context.store.backups.get(id));
  const found = entries[damage.index];
  return found && found.file === links[damage.index]?.file ? found : null;
}

/**
 * After the file of `entry` was found damaged or gone: restore points that need it are no longer proved. `why` says what
 * was found.
 */
export function breakDependants(context: Pick<CoreContext, 'store'>, entry: CatalogueEntry, why: string): void {
  const { backups } = context.store;
  const verifiedAt = new Date().toISOString();
  for (const point of brokenBy(backups.list(entry.databaseId), entry.id)) {
    backups.updateProof(point.id, { state: 'failed', verifiedAt, checks: [chainCheck(entry.file, why)] });
  }
}

/** After `entry` was proved: those that failed because of its file are to be proved anew. */
export function freeDependants(context: CoreContext, entry: CatalogueEntry): void {
  const { backups } = context.store;
  for (const { id } of freedBy(backups.list(entry.databaseId), entry.id)) {
    backups.updateProof(id, { state: 'unproved', verifiedAt: null, checks: [] });
  }
}

const chainCheck = (file: string, why: string): ProofCheck => check('chain', false, `${path.basename(file)}: ${why}`);

function recordBrokenChain(context: CoreContext, entry: CatalogueEntry, file: string, why: string): void {
  const { backups } = context.store;
  const checks = [file === '' || file === entry.file ? check('chain', false, why) : chainCheck(file, 'is not there')];
  backups.updateProof(entry.id, { state: 'failed', verifiedAt: new Date().toISOString(), checks });
  const missing = file === entry.file ? null : backups.byFile(file);
  if (missing) {
    backups.setState(missing.id, 'missing');
    breakDependants(context, missing, 'is not there');
  } else breakDependants(context, entry, why);
  const params = { name: nameOf(context, entry), createdAt: entry.createdAt, path: file || entry.file };
  context.problems.report(holdfastError('CHAIN_BROKEN', { params, detail: why }).toView(), entry.databaseId);
}

/** Marks a restore point whose file is gone, and those that need it; gives the error for whoever asked. */
export function recordMissing(context: Pick<CoreContext, 'store' | 'problems'>, entry: CatalogueEntry) {
  context.store.backups.setState(entry.id, 'missing');
  breakDependants(context, entry, 'is not there');
  const params = { name: nameOf(context, entry), path: entry.file, createdAt: entry.createdAt };
  const error = holdfastError('BACKUP_FILE_MISSING', { params });
  context.problems.report(error.toView(), entry.databaseId);
  return error;
}

const nameOf = (context: Pick<CoreContext, 'store'>, entry: CatalogueEntry): string =>
  context.store.databases.get(entry.databaseId)?.name ?? entry.databaseId;
