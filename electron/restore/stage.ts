/** Prepares what will be restored: proves it, and fits it to the live database that takes it. */
import fs from 'node:fs/promises';
import Database from 'better-sqlite3';
import type { ProofCheck } from '@shared/models';
import type { Chain } from '../backup/chain';
import { damageError } from '../backup/extract-chain';
import { type ProofOptions, proveBackup } from '../backup/prove';
import { openForReading } from '../backup/snapshot';
import { extractMoment, type LogSource } from '../continuous/rebuild';
import type { Replayed } from '../continuous/replay';
import { contentHash } from '../database/content-hash';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';

export type StageSource =
  | {
      type: 'backup';
      chain: Chain;
      /** Take a faithful copy of a database that was damaged when it was copied. */
      acceptDamaged: boolean;
      /** See `proveBackup`. */
      provedContent: boolean;
    }
  /** A moment between restore points. */
  | LogSource
  /** Content that an inspection extracted and proved; it is copied, so that the inspection stays as it is. */
  | { type: 'content'; file: string; sha256: string };

export interface StagedImage {
  checks: ProofCheck[];
  contentBytes: number;
  /** `contentHash` of the staged image as it will be applied. */
  hash: string;
  /** True when the image had to be rewritten with the live database's page size. */
  repaged: boolean;
  /** Where a log was replayed: to which transaction. */
  replayed: Replayed | null;
}

/**
 * Extracts or copies `source` to `stagingFile`, proves it and gives it the journal mode and page size of `liveFile`.
 * @throws BACKUP_FILE_MISSING, CHAIN_BROKEN, BACKUP_FILE_DAMAGED when the proof fails, LOG_DAMAGED and MOMENT_NOT_COVERED
 * for a moment, BACKUP_MISMATCH when inspected content changed
 */
export async function stageImage(
  source: StageSource,
  stagingFile: string,
  liveFile: string | null,
  options: ProofOptions,
): Promise<StagedImage> {
  const { checks, replayed } = await prepare(source, stagingFile, options);
  const live = liveFile === null ? null : readFormat(liveFile);
  const repaged = live ? fitToLive(stagingFile, live) : false;
  const { size } = await fs.stat(stagingFile);
  return { checks, contentBytes: size, hash: await contentHash(stagingFile, options.signal), repaged, replayed };
}

async function prepare(
  source: StageSource,
  target: string,
  options: ProofOptions,
): Promise<Pick<StagedImage, 'checks' | 'replayed'>> {
  if (source.type === 'log') return extractMoment(source, target, options);
  const checks = await (source.type === 'backup' ? extractProved(source, target, options) : copy(source, target));
  return { checks, replayed: null };
}

/** Extracts a restore point into `target` and proves it. @throws as `stageImage` does */
export async function extractProved(
  source: Extract<StageSource, { type: 'backup' }>,
  target: string,
  options: ProofOptions,
): Promise<ProofCheck[]> {
  const { chain, acceptDamaged, provedContent } = source;
  const own = chain.at(-1)?.file ?? '';
  const proof = await proveBackup(chain, target, options, provedContent).catch((thrown: unknown) => {
    const code = knownCode(thrown);
    if (code === 'FILE_NOT_FOUND' && (thrown as NodeJS.ErrnoException).path === own) {
      throw holdfastError('BACKUP_FILE_MISSING', { params: { path: own }, cause: thrown });
    }
    throw wrapError(thrown, { path: code === 'DISK_FULL' ? target : own }, 'IO_ERROR');
  });
  if (proof.damage) throw damageError(proof.links, proof.damage);
  const failed = proof.checks.find((one) => one.outcome === 'failed');
  // A safety copy of a database that was damaged already is faithful but fails SQLite's own checks; undo may use it.
  const faithful = failed?.step === 'integrity-check' || failed?.step === 'opens';
  if (failed && !(acceptDamaged && faithful)) {
    throw holdfastError('BACKUP_FILE_DAMAGED', { params: { path: own, step: failed.step }, detail: failed.detail });
  }
  return proof.checks;
}

async function copy(source: Extract<StageSource, { type: 'content' }>, stagingFile: string): Promise<ProofCheck[]> {
  await fs.copyFile(source.file, stagingFile, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
  const found = await contentHash(stagingFile);
  if (found !== source.sha256) {
    throw holdfastError('BACKUP_MISMATCH', { params: { path: source.file }, detail: 'changed since it was inspected' });
  }
  return [];
}

interface LiveFormat {
  pageSizeBytes: number;
  journalMode: string;
}

/** Null when the live database cannot be read: it is replaced as a file then, and anything fits. */
function readFormat(liveFile: string): LiveFormat | null {
  try {
    const connection = openForReading(liveFile, 5000);
    try {
      return {
        pageSizeBytes: Number(connection.pragma('page_size', { simple: true })),
        journalMode: String(connection.pragma('journal_mode', { simple: true })),
      };
    } finally {
      connection.close();
    }
  } catch (thrown) {
    const code = knownCode(thrown);
    if (code === 'DATABASE_LOCKED') throw wrapError(thrown, { path: liveFile, seconds: 5 });
    return null;
  }
}

/**
 * SQLite refuses to write an image of another page size into a WAL database, and an image in WAL mode would silently
 * switch a rollback-journal database. Returns true when the pages had to be rewritten.
 */
function fitToLive(stagingFile: string, live: LiveFormat): boolean {
  const connection = new Database(stagingFile, { fileMustExist: true });
  try {
    connection.pragma('trusted_schema = OFF');
    const pageSizeBytes = Number(connection.pragma('page_size', { simple: true }));
    connection.pragma('journal_mode = DELETE');
    const repaged = pageSizeBytes !== live.pageSizeBytes;
    if (repaged) {
      connection.pragma(`page_size = ${live.pageSizeBytes}`);
      connection.exec('VACUUM');
    }
    if (live.journalMode === 'wal') connection.pragma('journal_mode = WAL');
    return repaged;
  } finally {
    connection.close();
  }
}
