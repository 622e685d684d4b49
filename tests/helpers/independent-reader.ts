/**
 * Reads backup files by their documented format alone, with nothing of Holdfast: what a test compares Holdfast's own word
 * with. See docs/backup-format.md.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';

export interface PointFile {
  file: string;
  form: 'full' | 'changes';
}

/** The image that a chain of files brings back: the full one first. Throws when a file cannot be read. */
export function imageOf(chain: readonly PointFile[]): Buffer {
  let image: Buffer = Buffer.alloc(0);
  for (const { file, form } of chain) {
    const content = zlib.gunzipSync(readFileSync(file));
    image = form === 'full' ? content : applied(image, content);
  }
  return image;
}

function applied(before: Buffer, changes: Buffer): Buffer {
  if (changes.toString('latin1', 0, 16) !== 'HOLDFAST CHANGE\n') throw new Error('no file of changes');
  const pageSize = changes.readUInt32LE(16);
  const pages = changes.readUInt32LE(20);
  const count = changes.readUInt32LE(24);
  const after = Buffer.alloc(pages * pageSize);
  before.copy(after, 0, 0, Math.min(before.length, after.length));
  const numbersAt = 32;
  const pagesAt = numbersAt + 4 * count;
  for (let index = 0; index < count; index++) {
    const number = changes.readUInt32LE(numbersAt + 4 * index);
    const from = pagesAt + index * pageSize;
    changes.copy(after, (number - 1) * pageSize, from, from + pageSize);
  }
  return after;
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
