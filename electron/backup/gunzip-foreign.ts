/** Extracts a gzip file that Holdfast did not write. It is hostile until proved: the output is counted and limited. */
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { HEADER_BYTES, parseHeader } from '../database/header';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';

/** Left free on the disk that holds the scratch folder, whatever a file asks for. */
const RESERVE_BYTES = 256 << 20;

/** Databases shrink to a half or a tenth; where the header does not say the size, this bounds what a file can unpack to. */
const UNCOUNTED_RATIO = 100;

/**
 * Extracts `file` to `target`. Output is limited to the size that the database's own header says, or, where the header
 * says none, to a multiple of the file's own size; and always to the free space less a reserve.
 * @returns bytes written
 * @throws GZIP_DAMAGED, GZIP_TOO_LARGE, NOT_A_DATABASE, DISK_FULL
 */
export async function gunzipForeign(
  file: string,
  target: string,
  options: { onProgress: (doneBytes: number) => void; signal: AbortSignal },
): Promise<number> {
  const space = await fs.statfs(path.dirname(target));
  const freeBytes = Math.max(0, space.bavail * space.bsize - RESERVE_BYTES);
  const { size: sizeBytes } = await fs.stat(file);
  const output = await fs.open(target, 'wx');
  let start: Buffer = Buffer.alloc(0);
  let limitBytes: number | null = null;
  let expectedBytes: number | null = null;
  let doneBytes = 0;

  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      doneBytes += chunk.length;
      if (limitBytes === null) {
        start = Buffer.concat([start, chunk]);
        if (start.length >= HEADER_BYTES) {
          const header = parseHeader(start);
          if (!header) return done(holdfastError('NOT_A_DATABASE', { params: { path: file } }));
          expectedBytes = header.pageCount === null ? null : header.pageCount * header.pageSizeBytes;
          limitBytes = expectedBytes ?? Math.min(freeBytes, sizeBytes * UNCOUNTED_RATIO);
          if (limitBytes > freeBytes) {
            const params = { path: path.dirname(target), neededBytes: limitBytes, freeBytes };
            return done(holdfastError('DISK_FULL', { params }));
          }
        }
      }
      if (limitBytes !== null && doneBytes > limitBytes) {
        return done(holdfastError('GZIP_TOO_LARGE', { params: { path: file, limitBytes } }));
      }
      options.onProgress(doneBytes);
      done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(file), zlib.createGunzip(), guard, output.createWriteStream(), {
      signal: options.signal,
    });
  } catch (thrown) {
    options.signal.throwIfAborted();
    const code = (thrown as { code?: unknown }).code;
    if (knownCode(thrown) === null && typeof code === 'string' && code.startsWith('Z_')) {
      throw holdfastError('GZIP_DAMAGED', { params: { path: file }, cause: thrown });
    }
    throw thrown;
  } finally {
    await output.close();
  }
  if (limitBytes === null) throw holdfastError('NOT_A_DATABASE', { params: { path: file } });
  if (expectedBytes !== null && doneBytes !== expectedBytes) {
    const detail = `${doneBytes} bytes instead of ${String(expectedBytes)}`;
    throw holdfastError('DATABASE_TRUNCATED', { params: { path: file }, detail });
  }
  return doneBytes;
}
