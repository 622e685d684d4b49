/** A copy of a damaged database to read from: what is done to read it is never done to the original. */
import fs from 'node:fs/promises';
import { takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { HEADER_BYTES, SQLITE_MAGIC } from '../database/header';
import { wrapError } from '../errors/wrap';

export interface CopyOptions {
  lockTimeoutMs: number;
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/** The files may be written to while they are copied one after the other. */
const ATTEMPTS = 3;

/**
 * Copies through SQLite where SQLite copies all of it: that is one state. A database that it cannot open, or of which it
 * sees only a part, is copied as files, with journal and WAL.
 * @throws FILE_NOT_FOUND, FILE_NO_PERMISSION, DISK_FULL, IO_ERROR
 */
export async function copyDamaged(liveFile: string, target: string, options: CopyOptions): Promise<void> {
  const { size } = await fs.stat(liveFile);
  try {
    await takeSnapshot(liveFile, target, { ...options, direct: true });
    if ((await fs.stat(target)).size >= size) return;
  } catch (thrown) {
    options.signal.throwIfAborted();
    // Whatever SQLite has against it, the files can be copied; where they cannot, that says why.
    if (wrapError(thrown).code === 'DISK_FULL') throw thrown;
  }
  for (let attempt = 1; ; attempt++) {
    const before = await stateOf(liveFile);
    await removeAll(sqliteFiles(target));
    await fs.copyFile(liveFile, target, fs.constants.COPYFILE_FICLONE);
    for (const end of ['-wal', '-journal']) {
      await fs.copyFile(liveFile + end, target + end).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code !== 'ENOENT') throw thrown;
      });
    }
    options.signal.throwIfAborted();
    if (attempt === ATTEMPTS || (await stateOf(liveFile)) === before) return;
  }
}

async function stateOf(file: string): Promise<string> {
  const states = ['', '-wal', '-journal'].map(async (end) => {
    const stats = await fs.stat(file + end, { bigint: true }).catch(() => null);
    return stats && `${stats.size} ${stats.mtimeNs}`;
  });
  return JSON.stringify(await Promise.all(states));
}

const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
const LARGEST_PAGE = 65_536;
/** The same in every database. */
const FIXED = Buffer.from([64, 32, 32]);

/**
 * Puts fields of the header right that keep SQLite from opening a file at all. Fields that it opens with stay.
 * @param file a copy
 */
export async function mendHeader(file: string): Promise<void> {
  const handle = await fs.open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await handle.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES) return;
    // Bytes that each page keeps free: told in the midst of what is written over, it is a number by chance.
    const keepsFree = header.subarray(0, 16).equals(SQLITE_MAGIC) && header.subarray(21, 24).equals(FIXED);
    SQLITE_MAGIC.copy(header);
    const told = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const pageSizeBytes = PAGE_SIZES.includes(told) ? told : await guessPageSize(handle);
    header.writeUInt16BE(pageSizeBytes === 65_536 ? 1 : pageSizeBytes, 16);
    for (const at of [18, 19]) if (header[at] !== 1 && header[at] !== 2) header[at] = 1;
    if (!keepsFree || (header[20] ?? 0) > pageSizeBytes - 480) header[20] = 0;
    FIXED.copy(header, 21);
    header.writeUInt32BE(Math.floor(size / pageSizeBytes), 28);
    header.writeUInt32BE(header.readUInt32BE(24), 92);
    if (header.readUInt32BE(44) < 1 || header.readUInt32BE(44) > 4) header.writeUInt32BE(4, 44);
    if (header.readUInt32BE(56) < 1 || header.readUInt32BE(56) > 3) header.writeUInt32BE(1, 56);
    await handle.write(header, 0, HEADER_BYTES, 0);
  } finally {
    await handle.close();
  }
}

/** A page is filled from its end: where the last cell of the first page ends, that ends too. */
async function guessPageSize(handle: fs.FileHandle): Promise<number> {
  const first = Buffer.alloc(LARGEST_PAGE);
  await handle.read(first, 0, LARGEST_PAGE, 0);
  const isInterior = first[HEADER_BYTES] === 0x05;
  const pointers = HEADER_BYTES + (isInterior ? 12 : 8);
  const cells = Math.min(first.readUInt16BE(HEADER_BYTES + 3), (LARGEST_PAGE - pointers) / 2);
  let end = 0;
  for (let cell = 0; cell < cells; cell++) {
    const at = first.readUInt16BE(pointers + 2 * cell);
    end = Math.max(end, isInterior ? varint(first, at + 4).next : endOfRow(first, at));
  }
  return PAGE_SIZES.find((size) => size >= end) ?? LARGEST_PAGE;
}

/** Of a row on a leaf: its size, its rowid, its content. */
function endOfRow(page: Buffer, at: number): number {
  const size = varint(page, at);
  const content = varint(page, size.next).next;
  const end = content + size.value;
  // What goes on elsewhere ends here at a place that only the page size tells.
  return end <= LARGEST_PAGE ? end : content;
}

/** SQLite's numbers of one to nine bytes; all that is asked for here fits into fewer. */
function varint(page: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = page[at + index] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return { value, next: at + 9 };
}
