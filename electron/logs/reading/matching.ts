/** Finds out whose content a file holds that was not seen before: of a known log, a copy of one, or a new one. */
import { open, stat } from 'node:fs/promises';
import { checkAt, headOf, HEAD_BYTES, isUnfinished, openContent } from './content';
import { asFound, type FoundFile } from './find-files';
import { beginsAs } from './identity';
import type { LogStream } from './stream';

export type Match =
  /** The content of a log whose file is gone. */
  | { kind: 'known'; stream: LogStream; mayHaveMore: boolean }
  /** The same content as that of a log that is read where it is. */
  | { kind: 'copy'; stream: LogStream }
  | { kind: 'new'; head: Buffer }
  /** Empty, or still being written. */
  | { kind: 'wait' }
  /** Renamed while it was looked at. */
  | { kind: 'moved' };

/** @throws what the file system or zlib says of the file */
export async function matchFile(file: FoundFile, streams: readonly LogStream[]): Promise<Match> {
  const match = await matched(file, streams);
  if (match.kind === 'wait') return match;
  // Renamed while it was compared: what was read may be of another file.
  const compared = streams.filter((stream) => stream.file?.family === file.family);
  for (const looked of [file, ...compared.map((stream) => stream.file)]) {
    if (looked !== null && asFound(looked.path, await stat(looked.path)).key !== looked.key) return { kind: 'moved' };
  }
  return match;
}

async function matched(file: FoundFile, streams: readonly LogStream[]): Promise<Match> {
  const { isGzip, isLive } = file.rotated;
  const head = await headOf(file.path, isGzip, HEAD_BYTES);
  if (head.length === 0) return { kind: 'wait' };
  try {
    if (isGzip && head.length < HEAD_BYTES) await contentSize(file.path);
    const known = await knownContent(file, head, streams);
    if (known !== null) return known;
    // What has the name of the log itself is never a copy of a rotated one.
    if (isLive) return { kind: 'new', head };
    for (const stream of streams) {
      const verdict = await isCopy(file, head, stream);
      if (verdict === 'wait') return { kind: 'wait' };
      if (verdict) return { kind: 'copy', stream };
    }
  } catch (error) {
    if (isUnfinished(error)) return { kind: 'wait' };
    throw error;
  }
  return { kind: 'new', head };
}

async function knownContent(file: FoundFile, head: Buffer, streams: readonly LogStream[]): Promise<Match | null> {
  const { isGzip } = file.rotated;
  const lost = streams
    .filter((stream) => stream.file === null && beginsAs(head, stream.identity))
    // The same inode is the best guess, then what was read furthest.
    .sort(
      (a, b) =>
        Number(b.identity.key === file.key) - Number(a.identity.key === file.key) ||
        b.position.offset - a.position.offset,
    );
  for (const stream of lost) {
    const { offset, check, isDone } = stream.position;
    if (isGzip && isDone && (await gzipSize(file.path)) === offset % 2 ** 32) {
      return { kind: 'known', stream, mayHaveMore: false };
    }
    if (!isGzip && file.sizeBytes < offset) continue;
    if ((await checkAt(file.path, isGzip, offset)) === check) {
      return { kind: 'known', stream, mayHaveMore: isGzip };
    }
  }
  return null;
}

/** Whether a file holds what a log holds that is read in another file; `wait`: it may become one. */
async function isCopy(file: FoundFile, head: Buffer, stream: LogStream): Promise<boolean | 'wait'> {
  const original = stream.file;
  if (original === null || original.key === file.key || original.family !== file.family) return false;
  const { isGzip } = file.rotated;
  const { offset, check } = stream.position;
  if (original.rotated.isGzip) {
    if (isGzip || offset !== file.sizeBytes || !beginsAs(head, stream.identity)) return false;
    return (await checkAt(file.path, false, offset)) === check;
  }
  const itsHead = await headOf(original.path, false, HEAD_BYTES);
  const common = Math.min(head.length, itsHead.length);
  if (common === 0 || !head.subarray(0, common).equals(itsHead.subarray(0, common))) return false;
  const size = isGzip ? await contentSize(file.path) : file.sizeBytes;
  if (size > original.sizeBytes) {
    // The log grew since it was looked at; or it is another one.
    const atEnd = await checkAt(file.path, isGzip, original.sizeBytes);
    return atEnd === (await checkAt(original.path, false, original.sizeBytes)) ? 'wait' : false;
  }
  return (await checkAt(file.path, isGzip, size)) === (await checkAt(original.path, false, size));
}

/** Bytes of content of a .gz, by reading it. */
async function contentSize(path: string): Promise<number> {
  const content = await openContent(path, true);
  try {
    const buffer = Buffer.allocUnsafe(256 << 10);
    while ((await content.read(buffer)).length > 0);
    return content.offset;
  } finally {
    await content.close();
  }
}

/** The size that a .gz tells of its (last) content, modulo 4 GiB. */
async function gzipSize(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const trailer = Buffer.alloc(4);
    await handle.read(trailer, 0, 4, Math.max(0, size - 4));
    return trailer.readUInt32LE();
  } finally {
    await handle.close();
  }
}
