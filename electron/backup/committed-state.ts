/**
 * What tells whether anybody committed between two looks at a live database, without copying it. Reads descriptors that
 * belong to the caller: closing one drops every lock that SQLite holds on the file in this process.
 */
import fs from 'node:fs';
import { HEADER_BYTES, parseHeader } from '../database/header';
import type { LiveFiles } from './live-image';
import { readWalIndexHeader } from './live-image-wal';

/**
 * For two looks of one process that keeps a connection open in between, so that the wal-index stays: the wal-index header
 * in WAL mode (each commit changes its counter and checksum), the first bytes and the size of the main file otherwise
 * (each commit raises its change counter). Null while a writer is in the midst of changing it.
 */
export function committedState(files: LiveFiles): string | null {
  const header = Buffer.alloc(HEADER_BYTES);
  fs.readSync(files.main, header, 0, HEADER_BYTES, 0);
  // A wal-index that a crash left beside a database in another mode says nothing.
  if (parseHeader(header)?.wal) {
    const shm = files.descriptor('-shm');
    const index = shm === null ? null : readWalIndexHeader(shm);
    return index && `wal ${index.bytes.toString('hex')}`;
  }
  return `main ${fs.fstatSync(files.main).size} ${header.toString('hex')}`;
}

/**
 * For two looks of different processes. Between them every application may close the database, which empties the WAL into
 * the main file and leaves a wal-index that looks as before: file, size and time of the last write tell that.
 */
export function committedStamp(files: LiveFiles): string | null {
  const state = committedState(files);
  const { dev, ino, size, mtimeNs } = fs.fstatSync(files.main, { bigint: true });
  return state && `${dev}:${ino} ${size} ${mtimeNs} ${state}`;
}
