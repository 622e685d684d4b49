/** Damages a database so that SQLite still opens and copies it, and its own check complains. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Overwrites one page in the midst of a closed database of several dozen pages. */
export function damage(file: string): void {
  const bytes = readFileSync(file);
  const pageSizeBytes = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  const pages = bytes.length / pageSizeBytes;
  if (pages < 20) throw new RangeError(`${file} has only ${pages} pages`);
  const at = Math.floor(pages / 2) * pageSizeBytes;
  bytes.fill(0x5a, at, at + pageSizeBytes);
  writeFileSync(file, bytes);
}
