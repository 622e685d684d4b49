/** Writes one backup file under its partial name, and compares what lies on the disk with what was written. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { JobPhase, ProofCheck } from '@shared/models';
import { makePrivateFolders } from '../core/folders';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { compressMembers, type CompressResult, type ContentSource, writeAll } from './compress';
import { hashFile, readTrailer } from './decompress';
import { encodeTrailer } from './gzip-member';
import { CHANGES_FORMAT, type Manifest, streamOf } from './manifest';
import { check } from './proof-checks';

/** What is to be written. */
export interface BackupContent {
  source: string | ContentSource;
  sizeBytes: number;
  level?: number;
  /** The manifest, given size and SHA-256 of what was read from `source`. */
  manifest: (read: Pick<CompressResult, 'contentBytes' | 'contentSha256'>) => Manifest;
}

export interface WrittenFile {
  manifest: Manifest;
  sizeBytes: number;
  sha256: string;
  /** Size and SHA-256 of what was read from the source. */
  read: Pick<CompressResult, 'contentBytes' | 'contentSha256'>;
}

interface WriteOptions {
  onProgress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Writes and syncs the new file `file`. What it wrote stays when it throws.
 * @throws BACKUP_FOLDER_UNUSABLE, DISK_FULL; BACKUP_PROOF_FAILED when a member does not give back what was read; what the
 * source throws; the signal's reason
 */
export async function writeBackup(file: string, content: BackupContent, options: WriteOptions): Promise<WrittenFile> {
  const handle = await openPartial(file);
  try {
    const { fileHash, writtenBytes, ...read } = await compressMembers(content.source, handle, {
      ...(content.level === undefined ? {} : { level: content.level }),
      onProgress: (done) => options.onProgress('compress', done, content.sizeBytes),
      signal: options.signal,
    });
    const manifest = content.manifest(read);
    const trailer = encodeTrailer(manifest, fileHash.copy());
    await writeAll(handle, [trailer]);
    await handle.sync();
    const sha256 = fileHash.update(trailer).digest('hex');
    return { manifest, sizeBytes: writtenBytes + trailer.length, sha256, read };
  } finally {
    await handle.close();
  }
}

/**
 * Reads the file back and compares it. Its members were decompressed and compared before they were written: the same
 * bytes decompress to the same content.
 */
export async function proveWritten(file: string, written: WrittenFile, options: WriteOptions): Promise<ProofCheck[]> {
  const handle = await fs.open(file, 'r');
  try {
    const { sizeBytes, sha256 } = await hashFile(handle, {
      onProgress: (done) => options.onProgress('prove', done, written.sizeBytes),
      signal: options.signal,
    });
    const trailer = await readTrailer(handle);
    const { manifest } = written;
    const stream = streamOf(manifest);
    // Which pages are stored was decided by the hashes of all pages, of this image and of the parent's.
    const chain =
      manifest.format === CHANGES_FORMAT
        ? [check('chain', true, `every other page has the hash that it has in ${manifest.parentId}`)]
        : [];
    return [
      ...chain,
      check('file-size', sizeBytes === written.sizeBytes, `${sizeBytes} of ${written.sizeBytes} bytes`),
      check('file-sha256', sha256 === written.sha256 && trailer !== null, sha256),
      check('gzip-stream', true, 'every member was decompressed and compared before it was written'),
      check(
        'content-size',
        written.read.contentBytes === stream.bytes,
        `${written.read.contentBytes} of ${stream.bytes} bytes`,
      ),
      check('content-sha256', written.read.contentSha256 === stream.sha256, written.read.contentSha256),
    ];
  } finally {
    await handle.close();
  }
}

/** @throws BACKUP_FOLDER_UNUSABLE, DISK_FULL */
export function makeBackupFolder(folder: string): void {
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
