/**
 * The work on one chunk of a database image: read it, lay the pages of the WAL over it, write it to the copy, hash each
 * page. Synchronous, so that it runs the same in a thread of its own and in the calling one.
 *
 * Files are given as descriptors that belong to the caller. Nothing here opens or closes one: closing any descriptor of
 * a live database would drop every lock that SQLite holds on it in this process, threads included.
 */
import { hash } from 'node:crypto';
import fs from 'node:fs';

/**
 * Bytes of SHA-256 that are kept for each page. Here and not with the page map, so that a thread loads nothing but this
 * file.
 */
export const PAGE_HASH_BYTES = 16;

export interface PassSetup {
  sourceFd: number;
  /** Null when the file itself holds every page of the image. */
  walFd: number | null;
  /** Null when the copy is there already and only has to be hashed. */
  targetFd: number | null;
  pageSizeBytes: number;
  /** Slots of `chunkBytes` for content, then the page hashes of each. */
  memory: SharedArrayBuffer;
  chunkBytes: number;
  slots: number;
}

export interface ChunkTask {
  slot: number;
  /** Where the chunk begins in the image. */
  position: number;
  length: number;
  /** Pages of this chunk that are in the WAL: byte in the chunk, byte in the WAL, and so on. Null for none. */
  overlay: Float64Array | null;
  /** Byte in the chunk of the page that SQLite never uses; null when it is in no chunk, or in another one. */
  lockPageAt: number | null;
}

/** Runs chunks in the order given, one at a time. */
export interface PageWorker {
  /** @throws what `fs` throws, with its code; code SHORT_IMAGE when a page is neither in the file nor in the WAL */
  run(task: ChunkTask): Promise<void>;
  /** Ends the worker when what it was given is done. */
  close(): Promise<void>;
}

export type StartPageWorker = (setup: PassSetup) => PageWorker;

const hashBytesOf = (setup: PassSetup): number => (setup.chunkBytes / setup.pageSizeBytes) * PAGE_HASH_BYTES;

/** Memory for the slots of a pass. */
export function passMemory(chunkBytes: number, pageSizeBytes: number, slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer(slots * (chunkBytes + (chunkBytes / pageSizeBytes) * PAGE_HASH_BYTES));
}

/** The content of a slot. */
export function slotContent(setup: PassSetup, slot: number, length: number): Buffer {
  return Buffer.from(setup.memory, slot * setup.chunkBytes, length);
}

/** The page hashes of a slot. */
export function slotHashes(setup: PassSetup, slot: number, length: number): Buffer {
  const at = setup.slots * setup.chunkBytes + slot * hashBytesOf(setup);
  return Buffer.from(setup.memory, at, (length / setup.pageSizeBytes) * PAGE_HASH_BYTES);
}

/** Does one chunk in the calling thread. */
export function workOnChunk(setup: PassSetup, task: ChunkTask): void {
  const { pageSizeBytes } = setup;
  const content = slotContent(setup, task.slot, task.length);
  const inFile = readAt(setup.sourceFd, content, task.position);
  const missing = overlayPages(setup, task, content, inFile);
  if (task.lockPageAt !== null) content.fill(0, task.lockPageAt, task.lockPageAt + pageSizeBytes);
  if (missing) {
    throw Object.assign(new Error(`a page after byte ${task.position + inFile} is missing`), { code: 'SHORT_IMAGE' });
  }
  if (setup.targetFd !== null) writeAt(setup.targetFd, content, task.position);
  const hashes = slotHashes(setup, task.slot, task.length);
  for (let at = 0, to = 0; at < task.length; at += pageSizeBytes, to += PAGE_HASH_BYTES) {
    // As Latin-1 text: on pages of 4096 bytes 1100 MB/s, beside 900 as a Buffer and 700 with a Hash object.
    hashes.write(hash('sha256', content.subarray(at, at + pageSizeBytes), 'binary'), to, PAGE_HASH_BYTES, 'binary');
  }
}

/** Lays the WAL's pages over the content; true when a page that the file does not have was not among them. */
function overlayPages(setup: PassSetup, task: ChunkTask, content: Buffer, inFile: number): boolean {
  const { pageSizeBytes, walFd } = setup;
  // The file may end inside the chunk: each page from there on has to come from the WAL.
  const wholePages = Math.floor(inFile / pageSizeBytes);
  let needed = task.length / pageSizeBytes - wholePages;
  if (task.lockPageAt !== null && task.lockPageAt / pageSizeBytes >= wholePages) needed--;
  const overlay = task.overlay ?? new Float64Array();
  for (let index = 0; index < overlay.length; index += 2) {
    const [at = 0, walAt = 0] = [overlay[index], overlay[index + 1]];
    const page = content.subarray(at, at + pageSizeBytes);
    if (walFd === null || readAt(walFd, page, walAt) !== pageSizeBytes) return true;
    if (at / pageSizeBytes >= wholePages) needed--;
  }
  return needed !== 0;
}

function readAt(fd: number, buffer: Buffer, position: number): number {
  let done = 0;
  while (done < buffer.length) {
    const read = fs.readSync(fd, buffer, done, buffer.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

function writeAt(fd: number, buffer: Buffer, position: number): void {
  let done = 0;
  while (done < buffer.length) done += fs.writeSync(fd, buffer, done, buffer.length - done, position + done);
}
