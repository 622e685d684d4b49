/**
 * Takes one full backup, start to end, in a job process: snapshot, compress, fsync, prove, rename. The file gets its
 * name only after it is proved; everything before is a partial file that the next start removes.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { BackupKind, JobPhase, ProofCheck } from '@shared/models';
import { makePrivateFolders } from '../core/folders';
import { examineFile } from '../database/examine';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IntegrityChecker } from '../integrity/check';
import { compressMembers, MEMBER_BYTES, writeAll } from './compress';
import { decompressMembers, readTrailer } from './decompress';
import { encodeTrailer } from './gzip-member';
import { FULL_FORMAT, type Manifest } from './manifest';
import { check, contentChecks, integrityChecks, isProved } from './prove';
import type { StartPageWorker } from './page-work';
import { type SnapshotFacts, takeSnapshot } from './snapshot';

export interface BackupRequest {
  id: string;
  database: { id: string; name: string; path: string };
  kind: BackupKind;
  /** Scratch file for the uncompressed snapshot; must not exist. */
  snapshotFile: string;
  /** Leave the snapshot for the caller: a restore rolls back from it. */
  keepSnapshot: boolean;
  partialFile: string;
  finalFile: string;
  lockTimeoutMs: number;
  /**
   * Keep a faithful copy of a database that fails its own checks. Only for the safety backup before a restore: there,
   * a copy of something damaged is better than none.
   */
  acceptDamaged: boolean;
}

export interface BackupResult {
  manifest: Manifest;
  proved: boolean;
  checks: ProofCheck[];
  sizeBytes: number;
  sha256: string;
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
 * @throws what `examineFile` and `takeSnapshot` throw for the source; BACKUP_FOLDER_UNUSABLE, DISK_FULL for the folder;
 * DATABASE_CORRUPT when the copy is faithful but the database is damaged; BACKUP_PROOF_FAILED when the file is not what
 * was written. Nothing is left behind then.
 */
export async function takeBackup(request: BackupRequest, context: BackupContext): Promise<BackupResult> {
  try {
    const facts = await examineFile(request.database.path);
    if (facts.content.format !== 'sqlite')
      throw holdfastError('NOT_A_DATABASE', { params: { path: request.database.path } });
    await requireSpace(path.dirname(request.snapshotFile), facts.sizeBytes);
    makeBackupFolder(path.dirname(request.finalFile));
    const snapshot = await takeSnapshot(facts.path, request.snapshotFile, {
      lockTimeoutMs: request.lockTimeoutMs,
      // Nothing else in a backup's process has the database open.
      direct: true,
      startWorker: context.startPageWorker,
      onProgress: (done, total) => context.onProgress('snapshot', done, total),
      signal: context.signal,
    });
    return await compressAndProve(request, snapshot, context);
  } catch (thrown) {
    await removeAll([request.partialFile, ...sqliteFiles(request.snapshotFile)]);
    throw addName(wrapError(thrown, { path: request.database.path }), request.database.name);
  } finally {
    if (!request.keepSnapshot) await removeAll(sqliteFiles(request.snapshotFile));
  }
}

async function compressAndProve(
  request: BackupRequest,
  snapshot: SnapshotFacts,
  context: BackupContext,
): Promise<BackupResult> {
  // The checks read the snapshot while it is compressed. The proof below shows that the file holds exactly these bytes.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const integrity = context.check(request.snapshotFile, signal).then((report) => {
    const checks = integrityChecks(report);
    if (!isProved(checks) && !request.acceptDamaged) {
      const detail = report.faults.slice(0, 10).join('; ');
      stop.abort(holdfastError('DATABASE_CORRUPT', { params: { path: request.database.path }, detail }));
    }
    return checks;
  });
  const written = writePartial(request, snapshot, signal, context);
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
  const file = writtenResult.value;

  const proof = await proveWritten(request, file, context);
  const checks = [...proof, ...integrityResult.value];
  const damage = proof.find((one) => one.outcome === 'failed');
  if (damage) {
    const params = { path: request.finalFile, step: damage.step };
    throw holdfastError('BACKUP_PROOF_FAILED', { params, detail: damage.detail });
  }
  await fs.rename(request.partialFile, request.finalFile);
  await syncFolder(path.dirname(request.finalFile));
  return {
    manifest: file.manifest,
    proved: isProved(checks),
    checks,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    snapshotRestarts: snapshot.restarts,
  };
}

