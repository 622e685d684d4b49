/**
 * Takes one backup, start to end, in a job process: snapshot, compress, fsync, prove, rename. The file gets its name
 * only after it is proved; everything before is a partial file that the next start removes.
 */
import fs from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { BackupKind, JobPhase, ProofCheck } from '@shared/models';
import { examineFile } from '../database/examine';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IntegrityChecker } from '../integrity/check';
import { choose, withContent } from './backup-content';
import type { FormReason } from './choose-form';
import type { Manifest } from './manifest';
import { integrityChecks, isProved } from './proof-checks';
import type { StartPageWorker } from './page-work';
import { type SnapshotFacts, takeSnapshot } from './snapshot';
import { makeBackupFolder, proveWritten, writeBackup } from './write-backup';

/** What a backup of changed pages builds on: a proved restore point with all of its chain. */
export interface BackupParent {
  pointId: string;
  chainId: string;
  chainLength: number;
  contentSha256: string;
  pageSizeBytes: number;
  /** Page map of its image. */
  mapFile: string;
  /** Device and inode of the database then. */
  identity: string;
  /** Every file of its chain. */
  files: { file: string; sizeBytes: number }[];
  /** Name of the backup when it holds changed pages. */
  changesFile: string;
}

export interface BackupRequest {
  id: string;
  database: { id: string; name: string; path: string };
  /** Read instead of the database: a snapshot of it that is there already. */
  sourceFile?: string | undefined;
  /** Mark of the home that takes it. */
  home?: string | undefined;
  kind: BackupKind;
  /** Scratch file for the uncompressed snapshot; must not exist. */
  snapshotFile: string;
  /** Leave the snapshot for the caller: a restore rolls back from it. */
  keepSnapshot: boolean;
  partialFile: string;
  /** Name of the backup when it holds the whole image. */
  finalFile: string;
  /** Null: the whole image is stored. */
  parent: BackupParent | null;
  /** Where the page map of the snapshot is left for the caller; null: nothing will build on this backup. */
  newMapFile: string | null;
  lockTimeoutMs: number;
  /**
   * Keep a faithful copy of a database that fails its own checks. Only for the safety backup before a restore: there,
   * a copy of something damaged is better than none.
   */
  acceptDamaged: boolean;
}

export interface BackupResult {
  manifest: Manifest;
  /** Why it holds the whole image, or `changes`. */
  reason: FormReason;
  file: string;
  proved: boolean;
  checks: ProofCheck[];
  sizeBytes: number;
  sha256: string;
  /** Device and inode of the database. */
  identity: string;
  /** See `SnapshotFacts.stamp`. */
  stamp: string | null;
  /** From the beginning until the file was synced; the proof comes after. */
  storedMs: number;
  snapshotRestarts: number;
}

