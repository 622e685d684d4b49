/**
 * Writes a staged image into the live database through SQLite, while applications may have it open, and proves that it
 * is there. Runs in a job process. SQLite makes the change atomic: killed at any moment, the database is all old or
 * all new for everyone who opens it next.
 */
import Database from 'better-sqlite3';
import type { ErrorView } from '@shared/errors';
import { committedStamp, committedState } from '../backup/committed-state';
import { LiveFiles } from '../backup/live-image';
import { openForReading, openHardened, takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { waitForLock } from '../database/wait-for-lock';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IntegrityChecker } from '../integrity/check';

export interface ApplyRequest {
  stagingFile: string;
  /** `contentHash` of the staged image. */
  stagingHash: string;
  liveFile: string;
  /** Snapshot of the live database from just before, to go back to. */
  safetyFile: string;
  /** `SnapshotFacts.stamp` of that snapshot. */
  safetyStamp: string | null;
  /** Where a newer snapshot is left when applications wrote after that one; must not exist. */
  lateSafetyFile: string;
  /** Scratch file for the copy that the result is proved on. */
  proofFile: string;
  lockTimeoutMs: number;
}

export interface ApplyContext {
  check: IntegrityChecker;
  onProgress: (
    phase: 'safety-backup' | 'apply' | 'verify' | 'roll-back',
    doneBytes: number,
    totalBytes: number,
  ) => void;
  signal: AbortSignal;
}

export type ApplyResult =
  | {
      outcome: 'restored';
      /** True when an application wrote before the proof: then the proof is SQLite's checks, not equality. */
      writtenSince: boolean;
      safety: Safety;
    }
  | { outcome: 'rolled-back'; reason: ErrorView };

/**
 * Which snapshot is exactly what was replaced: the one that was there, or the late one. `behind`: neither, because
 * applications committed again and again between snapshot and restore; the late one is the nearest.
 */
export type Safety = 'exact' | 'late' | 'behind';

/** Pages a step writes; large, because applications cannot write between the first step and the last. */
const STEP_PAGES = 4096;

/** Snapshots under the lock before an image is written whose safety copy is a few commits behind. */
const EXACT_ATTEMPTS = 5;

/**
 * @throws DATABASE_LOCKED when the database stayed locked (it is unchanged); DATABASE_CORRUPT or NOT_A_DATABASE when
 * SQLite cannot write into it (it is unchanged); RESTORE_ROLLBACK_FAILED when neither old nor new could be proved
 */
export async function applyImage(request: ApplyRequest, context: ApplyContext): Promise<ApplyResult> {
  const watcher = await openWatcher(request, context.signal);
  let files: LiveFiles | undefined;
  try {
    files = new LiveFiles(request.liveFile);
    const safety = await applyExactly(request, watcher, files, context);
    const failure = await proveLive(request, request.stagingHash, context);
    if (!failure.error) return { outcome: 'restored', writtenSince: failure.writtenSince, safety };
    const before = safety === 'exact' ? request.safetyFile : request.lateSafetyFile;
    await rollBack({ ...request, safetyFile: before }, watcher, context, failure.error);
    return { outcome: 'rolled-back', reason: failure.error.toView() };
  } finally {
    watcher.close();
    // Not before the connections: closing a descriptor drops their locks.
    files?.close();
    await removeAll(sqliteFiles(request.proofFile));
  }
}

/**
 * Writes the image so that a snapshot of exactly what it replaces is left. Applications may commit after the safety
 * backup: then a snapshot is taken while nobody can write, and the image is written only if nobody has written since.
 */
