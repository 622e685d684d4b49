/** Seals a segment of the log: compresses it, reads back what lies on the disk, and gives it its final name. */
import fs from 'node:fs';
import { compressMembers, MEMBER_BYTES, writeAll } from '../backup/compress';
import { hashFile } from '../backup/decompress';
import { encodeTrailer } from '../backup/gzip-member';
import { partialFile } from '../backup/naming';
import { HoldfastError } from '../errors/holdfast-error';
import { logDamaged, type LogPlace } from './log-reader';
import { LOG_MANIFEST_FORMAT, type LogManifest, manifestBases, readLogManifestOf } from './log-manifest';
import { SEALED_ENDING } from './log-names';
import type { CaptureSettings, FromCapture } from './protocol';
import { readSealed } from './read-log-file';
import type { SegmentState } from './segment-writer';
import { syncFolder } from './sync-folder';
import type { LogBase } from './types';

export type SealedSegment = Extract<FromCapture, { type: 'sealed' }>['segment'];

export interface SealRequest {
  /** The segment as it was written: `….log`, closed. It stays. */
  file: string;
  database: CaptureSettings['database'];
  home: string;
  generationId: string;
  segment: number;
  pageSizeBytes: number;
  before: LogPlace;
  /** What was written: the sealed file must give exactly this again. At least one transaction. */
  holds: SegmentState;
  bases: readonly LogBase[];
}

/** Seals a segment, here or on another thread. */
export type Sealer = (request: SealRequest, signal: AbortSignal) => Promise<SealedSegment>;

/**
 * Writes `….log.gz` beside the segment: under a partial name, synced, read back, decompressed, the chain of its hashes
 * followed to the last one that was written, and only then renamed. A file that has the name already is proved in the same
 * way, and written again when it is not good.
 * @throws LOG_DAMAGED when the segment is no longer what was written; what `fs` throws; the signal's reason
 */
export async function sealSegment(request: SealRequest, signal: AbortSignal): Promise<SealedSegment> {
  const sealed = `${request.file}${SEALED_ENDING}`;
  if (fs.existsSync(sealed)) {
    const known = await proveKnown(sealed, request, signal);
    if (known) return known;
    fs.rmSync(sealed);
  }
  const partial = partialFile(sealed, request.home);
  fs.rmSync(partial, { force: true });
  try {
    const written = await write(partial, request, signal);
    await prove(partial, request, written, signal);
    fs.renameSync(partial, sealed);
    syncFolder(sealed);
    return toldOf(sealed, written);
  } catch (thrown) {
    fs.rmSync(partial, { force: true });
    throw thrown;
  }
}

interface Written {
  manifest: LogManifest;
  sizeBytes: number;
  sha256: string;
}

async function write(partial: string, request: SealRequest, signal: AbortSignal): Promise<Written> {
  const { holds } = request;
  const handle = await fs.promises.open(partial, 'wx', 0o600);
  try {
    const read = await compressMembers(request.file, handle, { onProgress: () => undefined, signal });
    if (read.contentBytes !== holds.sizeBytes) {
      throw logDamaged(request.file, `${read.contentBytes} of ${holds.sizeBytes} bytes`);
    }
    const manifest = manifestOf(request, read.contentSha256);
    const trailer = encodeTrailer(manifest, read.fileHash.copy());
    await writeAll(handle, [trailer]);
    await handle.sync();
    const sha256 = read.fileHash.update(trailer).digest('hex');
    return { manifest, sizeBytes: read.writtenBytes + trailer.length, sha256 };
  } finally {
    await handle.close();
  }
}

function manifestOf(request: SealRequest, contentSha256: string): LogManifest {
  const { holds, before, database } = request;
  return {
    format: LOG_MANIFEST_FORMAT,
    generationId: request.generationId,
    database: { id: database.id, name: database.name, path: database.path },
    home: request.home,
    segment: request.segment,
    firstTransaction: before.number + 1,
    lastTransaction: holds.last.number,
    fromAt: new Date(holds.between?.fromMs ?? 0).toISOString(),
    untilAt: new Date(holds.between?.untilMs ?? 0).toISOString(),
    pageSizeBytes: request.pageSizeBytes,
    contentBytes: holds.sizeBytes,
    contentSha256,
    memberBytes: MEMBER_BYTES,
    bases: manifestBases(request.bases),
    previousHash: before.hash.toString('hex'),
    lastHash: holds.last.hash.toString('hex'),
  };
}

/** Reads the sealed file from the disk, to its end, and compares it with what was written into the segment. */
async function prove(file: string, request: SealRequest, written: Written, signal: AbortSignal): Promise<void> {
  const { generationId, pageSizeBytes, segment, before, holds } = request;
  const { sizeBytes, sha256 } = written;
  const log = { file, number: segment, expected: { sizeBytes, sha256 }, through: holds.last.number };
  const expected = { generationId, pageSizeBytes, after: before };
  const last = await readSealed(log, expected, {}, { onProgress: () => undefined, signal });
  if (last.number !== holds.last.number || !last.hash.equals(holds.last.hash)) {
    throw logDamaged(request.file, 'it does not end with the transaction that was written last');
  }
}

/** Null when the file is not the segment, sealed. */
async function proveKnown(file: string, request: SealRequest, signal: AbortSignal): Promise<SealedSegment | null> {
  const info = await readLogManifestOf(file);
  if (!info) return null;
  const written = { manifest: info.manifest, ...(await hashFile(file, { signal })) };
  try {
    await prove(file, request, written, signal);
  } catch (thrown) {
    if (thrown instanceof HoldfastError && thrown.code === 'LOG_DAMAGED') return null;
    throw thrown;
  }
  return toldOf(file, written);
}

const toldOf = (file: string, { manifest, sizeBytes, sha256 }: Written): SealedSegment => ({
  number: manifest.segment,
  file,
  firstTransaction: manifest.firstTransaction,
  lastTransaction: manifest.lastTransaction,
  fromAt: manifest.fromAt,
  untilAt: manifest.untilAt,
  sizeBytes,
  contentBytes: manifest.contentBytes,
  sha256,
  contentSha256: manifest.contentSha256,
});
