/**
 * Writes a staged image into the live database through SQLite, while applications may have it open, and proves that it
 * is there. Runs in a job process. SQLite makes the change atomic: killed at any moment, the database is all old or
 * all new for everyone who opens it next.
 */
import Database from 'better-sqlite3';
import type { ErrorView } from '@shared/errors';
import { openForReading, takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { waitForLock } from '../database/wait-for-lock';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IntegrityChecker } from '../integrity/check';

export interface ApplyRequest {
  stagingFile: string;
  /** `contentHash` of the staged image. */
  stagingHash: string;
  liveFile: string;
  /** Snapshot of the live database from just before, to go back to. */
  safetyFile: string;
  /** Scratch file for the copy that the result is proved on. */
  proofFile: string;
  lockTimeoutMs: number;
}

export interface ApplyContext {
  check: IntegrityChecker;
  onProgress: (phase: 'apply' | 'verify' | 'roll-back', doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

export type ApplyResult =
  | {
      outcome: 'restored';
      /** True when an application wrote before the proof: then the proof is SQLite's checks, not equality. */
      writtenSince: boolean;
    }
  | { outcome: 'rolled-back'; reason: ErrorView };

/** Pages a step writes; large, because applications cannot write between the first step and the last. */
const STEP_PAGES = 4096;

/**
 * @throws DATABASE_LOCKED when the database stayed locked (it is unchanged); DATABASE_CORRUPT or NOT_A_DATABASE when
 * SQLite cannot write into it (it is unchanged); RESTORE_ROLLBACK_FAILED when neither old nor new could be proved
 */
export async function applyImage(request: ApplyRequest, context: ApplyContext): Promise<ApplyResult> {
  const watcher = await openWatcher(request, context.signal);
  try {
    await writeImage(request, request.stagingFile, 'apply', watcher, context);
    const failure = await proveLive(request, request.stagingHash, context);
    if (!failure.error) return { outcome: 'restored', writtenSince: failure.writtenSince };
    await rollBack(request, watcher, context, failure.error);
    return { outcome: 'rolled-back', reason: failure.error.toView() };
  } finally {
    watcher.close();
    await removeAll(sqliteFiles(request.proofFile));
  }
}

/** The connection that reads the live schema cookie. An application may hold its lock for a while, here as later on. */
async function openWatcher(request: ApplyRequest, signal: AbortSignal): Promise<Database.Database> {
  const { liveFile, lockTimeoutMs } = request;
  return waitForLock({ path: liveFile, lockTimeoutMs, signal }, () => openForReading(liveFile, 250));
}

async function rollBack(
  request: ApplyRequest,
  watcher: Database.Database,
  context: ApplyContext,
  cause: HoldfastError,
): Promise<void> {
  const failed = (detail: string, thrown: unknown) =>
    holdfastError('RESTORE_ROLLBACK_FAILED', { params: { path: request.liveFile }, detail, cause: thrown });
  try {
    await writeImage(request, request.safetyFile, 'roll-back', watcher, context);
    const failure = await proveLive(request, await contentHash(request.safetyFile), context);
    if (failure.error) throw failure.error;
  } catch (thrown) {
    const error = wrapError(thrown);
    throw failed(`${cause.code}: ${cause.detail}; then ${error.code}: ${error.detail}`, thrown);
  }
}

/** Tries until the image is committed or the time for the lock is over. */
async function writeImage(
  request: ApplyRequest,
  image: string,
  phase: 'apply' | 'roll-back',
  watcher: Database.Database,
  context: ApplyContext,
): Promise<void> {
  const { liveFile, lockTimeoutMs } = request;
  await waitForLock({ path: liveFile, lockTimeoutMs, signal: context.signal }, async () => {
    const error = await tryWrite(liveFile, image, watcher, (done, total) => context.onProgress(phase, done, total));
    if (error) throw error;
  });
}

/**
 * One try. better-sqlite3 resolves although nothing was written when the live database is locked at the first step, and
 * also when a reader keeps the last step from committing. The schema cookie tells the truth: SQLite sets it one higher
 * in the commit that ends a backup into a database.
 */
async function tryWrite(
  liveFile: string,
  image: string,
  watcher: Database.Database,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<HoldfastError | null> {
  const locked = (detail: string) => holdfastError('DATABASE_LOCKED', { params: { path: liveFile }, detail });
  let source: Database.Database | undefined;
  try {
    const cookieBefore = readCookie(watcher);
    source = new Database(image, { readonly: true, fileMustExist: true });
    const pageSizeBytes = Number(source.pragma('page_size', { simple: true }));
    const result = await source.backup(liveFile, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress((totalPages - remainingPages) * pageSizeBytes, totalPages * pageSizeBytes);
        return STEP_PAGES;
      },
    });
    if (result.totalPages === 0) return locked('the first step found a lock');
    if (readCookie(watcher) === cookieBefore) return locked('a reader kept the last step from committing');
    return null;
  } catch (thrown) {
    return wrapError(thrown, { path: liveFile });
  } finally {
    source?.close();
  }
}

const readCookie = (watcher: Database.Database): number => Number(watcher.pragma('schema_version', { simple: true }));

/**
 * Copies the live database back out and compares it with what should be there. An application that waited for its turn
 * may write the moment the restore is committed; then the images differ and SQLite's own checks have to do.
 */
async function proveLive(
  request: ApplyRequest,
  expectedHash: string,
  context: ApplyContext,
): Promise<{ error: HoldfastError | null; writtenSince: boolean }> {
  try {
    await removeAll(sqliteFiles(request.proofFile));
    await takeSnapshot(request.liveFile, request.proofFile, {
      lockTimeoutMs: request.lockTimeoutMs,
      onProgress: (done, total) => context.onProgress('verify', done, total),
      signal: context.signal,
    });
    if ((await contentHash(request.proofFile, context.signal)) === expectedHash) {
      return { error: null, writtenSince: false };
    }
    const fault = (await context.check(request.proofFile, context.signal)).faults[0];
    if (fault === undefined) return { error: null, writtenSince: true };
    const params = { path: request.liveFile };
    return { error: holdfastError('RESTORE_ROLLED_BACK', { params, detail: fault }), writtenSince: true };
  } catch (thrown) {
    return { error: wrapError(thrown, { path: request.liveFile }), writtenSince: false };
  }
}
