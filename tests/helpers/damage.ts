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

/** Turns one bit of each byte of a file that is named. */
export function flipBit(file: string, ...positions: number[]): void {
  const bytes = readFileSync(file);
  for (const at of positions) bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
