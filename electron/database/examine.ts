/**
 * What a file is, before SQLite sees it. Opens and closes the file with `fs`, which drops every POSIX lock the process
 * holds on it: call it only in a job process, and only before a SQLite connection to the same file is opened there.
 */
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import { wrapError } from '../errors/wrap';
import { holdfastError } from '../errors/holdfast-error';
import { HEADER_BYTES, parseHeader, type SqliteHeader } from './header';

export interface FileFacts {
  /** Real path: symbolic links resolved. */
  path: string;
  sizeBytes: number;
  modifiedAt: string;
  /** `age`: encrypted in the age format; what is inside cannot be told. */
  content: { format: 'sqlite'; header: SqliteHeader } | { format: 'gzip' } | { format: 'age' };
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
const AGE_MAGIC = Buffer.from('age-encryption.org/v1\n', 'latin1');
const SAMPLE_BYTES = 4096;

/**
 * Identifies a file by its content.
 * @throws FILE_NOT_FOUND, FILE_IS_FOLDER, FILE_NOT_REGULAR, FILE_NO_PERMISSION, FILE_EMPTY, NOT_A_DATABASE,
 * DATABASE_ENCRYPTED, DATABASE_TRUNCATED
 */
export async function examineFile(file: string): Promise<FileFacts> {
  try {
    const path = await fs.realpath(file);
    const stat = await fs.stat(path);
    if (stat.isDirectory()) throw holdfastError('FILE_IS_FOLDER', { params: { path: file } });
    // Opening a FIFO would wait for ever for its other end.
    if (!stat.isFile()) throw holdfastError('FILE_NOT_REGULAR', { params: { path: file } });
    if (stat.size === 0) throw holdfastError('FILE_EMPTY', { params: { path: file } });
    const start = await readStart(path);
    const base = { path, sizeBytes: stat.size, modifiedAt: stat.mtime.toISOString() };
    if (start.subarray(0, 3).equals(GZIP_MAGIC)) return { ...base, content: { format: 'gzip' } };
    if (start.subarray(0, AGE_MAGIC.length).equals(AGE_MAGIC)) return { ...base, content: { format: 'age' } };
    const header = parseHeader(start);
    if (!header) {
      const code = looksEncrypted(start, stat.size) ? 'DATABASE_ENCRYPTED' : 'NOT_A_DATABASE';
      throw holdfastError(code, { params: { path: file } });
    }
    await refuseTruncated(path, file, header);
    return { ...base, content: { format: 'sqlite', header } };
  } catch (thrown) {
    throw wrapError(thrown, { path: file });
  }
}

async function readStart(path: string): Promise<Buffer> {
  // O_NONBLOCK: the path may have become a FIFO since it was looked at.
  const handle = await fs.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Encrypted databases (SQLCipher, SEE) are whole pages of noise from the first byte on. Random bytes come near 8 bits
 * of entropy a byte; compressed media do too, but their sizes are not multiples of a page.
 */
function looksEncrypted(start: Buffer, sizeBytes: number): boolean {
  if (start.length < 512 || sizeBytes % 512 !== 0) return false;
  const counts = new Uint32Array(256);
  for (const byte of start) counts[byte] = (counts[byte] ?? 0) + 1;
  let entropyBits = 0;
  for (const count of counts) {
    if (count > 0) entropyBits -= (count / start.length) * Math.log2(count / start.length);
  }
  return entropyBits > (start.length >= 2048 ? 7.7 : 7.2);
}

/**
 * A file shorter than its header says is cut off, unless a journal or WAL beside it explains the difference. A writer
 * may grow the file between the two looks, so it counts only when it is seen three times.
 */
async function refuseTruncated(path: string, shownPath: string, firstHeader: SqliteHeader): Promise<void> {
  let header: SqliteHeader | null = firstHeader;
  for (let look = 0; look < 3; look++) {
    if (!header || header.pageCount === null) return;
    const { size } = await fs.stat(path);
    if (size >= header.pageCount * header.pageSizeBytes) return;
    for (const suffix of ['-wal', '-journal']) {
      const beside = await fs.stat(path + suffix).catch(() => null);
      if (beside && beside.size > 0) return;
    }
    header = parseHeader((await readStart(path)).subarray(0, HEADER_BYTES));
  }
  throw holdfastError('DATABASE_TRUNCATED', { params: { path: shownPath } });
}