async function applyExactly(
  request: ApplyRequest,
  watcher: Database.Database,
  files: LiveFiles,
  context: ApplyContext,
): Promise<Safety> {
  let safety: Safety = 'exact';
  for (let attempt = 1; ; attempt++) {
    const held = await holdStill(request, files, context, async () => {
      const isSame =
        safety === 'exact' && request.safetyStamp !== null && committedStamp(files) === request.safetyStamp;
      if (isSame) return;
      safety = 'late';
      await removeAll(sqliteFiles(request.lateSafetyFile));
      await takeSnapshot(request.liveFile, request.lateSafetyFile, {
        lockTimeoutMs: request.lockTimeoutMs,
        onProgress: (done, total) => context.onProgress('safety-backup', done, total),
        signal: context.signal,
      });
    });
    const last = attempt === EXACT_ATTEMPTS;
    const unless = held === null || last ? null : () => committedState(files) !== held;
    if (await writeImage(request, request.stagingFile, 'apply', watcher, context, unless)) {
      return last || held === null ? 'behind' : safety;
    }
    // The next look compares with the late snapshot's own moment, which only this process knows.
    safety = 'late';
  }
}

/**
 * Does `work` while nobody can write, and says which state nobody could change meanwhile; null when that cannot be told.
 * @throws DATABASE_LOCKED, and what `work` throws
 */
async function holdStill(
  { liveFile, lockTimeoutMs }: ApplyRequest,
  files: LiveFiles,
  { signal }: ApplyContext,
  work: () => Promise<void>,
): Promise<string | null> {
  const barrier = openHardened(liveFile, { timeout: 250 });
  try {
    await waitForLock({ path: liveFile, lockTimeoutMs, signal }, () => barrier.exec('BEGIN IMMEDIATE'));
    await work();
    const state = committedState(files);
    barrier.exec('ROLLBACK');
    return state;
  } finally {
    barrier.close();
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

/**
 * Tries until the image is committed or the time for the lock is over.
 * @param unless asked when nobody else can write any more and nothing is written yet; true: nothing is
 * @returns false when `unless` kept it from being written
 */
async function writeImage(
  request: ApplyRequest,
  image: string,
  phase: 'apply' | 'roll-back',
  watcher: Database.Database,
  context: ApplyContext,
  unless: (() => boolean) | null = null,
): Promise<boolean> {
  const { liveFile, lockTimeoutMs } = request;
  return waitForLock({ path: liveFile, lockTimeoutMs, signal: context.signal }, async () => {
    const outcome = await tryWrite(liveFile, image, watcher, unless, (done, total) =>
      context.onProgress(phase, done, total),
    );
    if (outcome instanceof HoldfastError) throw outcome;
    return outcome === 'written';
  });
}

/** Ends a backup in its progress callback. */
class Refused extends Error {}

/**
 * One try. better-sqlite3 resolves although nothing was written when the live database is locked at the first step, and
 * also when a reader keeps the last step from committing. The schema cookie tells the truth: SQLite sets it one higher
 * in the commit that ends a backup into a database.
 */
async function tryWrite(
  liveFile: string,
  image: string,
  watcher: Database.Database,
  unless: (() => boolean) | null,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<HoldfastError | 'written' | 'refused'> {
  const locked = (detail: string) => holdfastError('DATABASE_LOCKED', { params: { path: liveFile }, detail });
  let source: Database.Database | undefined;
  try {
    const cookieBefore = readCookie(watcher);
    source = new Database(image, { readonly: true, fileMustExist: true });
    const pageSizeBytes = Number(source.pragma('page_size', { simple: true }));
    let isLocked = false;
    const result = await source.backup(liveFile, {
      progress: ({ totalPages, remainingPages }) => {
        // better-sqlite3's first step copies no page: it takes the lock that keeps everybody else from writing.
        if (!isLocked && unless?.()) throw new Refused();
        isLocked = true;
        onProgress((totalPages - remainingPages) * pageSizeBytes, totalPages * pageSizeBytes);
        return STEP_PAGES;
      },
    });
    if (result.totalPages === 0) return locked('the first step found a lock');
    if (readCookie(watcher) === cookieBefore) return locked('a reader kept the last step from committing');
    return 'written';
  } catch (thrown) {
    if (thrown instanceof Refused) return 'refused';
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
