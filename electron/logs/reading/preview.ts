/** What a source would give. */
import { basename } from 'node:path';
import type { LogFormat, LogTrial } from '@shared/logs';
import { SHOWN_CHARACTERS } from '@shared/logs';
import { holdfastError } from '../../errors/holdfast-error';
import { wrapError } from '../../errors/wrap';
import type { ParsedEntry } from '../types';
import { type Content, GzipContent, goTo, openContent } from './content';
import { EntryAssembler } from './entries';
import { findFiles, type FoundFile } from './find-files';
import { encodingOf, LineSplitter } from './lines';
import type { TrialLimits } from './types';

/**
 * Looks into the newest file that matches, without keeping anything: at the end of a plain file, at the beginning of
 * a .gz. LOG_SOURCE_UNREADABLE when the file or its folder cannot be read.
 */
export async function preview(path: string, format: LogFormat | null, limits: TrialLimits): Promise<LogTrial> {
  const { files, problems, moreFiles } = await findFiles(path);
  const newestFirst = [...files].sort((a, b) => b.mtimeMs - a.mtimeMs);
  const listed = newestFirst.slice(0, limits.files).map((file) => file.path);
  const more = moreFiles + files.length - listed.length;
  const problem = problems[0];
  if (files.length === 0 && problem !== undefined) throw unreadable(problem.path, problem.error);
  const newest = newestFirst.find((file) => file.sizeBytes > 0);
  if (newest === undefined) return { files: listed, moreFiles: more, format, entries: [] };
  try {
    const { recognised, entries } = await lookInto(newest, format, limits);
    return { files: listed, moreFiles: more, format: recognised, entries: shown(newest, entries) };
  } catch (error) {
    throw unreadable(newest.path, error);
  }
}

async function lookInto(file: FoundFile, format: LogFormat | null, limits: TrialLimits) {
  const { isGzip } = file.rotated;
  const content = await openContent(file.path, isGzip);
  try {
    const head = Buffer.alloc(4);
    const { encoding } = encodingOf(isGzip ? Buffer.alloc(0) : await headBytes(content, head));
    const start = isGzip ? 0 : Math.max(0, file.sizeBytes - limits.bytes) & ~1;
    if (!isGzip) await goTo(content, start);
    const assembler = new EntryAssembler(format, Date.now);
    let isFirst = start > 0;
    const splitter = new LineSplitter(encoding, start, (text, ...place) => {
      // The first line is a part of one.
      if (isFirst) isFirst = false;
      else assembler.line(place[0] === 0 ? text.replace(/^\ufeff/, '') : text, ...place);
    });
    const buffer = Buffer.allocUnsafe(256 << 10);
    for (let left = limits.bytes; left > 0; ) {
      const piece = await content.read(buffer.subarray(0, Math.min(left, buffer.length)));
      if (piece.length === 0) break;
      splitter.feed(piece);
      left -= piece.length;
    }
    splitter.flush();
    assembler.flush();
    const entries = assembler.drain();
    return {
      recognised: assembler.recognised,
      entries: isGzip ? entries.slice(0, limits.entries) : entries.slice(-limits.entries),
    };
  } finally {
    await content.close();
  }
}

async function headBytes(content: Content, buffer: Buffer): Promise<Buffer> {
  return content instanceof GzipContent ? Buffer.alloc(0) : await content.read(buffer);
}

function shown(file: FoundFile, entries: ParsedEntry[]): LogTrial['entries'] {
  let lastMs = file.mtimeMs;
  return entries.map(({ atMs, level, logger, text, lines, isCut }) => {
    lastMs = atMs ?? lastMs;
    const isLong = text.length > SHOWN_CHARACTERS;
    return {
      file: file.path,
      atMs: lastMs,
      hasOwnTime: atMs !== null,
      level,
      logger,
      text: isLong ? text.slice(0, SHOWN_CHARACTERS) : text,
      lines,
      isCut: isCut || isLong,
    };
  });
}

function unreadable(path: string, error: unknown) {
  const { detail } = wrapError(error);
  return holdfastError('LOG_SOURCE_UNREADABLE', {
    params: { name: basename(path), path, reason: detail },
    cause: error,
  });
}
