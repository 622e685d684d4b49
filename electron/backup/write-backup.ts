/** Writes one backup file under its partial name, and compares what lies on the disk with what was written. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { JobPhase, ProofCheck } from '@shared/models';
import { makePrivateFolders } from '../core/folders';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { compressMembers, type CompressResult, type ContentSource, writeAll } from './compress';
import { decompressMembers, readTrailer } from './decompress';
import { encodeTrailer } from './gzip-member';
import { CHANGES_FORMAT, type Manifest, streamOf } from './manifest';
import { check, contentChecks } from './proof-checks';

/** What is to be written. */
export interface BackupContent {
  source: string | ContentSource;
  /** Where it is known. What is read is not hashed again then: the proof hashes what comes out of the file. */
  contentSha256?: string;
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
 * @throws BACKUP_FOLDER_UNUSABLE, DISK_FULL; what the source throws; the signal's reason
 */
export async function writeBackup(file: string, content: BackupContent, options: WriteOptions): Promise<WrittenFile> {
  const handle = await openPartial(file);
  try {
    const { fileHash, writtenBytes, ...read } = await compressMembers(content.source, handle, {
      ...(content.level === undefined ? {} : { level: content.level }),
      contentSha256: content.contentSha256,
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

/** Reads the file back from the disk, decompresses it, and compares both with what was meant to be written. */
export async function proveWritten(file: string, written: WrittenFile, options: WriteOptions): Promise<ProofCheck[]> {
  const { manifest, read } = written;
  const handle = await fs.open(file, 'r');
  try {
    const { size } = await handle.stat();
    const sizeCheck = check('file-size', size === written.sizeBytes, `${size} of ${written.sizeBytes} bytes`);
    const info = await readTrailer(handle);
    if (!info) return [sizeCheck, check('gzip-stream', false, 'the end of the file cannot be read back')];
    const back = await decompressMembers(handle, file, info, {
      contentBytes: streamOf(info.manifest).bytes,
      onProgress: (done) => options.onProgress('prove', done, read.contentBytes),
      signal: options.signal,
    });
    // Which pages are stored was decided by the hashes of all pages, of this image and of the parent's.
    const chain =
      manifest.format === CHANGES_FORMAT
        ? [check('chain', true, `every other page has the hash that it has in ${manifest.parentId}`)]
        : [];
    const { contentBytes, contentSha256 } = manifest;
    const expected = { sizeBytes: written.sizeBytes, sha256: written.sha256, contentBytes, contentSha256 };
    return [...chain, sizeCheck, ...contentChecks(back, { manifest }, expected)];
  } catch (thrown) {
    if (!(thrown instanceof HoldfastError) || thrown.code !== 'GZIP_DAMAGED') throw thrown;
    return [check('gzip-stream', false, thrown.detail)];
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
