/**
 * Reads the image of a live database from its files instead of through SQLite, which takes half the time. SQLite only
 * pins the snapshot: a read transaction on a connection of this process holds its locks until the copy is done. Whatever
 * is not exactly as described here is left to SQLite's backup API, within the same transaction.
 *
 * Closing any descriptor of the database, its WAL or wal-index drops all locks of this process on that file (POSIX), the
 * pin among them. The descriptors are therefore closed only after the connection, and the threads that read use the
 * numbers of these descriptors and open none.
 *
 * Rollback journal. The read transaction holds a SHARED lock. A writer may gather changes in its memory and in the
 * journal meanwhile, but writes to the file only under an EXCLUSIVE lock, which it gets when all SHARED locks are gone:
 * the file is the image. A journal that a crash left was rolled back when the connection took its lock; it could do that
 * only when opened for writing, and that case is left to SQLite.
 *
 * WAL. The wal-index header says which frames of the WAL are committed. SQLite takes a copy of it when the transaction
 * begins, and that copy is the snapshot. It cannot be asked for, so the header is read before and after: each commit
 * changes it (a counter, the last frame, its checksum), so when it is the same then SQLite's copy is the same.
 *   The image is then, for each page, its last frame up to `maxFrame`, or the page in the main file if it has none.
 *   - The main file's other pages do not change: a checkpoint writes only frames up to the lowest mark that a reader
 *     holds, and ours is at most `maxFrame`. What it writes are pages that are taken from the WAL here. It cuts or grows
 *     the file only to the size of a snapshot that is not newer than ours.
 *   - The WAL's frames up to `maxFrame` stay: a writer begins the WAL anew, and a checkpoint empties it, only after it has
 *     locked the marks 1 to 4 of all readers.
 *   - There is one case in which a reader holds none of these: SQLite gives it mark 0 when every committed frame is in the
 *     main file already ("backfilled"). A writer may then begin the WAL anew, but nobody may write to the main file,
 *     because that takes mark 0 exclusively. Such a snapshot is read from the main file alone. It need not be known which
 *     mark SQLite chose: it takes mark 0 only when backfilled = maxFrame, and backfilled does not sink while the header
 *     stays the same. So, read after the pin and before the second look at the header: when it is less, the mark is not
 *     0 and the WAL is safe to read; when it is equal, the main file is whole, and safe under mark 0 as under any other
 *     one, because a checkpoint has nothing more to write up to our mark.
 *   - Should the wal-index be rebuilt after a crash in that very moment, backfilled begins at 0 again. So the WAL's own
 *     header is compared once more at the end: it is written before any frame is written over.
 */
import fs from 'node:fs';
import type Database from 'better-sqlite3';
import { HEADER_BYTES } from '../database/header';
import { readBackfilled, readWalHeader, readWalIndexHeader, type WalIndexHeader, WalPages } from './live-image-wal';

/** A writer at full speed commits some ten thousand times a second; one of this many looks falls between two commits. */
const PIN_ATTEMPTS = 500;
/** A snapshot must be pinned within so long after the moment that it is said to be of. */
const PROMPT_MS = 50;

const A_READ = 'SELECT 1 FROM sqlite_schema LIMIT 1';

/** Descriptors of a live database. Close it after the connection that pins the snapshot. */
export class LiveFiles {
  private readonly open: number[] = [];
  private readonly beside = new Map<'-wal' | '-shm', number>();
  readonly main: number;

  /** @throws what `fs` throws */
  constructor(readonly path: string) {
    this.main = this.add('');
  }

  /** @throws what `fs` throws, ENOENT among it */
  add(suffix: '' | '-wal' | '-shm'): number {
    const fd = fs.openSync(this.path + suffix, 'r');
    this.open.push(fd);
    return fd;
  }

  /** The descriptor of a file beside the main one; null where there is no such file. @throws what `fs` throws */
  descriptor(suffix: '-wal' | '-shm'): number | null {
    const known = this.beside.get(suffix);
    if (known !== undefined) return known;
    try {
      const fd = this.add(suffix);
      this.beside.set(suffix, fd);
      return fd;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw thrown;
    }
  }

  close(): void {
    for (const fd of this.open.splice(0)) fs.closeSync(fd);
  }
}

/** A snapshot that is pinned and whose pages can be read from the files. */
export interface LiveImage {
  mainFd: number;
  /** Null when the main file holds the whole image. */
  wal: { fd: number; index: WalIndexHeader } | null;
  /** What must be the same when the copy is done: bytes at the start of the WAL, or of the main file if there is none. */
  witness: Buffer;
}

/** Facts that SQLite tells of the snapshot. */
interface PinnedFacts {
  pageSizeBytes: number;
  pageCount: number;
  journalMode: string;
}

/**
 * Begins a transaction and reads, which pins the snapshot.
 * @returns the moment just before, milliseconds since 1970: everything that was committed by then is in the snapshot. One
 * that was pinned much later, because this process had to wait for a processor, is given up for another.
 */
