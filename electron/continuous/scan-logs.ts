/** Reads files of the log that the store does not know, whole. Runs in a job process. */
import { knownCode } from '../errors/wrap';
import { HoldfastError } from '../errors/holdfast-error';
import { type LogManifest, readLogManifestOf } from './log-manifest';
import type { WholeTransaction } from './log-reader';
import { parseLogName } from './log-names';
import { readLogHeader, readOpen, readSealed } from './read-log-file';

/** A file that is what it must be, read to its end. */
export type FoundLog =
  | { what: 'sealed'; file: string; sizeBytes: number; sha256: string; manifest: LogManifest }
  | {
      what: 'open';
      file: string;
      generationId: string;
      number: number;
      lastTransaction: number;
      untilMs: number | null;
    };

export interface ScannedLogs {
  found: FoundLog[];
  /** Files with the name of a log file that are damaged. Nothing was changed. */
  damaged: string[];
}

export interface ScanOptions {
  onProgress: (doneFiles: number, totalFiles: number) => void;
  signal: AbortSignal;
}

/** One that is gone meanwhile is left out. @throws what `fs` throws; the signal's reason */
export async function scanLogs(files: readonly string[], { onProgress, signal }: ScanOptions): Promise<ScannedLogs> {
  const scanned: ScannedLogs = { found: [], damaged: [] };
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    onProgress(index, files.length);
    try {
      const found = await (parseLogName(file)?.sealed ? readWhole(file, signal) : readUnsealed(file, signal));
      if (found) scanned.found.push(found);
      else scanned.damaged.push(file);
    } catch (thrown) {
      const isMissing = knownCode(thrown) === 'FILE_NOT_FOUND';
      if (thrown instanceof HoldfastError && thrown.code === 'LOG_DAMAGED') scanned.damaged.push(file);
      else if (!isMissing) throw thrown;
    }
  }
  return scanned;
}

async function readWhole(file: string, signal: AbortSignal): Promise<FoundLog | null> {
  const info = await readLogManifestOf(file);
  if (!info) return null;
  const { manifest } = info;
  const { generationId, pageSizeBytes, segment, lastTransaction } = manifest;
  const log = { file, number: segment, expected: null, through: lastTransaction };
  const expected = { generationId, pageSizeBytes, after: null };
  const { sizeBytes, sha256 } = await readSealed(log, expected, {}, { onProgress: () => undefined, signal });
  return { what: 'sealed', file, sizeBytes, sha256, manifest };
}

async function readUnsealed(file: string, signal: AbortSignal): Promise<FoundLog | null> {
  const header = await readLogHeader(file);
  if (!header) return null;
  const { generationId, segment: number, pageSizeBytes } = header;
  let untilMs: number | null = null;
  const ends = (transaction: WholeTransaction): void => {
    untilMs = transaction.untilMs;
  };
  const log = { file, number, expected: null, through: 0 };
  const { place } = await readOpen(
    log,
    { generationId, pageSizeBytes, after: null },
    { ends },
    {
      onProgress: () => undefined,
      signal,
    },
  );
  return { what: 'open', file, generationId, number, lastTransaction: place.number, untilMs };
}
