/** What the commands share: waiting for work, finding databases and restore points, and what counts as found. */
import { stat } from 'node:fs/promises';
import { ERRORS, type ErrorView } from '@shared/errors';
import type { FileInspection, GuardedDatabase, JobView, RestorePoint } from '@shared/models';
import { z } from 'zod';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { Core, JobHandle } from './types';

/** How often progress is told. */
const PROGRESS_INTERVAL_MS = 200;

export interface CommandContext {
  /** Ends the work that the command started. */
  signal: AbortSignal;
  onProgress: (job: JobView) => void;
}

/** What a command ended in. `problem` says that a check did its work and found something. */
export interface CommandOutcome {
  value: unknown;
  problem?: ErrorView;
}

/**
 * Waits for a job and tells its progress. When the command is cancelled the job is too, unless it is one that somebody
 * else had started: that one goes on and only the waiting ends. Errors: the job's, `CANCELLED`.
 */
export async function finish<T>(
  core: Core,
  handle: JobHandle<T>,
  { signal, onProgress }: CommandContext,
  joined = false,
): Promise<T> {
  let leave: ((reason: HoldfastError) => void) | undefined;
  const left = new Promise<never>((_resolve, reject) => {
    leave = reject;
  });
  const cancel = () => {
    if (joined) leave?.(holdfastError('CANCELLED'));
    else cancelJob(core, handle.id);
  };
  const timer = setInterval(() => onProgress(handle.view()), PROGRESS_INTERVAL_MS);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    return await Promise.race([handle.done, left]);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', cancel);
  }
}

function cancelJob(core: Core, jobId: string): void {
  try {
    core.cancelJob(jobId);
  } catch (error) {
    // a job that ended meanwhile needs no cancelling; anything else must be seen
    if (core.jobs().some(({ id }) => id === jobId)) core.reportError(wrapError(error).toView());
  }
}

/** Errors: `CANCELLED` once the command was cancelled. */
export function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw holdfastError('CANCELLED');
}

/** What a person typed for an encrypted file; it comes with the request, never on a command line. */
export const Passphrase = z.string().min(1).max(1000);

/** Inspects a file and, whatever comes of it, lets go of what the inspection keeps. */
export async function withInspection<T>(
  core: Core,
  { file, passphrase }: { file: string; passphrase?: string | undefined },
  context: CommandContext,
  use: (inspection: FileInspection) => Promise<T> | T,
): Promise<T> {
  const inspection = await finish(core, core.inspectFile(file, passphrase), context);
  try {
    stopIfCancelled(context.signal);
    return await use(inspection);
  } finally {
    await core.releaseInspection(inspection.token);
  }
}

/** Newest first. */
export function newestFirst(points: RestorePoint[]): RestorePoint[] {
  return points.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

/**
 * Newest restore point that was proved, or that destinations keep, at or before `atIso`; without a moment the newest of all, but a safety backup only when
 * there is nothing else: it holds what a restore was meant to leave behind. Errors: `BACKUP_UNKNOWN` {name}.
 */
export function newestProved(core: Core, database: Pick<GuardedDatabase, 'id' | 'name'>, atIso?: string): RestorePoint {
  const usable = ({ state }: RestorePoint): boolean => state === 'proved' || state === 'elsewhere';
  const all = newestFirst(core.backups(database.id)).filter(usable);
  // What another home made in a shared folder may be of another machine: taken by itself only when there is nothing else.
  const own = all.filter(({ retention }) => !retention?.reasons.some(({ reason }) => reason === 'other-home'));
  const proved = own.length > 0 ? own : all;
  const point =
    atIso === undefined
      ? (proved.find(({ kind }) => kind !== 'safety') ?? proved[0])
      : proved.find(({ createdAt }) => Date.parse(createdAt) <= Date.parse(atIso));
  if (point) return point;
  const until = atIso === undefined ? '' : ` at or before ${atIso}`;
  throw holdfastError('BACKUP_UNKNOWN', {
    params: { name: database.name },
    detail: `${database.name} has no proved restore point${until}`,
  });
}

/** What a person typed to name a restore point or a file, and the path it would be as a file. */
export interface PointOrFile {
  text: string;
  path: string;
}

/**
 * The restore point with that id, or the one kept in that file; null when it is some other file.
 * Errors: `BACKUP_UNKNOWN`, `FILE_NOT_FOUND` when it is neither.
 */
export async function findPoint(core: Core, target: PointOrFile): Promise<RestorePoint | null> {
  const points = core.backups();
  const known = points.find(({ id }) => id === target.text) ?? points.find(({ file }) => file === target.path);
  if (known) return known;
  try {
    await stat(target.path);
    return null;
  } catch (error) {
    const wrapped = wrapError(error, { path: target.path });
    const looksLikePath = /[\\/.]/.test(target.text);
    if (wrapped.code !== 'FILE_NOT_FOUND' || looksLikePath) throw wrapped;
    throw holdfastError('BACKUP_UNKNOWN', { detail: `no restore point has the id ${target.text}`, cause: error });
  }
}

/** A check found that something is wrong with `name`. */
export function problemFound(name: string, detail: string): ErrorView {
  return holdfastError('CHECK_FOUND_PROBLEMS', { params: { name }, detail }).toView();
}

/** Errors by which checking a file ends that say "this is damaged", not "this could not be checked". */
const NOT_FINDINGS = new Set(['DATABASE_ENCRYPTED', 'STORE_DAMAGED', 'DATABASE_MISSING']);
const FINDINGS = new Set(['BACKUP_PROOF_FAILED', 'BACKUP_FILE_MISSING']);

/** Runs a check; an error that means damage becomes its finding. */
export async function finding(check: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
  try {
    return await check();
  } catch (error) {
    const isFinding =
      error instanceof HoldfastError &&
      (FINDINGS.has(error.code) || (ERRORS[error.code].class === 'data-integrity' && !NOT_FINDINGS.has(error.code)));
    if (!isFinding) throw error;
    return { value: null, problem: error.toView() };
  }
}
