/** Rewrites WAL files. */
import { readFileSync, writeFileSync } from 'node:fs';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Gives a WAL the checksums that a machine of the other byte order would have written. */
export function useBigEndianChecksums(file: string): void {
  const wal = readFileSync(file);
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(8);
  wal.writeUInt32BE(0x377f0683, 0);
  let sums = sum(wal.subarray(0, 24), [0, 0]);
  put(wal, 24, sums);
  for (let at = HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    sums = sum(wal.subarray(at, at + 8), sums);
    sums = sum(wal.subarray(at + FRAME_HEADER_BYTES, at + frameBytes), sums);
    put(wal, at + 16, sums);
  }
  writeFileSync(file, wal);
}

function put(wal: Buffer, at: number, [first, second]: [number, number]): void {
  wal.writeInt32BE(first, at);
  wal.writeInt32BE(second, at + 4);
}

function sum(bytes: Buffer, [start1, start2]: [number, number]): [number, number] {
  let [first, second] = [start1, start2];
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + bytes.readInt32BE(at) + second) | 0;
    second = (second + bytes.readInt32BE(at + 4) + first) | 0;
  }
  return [first, second];
}