export interface BackupContext {
  check: IntegrityChecker;
  /** Threads for copying and hashing pages; without it that is done in the calling one. */
  startPageWorker?: StartPageWorker;
  onProgress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Null when the parent holds exactly what the database holds now.
 * @throws what `examineFile` and `takeSnapshot` throw for the source; BACKUP_FOLDER_UNUSABLE, DISK_FULL for the folder;
 * DATABASE_CORRUPT when the copy is faithful but the database is damaged; BACKUP_PROOF_FAILED when the file is not what
 * was written. Nothing is left behind then.
 */
export async function takeBackup(request: BackupRequest, context: BackupContext): Promise<BackupResult | null> {
  const startedMs = performance.now();
  try {
    const source = request.sourceFile ?? request.database.path;
    const facts = await examineFile(source);
    if (facts.content.format !== 'sqlite') throw holdfastError('NOT_A_DATABASE', { params: { path: source } });
    await requireSpace(path.dirname(request.snapshotFile), facts.sizeBytes);
    makeBackupFolder(path.dirname(request.finalFile));
    const snapshot = await takeSnapshot(facts.path, request.snapshotFile, {
      lockTimeoutMs: request.lockTimeoutMs,
      // Nothing else in a backup's process has the database open.
      direct: true,
      mapFile: request.newMapFile ?? undefined,
      startWorker: context.startPageWorker,
      onProgress: (done, total) => context.onProgress('snapshot', done, total),
      signal: context.signal,
    });
    return await store(request, snapshot, context, startedMs);
  } catch (thrown) {
    const map = request.newMapFile === null ? [] : [request.newMapFile];
    await removeAll([request.partialFile, ...sqliteFiles(request.snapshotFile), ...map]);
    throw addName(wrapError(thrown, { path: request.database.path }), request.database.name);
  } finally {
    if (!request.keepSnapshot) await removeAll(sqliteFiles(request.snapshotFile));
  }
}

async function store(
  request: BackupRequest,
  snapshot: SnapshotFacts,
  context: BackupContext,
  startedMs: number,
): Promise<BackupResult | null> {
  const { reason, changes } = await choose(request, snapshot, context.signal);
  if (reason === 'unchanged') return null;
  // The checks read the snapshot; the proof shows that the file holds exactly its bytes.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const checkSnapshot = async (): Promise<ProofCheck[]> => {
    const report = await context.check(request.snapshotFile, signal);
    const checks = integrityChecks(report);
    if (!isProved(checks) && !request.acceptDamaged) {
      const detail = report.faults.slice(0, 10).join('; ');
      stop.abort(holdfastError('DATABASE_CORRUPT', { params: { path: request.database.path }, detail }));
    }
    return checks;
  };
  const options = { onProgress: context.onProgress, signal };
  const storing = withContent(request, snapshot, changes, async (content) => {
    const file = await writeBackup(request.partialFile, content, options);
    return { file, storedMs: performance.now() - startedMs };
  });
  // Two cores have enough to do with compression: there the checks run beside the proof, which leaves one idle.
  const integrity = availableParallelism() > 2 ? checkSnapshot() : storing.then(checkSnapshot);
  const written = storing.then(async (stored) => ({
    ...stored,
    proof: await proveWritten(request.partialFile, stored.file, options),
  }));
  // Whichever fails first stops the other; both have ended before anything is thrown or removed.
  const [integrityResult, writtenResult] = await Promise.allSettled([
    integrity.catch((thrown: unknown) => {
      stop.abort(thrown);
      throw thrown;
    }),
    written.catch((thrown: unknown) => {
      stop.abort(thrown);
      throw thrown;
    }),
  ]);
  if (signal.aborted) throw signal.reason;
  if (integrityResult.status === 'rejected') throw integrityResult.reason;
  if (writtenResult.status === 'rejected') throw writtenResult.reason;
  const { file, storedMs, proof } = writtenResult.value;

  const checks = [...proof, ...integrityResult.value];
  const damage = proof.find((one) => one.outcome === 'failed');
  if (damage) {
    const params = { path: request.finalFile, step: damage.step };
    throw holdfastError('BACKUP_PROOF_FAILED', { params, detail: damage.detail });
  }
  const finalFile = changes && request.parent ? request.parent.changesFile : request.finalFile;
  await fs.rename(request.partialFile, finalFile);
  await syncFolder(path.dirname(finalFile));
  return {
    manifest: file.manifest,
    reason,
    file: finalFile,
    proved: isProved(checks),
    checks,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    identity: snapshot.identity,
    stamp: snapshot.stamp,
    storedMs,
    snapshotRestarts: snapshot.restarts,
  };
}

/** Refuses early what would fill the disk; a disk that fills up later is caught where the write fails. */
async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await fs.statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) throw holdfastError('DISK_FULL', { params: { path: folder, neededBytes, freeBytes } });
}

/** Makes a rename survive a power cut. Windows has no way to sync a folder and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A database file and everything SQLite may leave beside it. */
export const sqliteFiles = (file: string): string[] => [file, `${file}-wal`, `${file}-shm`, `${file}-journal`];

/** What stands in the way of removing a file also stood in the way of making it. */
const NEVER_MADE = new Set(['ENOTDIR', 'EACCES', 'EROFS']);

/** Removes what is there of `files`; a folder that is not there, is a file or may not be entered holds none of them. */
export async function removeAll(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await fs.rm(file, { force: true }).catch((thrown: NodeJS.ErrnoException) => {
      if (!NEVER_MADE.has(thrown.code ?? '')) throw thrown;
    });
  }
}

function addName(error: HoldfastError, name: string): HoldfastError {
  return holdfastError(error.code, { params: { name, ...error.params }, cause: error.cause, detail: error.detail });
}
