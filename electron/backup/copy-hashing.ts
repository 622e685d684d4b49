/** Copies backup files so that the copy can be compared with what the catalogue says. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** SHA-256 (hex) of what was read. `to` must not exist; the copy is on the disk when this resolves. */
export async function copyHashing(from: string, to: string): Promise<string> {
  const hash = createHash('sha256');
  const output = await fs.open(to, 'wx', 0o600);
  try {
    await pipeline(
      createReadStream(from, { highWaterMark: 1 << 20 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      output.createWriteStream({ autoClose: false }),
    );
    await output.sync();
  } finally {
    await output.close();
  }
  return hash.digest('hex');
}
