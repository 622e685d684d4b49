/** Compares database images by content. For plain files that no SQLite connection of this process has open. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { clearCounters, HEADER_BYTES } from './header';

const READ_BYTES = 1 << 20;

/** SHA-256 (hex) of an image with the header's counters zeroed: equal for two images that hold the same pages. */
export async function contentHash(image: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let first = true;
  for await (const chunk of createReadStream(image, { highWaterMark: READ_BYTES, signal })) {
    const bytes = chunk as Buffer;
    if (first && bytes.length >= HEADER_BYTES) clearCounters(bytes);
    first = false;
    hash.update(bytes);
  }
  return hash.digest('hex');
}