interface WrittenFile {
  manifest: Manifest;
  sizeBytes: number;
  sha256: string;
}

async function writePartial(
  request: BackupRequest,
  snapshot: SnapshotFacts,
  signal: AbortSignal,
  context: BackupContext,
): Promise<WrittenFile> {
  const totalBytes = snapshot.pageCount * snapshot.pageSizeBytes;
  const handle = await openPartial(request.partialFile);
  try {
    const { fileHash, ...content } = await compressMembers(request.snapshotFile, handle, {
      onProgress: (done) => context.onProgress('compress', done, totalBytes),
      signal,
    });
    const manifest: Manifest = {
      format: FULL_FORMAT,
      id: request.id,
      database: request.database,
      kind: request.kind,
      createdAt: snapshot.pinnedAt,
      contentBytes: content.contentBytes,
      contentSha256: content.contentSha256,
      memberBytes: MEMBER_BYTES,
      pageSizeBytes: snapshot.pageSizeBytes,
      pageCount: snapshot.pageCount,
      schemaVersion: snapshot.schemaVersion,
      userVersion: snapshot.userVersion,
      applicationId: snapshot.applicationId,
      journalMode: snapshot.journalMode,
      encoding: snapshot.encoding,
      sqliteVersion: snapshot.sqliteVersion,
    };
    const trailer = encodeTrailer(manifest, fileHash.copy());
    await writeAll(handle, [trailer]);
    await handle.sync();
    const sha256 = fileHash.update(trailer).digest('hex');
    return { manifest, sizeBytes: content.writtenBytes + trailer.length, sha256 };
  } finally {
    await handle.close();
  }
}

/** Reads the file back from the disk and compares it with what was meant to be written. */
async function proveWritten(request: BackupRequest, file: WrittenFile, context: BackupContext): Promise<ProofCheck[]> {
  const handle = await fs.open(request.partialFile, 'r');
  try {
    const { size } = await handle.stat();
    const sizeCheck = check('file-size', size === file.sizeBytes, `${size} of ${file.sizeBytes} bytes`);
    const info = await readTrailer(handle);
    if (!info) return [sizeCheck, check('gzip-stream', false, 'the end of the file cannot be read back')];
    const { contentBytes, contentSha256 } = file.manifest;
    const read = await decompressMembers(handle, request.partialFile, info, {
      onProgress: (done) => context.onProgress('prove', done, contentBytes),
      signal: context.signal,
    });
    const expected = { sizeBytes: file.sizeBytes, sha256: file.sha256, contentBytes, contentSha256 };
    return [sizeCheck, ...contentChecks(read, info, expected)];
  } finally {
    await handle.close();
  }
}

function makeBackupFolder(folder: string): void {
  try {
    makePrivateFolders(folder);
  } catch (thrown) {
    throw folderError(folder, thrown);
  }
}

async function openPartial(file: string): Promise<fs.FileHandle> {
  try {
    return await fs.open(file, 'wx', 0o600);
  } catch (thrown) {
    throw folderError(path.dirname(file), thrown);
  }
}

function folderError(folder: string, thrown: unknown): HoldfastError {
  const error = wrapError(thrown, { path: folder });
  if (error.code === 'DISK_FULL') return error;
  return holdfastError('BACKUP_FOLDER_UNUSABLE', { params: { path: folder, reason: error.detail }, cause: thrown });
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