export function pin(connection: Database.Database): number {
  const read = connection.prepare(A_READ);
  for (let attempt = 1; ; attempt++) {
    const pinnedAtMs = Date.now();
    connection.exec('BEGIN');
    read.get();
    if (attempt === PIN_ATTEMPTS || isPrompt(pinnedAtMs)) return pinnedAtMs;
    connection.exec('COMMIT');
  }
}

/** A clock that was set meanwhile says nothing: another attempt tells. */
const isPrompt = (pinnedAtMs: number): boolean => Math.abs(Date.now() - pinnedAtMs) <= PROMPT_MS;

/**
 * Pins a snapshot of the database, on a connection without a transaction. One is open afterwards, whatever is returned.
 * @param readFacts called when the snapshot is pinned, with the moment as `pin` gives it
 * @returns the image, or null when it cannot be read safely from the files
 * @throws what SQLite throws
 */
export function pinLiveImage<F extends PinnedFacts>(
  connection: Database.Database,
  files: LiveFiles,
  readFacts: (pinnedAtMs: number) => F,
): { facts: F; image: LiveImage | null } {
  const first = readFacts(pin(connection));
  const plain = (): { facts: F; image: null } => ({ facts: first, image: null });
  try {
    if (!connection.readonly || !isStillAt(files)) return plain();
    if (first.journalMode !== 'wal') return { facts: first, image: imageOfFile(files, first) };
    const shm = openIndex(files);
    if (shm === null) return plain();
    const { image, pinnedAtMs } = pinInWal(connection, files, shm);
    const facts = readFacts(pinnedAtMs);
    return { facts, image: image && agrees(image, facts) ? image : null };
  } catch (thrown) {
    // Only looking at the files failed; whether SQLite can read them, it says itself.
    if (typeof (thrown as NodeJS.ErrnoException).syscall !== 'string') throw thrown;
    if (connection.inTransaction) connection.exec('COMMIT');
    return { facts: readFacts(pin(connection)), image: null };
  }
}

/** Where the WAL holds pages; null when it is not what its index says. */
export async function walPagesOf(image: LiveImage, signal: AbortSignal): Promise<WalPages | null> {
  return image.wal && WalPages.read(image.wal.fd, image.wal.index, signal);
}

/** True when nothing happened to the files that the pin should have kept from happening. */
export function isUntouched(image: LiveImage): boolean {
  const now = image.wal ? readWalHeader(image.wal.fd) : readHeader(image.mainFd);
  return now?.equals(image.witness) === true;
}

/** The path still leads to the file that is open here: then it is the one that SQLite opened in between. */
function isStillAt(files: LiveFiles): boolean {
  const here = fs.fstatSync(files.main, { bigint: true });
  const there = fs.statSync(files.path, { bigint: true });
  return here.dev === there.dev && here.ino === there.ino;
}

function imageOfFile(files: LiveFiles, { journalMode }: PinnedFacts): LiveImage | null {
  const header = readHeader(files.main);
  // 1: rollback journal. A -wal beside such a file is a remainder that SQLite deals with.
  const plain = header?.[18] === 1 && header[19] === 1 && !fs.existsSync(`${files.path}-wal`);
  if (!header || !plain || !['delete', 'truncate', 'persist'].includes(journalMode)) return null;
  return { mainFd: files.main, wal: null, witness: header };
}

/** Null where SQLite may be working without the wal-index, because it cannot write it. */
function openIndex(files: LiveFiles): number | null {
  fs.accessSync(`${files.path}-shm`, fs.constants.W_OK);
  return files.add('-shm');
}

function pinInWal(
  connection: Database.Database,
  files: LiveFiles,
  shm: number,
): { image: LiveImage | null; pinnedAtMs: number } {
  const wal = files.add('-wal');
  // Prepared, because the pin has to fall between two commits.
  const [commit, begin] = [connection.prepare('COMMIT'), connection.prepare('BEGIN')];
  const read = connection.prepare(A_READ);
  let pinnedAtMs = 0;
  for (let attempt = 0; attempt < PIN_ATTEMPTS; attempt++) {
    commit.run();
    pinnedAtMs = Date.now();
    const before = readWalIndexHeader(shm);
    begin.run();
    read.get();
    const backfilled = readBackfilled(shm);
    const after = readWalIndexHeader(shm);
    if (!before || !after || backfilled === null || !before.bytes.equals(after.bytes)) continue;
    if (!isPrompt(pinnedAtMs)) continue;
    const whole = backfilled === after.maxFrame;
    const witness = whole ? readHeader(files.main) : readWalHeader(wal);
    const image = witness && { mainFd: files.main, wal: whole ? null : { fd: wal, index: after }, witness };
    return { image, pinnedAtMs };
  }
  return { image: null, pinnedAtMs };
}

const agrees = ({ wal }: LiveImage, facts: PinnedFacts): boolean =>
  !wal || (wal.index.pageSizeBytes === facts.pageSizeBytes && wal.index.pageCount === facts.pageCount);

function readHeader(fd: number): Buffer | null {
  const header = Buffer.alloc(HEADER_BYTES);
  return fs.readSync(fd, header, 0, header.length, 0) === header.length ? header : null;
}
