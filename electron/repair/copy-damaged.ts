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

/** Types of b-tree pages. */
const PAGE_TYPES = new Set([0x02, 0x05, 0x0a, 0x0d]);
const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
const LOOKED_AT = 64;
const CLEARLY = 1.25;
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
    const pageSizeBytes = PAGE_SIZES.includes(told) ? told : await guessPageSize(handle, size);
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

/** The smallest size at whose multiples clearly more pages look like pages: at multiples of it they do, too. */
async function guessPageSize(handle: fs.FileHandle, sizeBytes: number): Promise<number> {
  let best = { pageSizeBytes: 4096, share: 0 };
  const byte = Buffer.alloc(1);
  for (const pageSizeBytes of PAGE_SIZES) {
    const pages = Math.min(LOOKED_AT, Math.floor(sizeBytes / pageSizeBytes) - 1);
    let alike = 0;
    for (let page = 1; page <= pages; page++) {
      await handle.read(byte, 0, 1, page * pageSizeBytes);
      if (PAGE_TYPES.has(byte[0] ?? 0)) alike++;
    }
    const share = pages > 0 ? alike / pages : 0;
    if (share > CLEARLY * best.share) best = { pageSizeBytes, share };
  }
  return best.pageSizeBytes;
}
