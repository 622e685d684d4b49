/** Reads one file of the log to its end, a sealed one or the one that is still written. */
import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { readFull } from '../backup/compress';
import { decompressMembers } from '../backup/decompress';
import { HoldfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';
import { decodeLogHeader, LOG_HEADER_BYTES, type LogHeader } from './log-format';
import { type LogFileInfo, readLogTrailer } from './log-manifest';
import {
  type ExpectedLog,
  logDamaged,
  type LogPlace,
  LogReader,
  type LogSink,
  type WholeTransaction,
} from './log-reader';
import { SEALED_ENDING } from './log-names';
import type { LogFile } from './types';

/** Read at once from a file that is not compressed. */
const BLOCK_BYTES = 1 << 20;

export type ExpectedOfFile = Omit<ExpectedLog, 'file' | 'segment' | 'contentBytes'>;

export interface ReadOptions {
  /** Told as a share of the file, 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** The last transaction of a sealed file, and what the file itself is. */
export interface SealedContent extends LogPlace {
  sizeBytes: number;
  sha256: string;
}

/**
 * Reads a sealed file. Every byte is compared: the file with what is known of it and with its own seal, the content with
 * its manifest and the chain of its hashes.
 * @throws LOG_DAMAGED {path}; what the sink and `fs` throw; the signal's reason
 */
export async function readSealed(
  log: LogFile,
  expected: ExpectedOfFile,
  sink: LogSink,
  options: ReadOptions,
): Promise<SealedContent> {
  const { file } = log;
  return withFile(file, async (handle) => {
    const info = await readLogTrailer(handle);
    if (!info) throw logDamaged(file, 'its end is damaged or missing, or it is no file of a log');
    const { manifest } = info;
    if (log.expected && log.expected.sizeBytes !== info.sizeBytes) {
      throw logDamaged(file, `${info.sizeBytes} of ${log.expected.sizeBytes} bytes`);
    }
    requireManifest(log, info, expected);
    const { contentBytes } = manifest;
    const reader = new LogReader({ ...expected, file, segment: log.number, contentBytes }, sink);
    const read = await decompressMembers(handle, file, info, {
      contentBytes,
      onContent: (content) => reader.push(content),
      onProgress: (doneBytes) => options.onProgress(doneBytes / contentBytes),
      signal: options.signal,
    }).catch((thrown: unknown) => {
      const isDamage = thrown instanceof HoldfastError && DAMAGE.has(thrown.code);
      throw isDamage ? logDamaged(file, thrown.detail || thrown.code, thrown) : thrown;
    });
    reader.finish();
    const hashFits = read.sealMatches && (!log.expected || log.expected.sha256 === read.fileSha256);
    if (!hashFits) throw logDamaged(file, `the file has SHA-256 ${read.fileSha256}`);
    const contentFits = read.contentBytes === contentBytes && read.contentSha256 === manifest.contentSha256;
    if (!contentFits) throw logDamaged(file, 'its content is not what its manifest says');
    const { place } = reader;
    const endFits = place?.number === manifest.lastTransaction && place.hash.toString('hex') === manifest.lastHash;
    if (!place || !endFits || place.number < log.through) throw logDamaged(file, 'transactions are missing at its end');
    return { ...place, sizeBytes: info.sizeBytes, sha256: read.fileSha256 };
  });
}

const DAMAGE: ReadonlySet<string> = new Set(['GZIP_DAMAGED', 'GZIP_TOO_LARGE']);

function requireManifest({ file, number }: LogFile, { manifest }: LogFileInfo, expected: ExpectedOfFile): void {
  if (manifest.generationId !== expected.generationId) throw logDamaged(file, `of generation ${manifest.generationId}`);
  if (manifest.segment !== number) throw logDamaged(file, `it is segment ${manifest.segment}`);
  if (manifest.pageSizeBytes !== expected.pageSizeBytes) {
    throw logDamaged(file, `pages of ${manifest.pageSizeBytes} bytes`);
  }
}

/**
 * Reads a file of the log, sealed or not; one that was sealed since it was listed is read as such. Gives the last
 * transaction.
 * @throws as `readSealed` and `readOpen` do
 */
export async function readLogFile(
  log: LogFile,
  expected: ExpectedOfFile,
  sink: LogSink,
  options: ReadOptions,
): Promise<LogPlace> {
  if (log.expected) return readSealed(log, expected, sink, options);
  try {
    return (await readOpen(log, expected, sink, options)).place;
  } catch (thrown) {
    const sealed = `${log.file}${SEALED_ENDING}`;
    if (!isMissing(thrown) || !existsSync(sealed)) throw thrown;
    return readSealed({ ...log, file: sealed }, expected, sink, options);
  }
}

/** What a file that is still written holds. */
export interface OpenContent {
  /** The last whole transaction; where the file begins when there is none. */
  place: LogPlace;
  /** Bytes up to its end: what follows is torn. */
  wholeBytes: number;
}

/**
 * Reads the whole transactions of a file that is still written, or was when a crash came; what is torn at its end is left
 * out.
 * @throws LOG_DAMAGED {path} when it is none, or ends before the transaction that it is known to hold
 */
export async function readOpen(
  log: LogFile,
  expected: ExpectedOfFile,
  sink: LogSink,
  options: ReadOptions,
): Promise<OpenContent> {
  const { file } = log;
  return withFile(file, async (handle) => {
    const { size } = await handle.stat();
    let wholeBytes = LOG_HEADER_BYTES;
    const ends = (transaction: WholeTransaction): void => {
      wholeBytes = transaction.endAt;
      sink.ends?.(transaction);
    };
    const reader = new LogReader({ ...expected, file, segment: log.number, contentBytes: size }, { ...sink, ends });
    try {
      await pushAll(handle, size, reader, options);
    } catch (thrown) {
      // Where something does not fit the whole transactions end; before the first there is nothing to go by.
      const torn = thrown instanceof HoldfastError && thrown.code === 'LOG_DAMAGED' && reader.place !== null;
      if (!torn) throw thrown;
    }
    const { place } = reader;
    if (!place) throw logDamaged(file, 'it ends inside of its header');
    if (place.number < log.through) {
      throw logDamaged(file, `it ends after transaction ${place.number}, and held ${log.through}`);
    }
    return { place, wholeBytes };
  });
}

/** The header of a file that is not sealed; null when it does not begin as one. @throws what `fs` throws */
export async function readLogHeader(file: string): Promise<LogHeader | null> {
  const handle = await fs.open(file, 'r');
  try {
    const bytes = Buffer.alloc(LOG_HEADER_BYTES);
    return (await readFull(handle, bytes, 0)) === bytes.length ? decodeLogHeader(bytes) : null;
  } finally {
    await handle.close();
  }
}

async function pushAll(handle: FileHandle, size: number, reader: LogReader, options: ReadOptions): Promise<void> {
  // It may grow meanwhile: what came later is not asked for.
  for (let at = 0; at < size; ) {
    options.signal.throwIfAborted();
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size - at));
    const length = await readFull(handle, block, at);
    if (length === 0) return;
    await reader.push(block.subarray(0, length));
    at += length;
    options.onProgress(at / size);
  }
}

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof HoldfastError && thrown.code === 'LOG_DAMAGED' && knownCode(thrown.cause) === 'FILE_NOT_FOUND';

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await fs.open(file, 'r').catch((thrown: unknown) => {
    throw knownCode(thrown) === 'FILE_NOT_FOUND' ? logDamaged(file, 'it is not there', thrown) : thrown;
  });
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
