/** Copies backup files so that the copy can be compared with what the catalogue says. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export interface CopyOptions {
  onProgress?: (doneBytes: number) => void;
  signal?: AbortSignal;
}

/** SHA-256 (hex) of what was read. `to` must not exist; the copy is on the disk when this resolves. */
export async function copyHashing(from: string, to: string, { onProgress, signal }: CopyOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  let doneBytes = 0;
  await pipeline(
    createReadStream(from, { highWaterMark: 1 << 20 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        doneBytes += chunk.length;
        onProgress?.(doneBytes);
        yield chunk;
      }
    },
    // A stream of its own: one made from a FileHandle with `autoClose: false` never lets the handle close again.
    createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }),
    ...(signal ? [{ signal }] : []),
  );
  return hash.digest('hex');
}
