/** Tells files of the transaction log from backups: they hold single transactions, and no database by themselves. */
import { createReadStream } from 'node:fs';
import zlib from 'node:zlib';
import { LOG_MAGIC } from '../continuous/log-format';

/** True when the file, or what is compressed in it, begins as the log does; whatever became of its end. */
export async function isLogFile(file: string, compressed: boolean): Promise<boolean> {
  const source = createReadStream(file, { highWaterMark: 4096 });
  const content = compressed ? source.pipe(zlib.createGunzip()) : source;
  // What cannot be read is told by whoever reads it as a database.
  source.once('error', (reason) => content.destroy(reason));
  let start: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of content) {
      start = Buffer.concat([start, chunk as Buffer]);
      if (start.length >= LOG_MAGIC.length) break;
    }
  } catch {
    return false;
  } finally {
    source.destroy();
  }
  return start.subarray(0, LOG_MAGIC.length).equals(LOG_MAGIC);
}
