/**
 * A consistent copy of a live database that other processes go on writing to. Runs in a job process.
 *
 * SQLite's backup API starts again whenever another connection commits between two steps; with one writer at 200
 * commits a second it never ends. A read transaction held on the source connection pins one snapshot, so no step
 * restarts: in WAL mode writers go on, in rollback-journal mode they wait until the copy is done.
 */
import { statSync } from 'node:fs';
import fs from 'node:fs/promises';
import Database from 'better-sqlite3';
import { waitForLock } from '../database/wait-for-lock';
import { holdfastError } from '../errors/holdfast-error';
import { committedStamp } from './committed-state';
import { passOverImage } from './image-pass';
import { isUntouched, LiveFiles, type LiveImage, pin, pinLiveImage, walPagesOf } from './live-image';
import type { StartPageWorker } from './page-work';

/** Between two steps the process can be cancelled; in rollback-journal mode each pause keeps writers waiting. */
const STEP_BYTES = 8 << 20;

export interface SnapshotFacts {
  /** The moment just before the snapshot was pinned: everything that was committed by then is in it. */
  pinnedAt: string;
  pageSizeBytes: number;
  pageCount: number;
  schemaVersion: number;
  userVersion: number;
  applicationId: number;
  journalMode: string;
  encoding: string;
  sqliteVersion: string;
  /** How often a step had to begin again; 0 unless the pin failed. */
  restarts: number;
  /** The pages were read from the files. Otherwise by SQLite's backup API, which changes counters in the first page. */
  direct: boolean;
  /** SHA-256 (hex) of the copy, exactly as it lies there. */
  contentSha256: string;
  /** Device and inode of the source: another one means that the file was replaced. */
  identity: string;
  /** `committedStamp` from just before the snapshot was pinned; null where that could not be told. */
  stamp: string | null;
}

export interface SnapshotOptions {
  /** How long to wait for a lock that another process holds. */
  lockTimeoutMs: number;
  /** Where the page map of the copy is written; it is not synced. */
  mapFile?: string | undefined;
  /** Threads for copying and hashing; without them large databases take longer. */
  startWorker?: StartPageWorker | undefined;
  /**
   * The pages may be read with `fs`, past SQLite, which is faster. Closing such a descriptor drops the locks of every
   * SQLite connection of this process to the same file: only for a process that has no other one.
   */
  direct?: boolean | undefined;
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/**
 * Copies `source` to the new file `target`. Nothing is written to the source.
 * @throws DATABASE_LOCKED when a lock lasts longer than `lockTimeoutMs`; DATABASE_CORRUPT, NOT_A_DATABASE, DISK_FULL,
 * FILE_NO_PERMISSION, IO_ERROR as SQLite finds them; the signal's reason when it is aborted
 */
export async function takeSnapshot(source: string, target: string, options: SnapshotOptions): Promise<SnapshotFacts> {
  const { lockTimeoutMs, signal } = options;
  return waitForLock({ path: source, lockTimeoutMs, signal }, async () => {
    try {
      return await copyPinned(source, target, options);
    } catch (thrown) {
      await fs.rm(target, { force: true });
      throw thrown;
    }
  });
}

type Facts = Omit<SnapshotFacts, 'contentSha256'>;

async function copyPinned(source: string, target: string, options: SnapshotOptions): Promise<SnapshotFacts> {
  // Windows keeps other handles from reading the bytes that are locked.
  const direct = options.direct && process.platform !== 'win32';
  const files = direct ? new LiveFiles(source) : null;
  try {
    // Short: takeSnapshot waits, and can be cancelled meanwhile.
    const connection = openForReading(source, 250);
    try {
      return await copyOn(connection, files, source, target, options);
    } finally {
      connection.close();
    }
  } finally {
    // Not before the connection: it would lose its locks.
    files?.close();
  }
}

async function copyOn(
  connection: Database.Database,
  files: LiveFiles | null,
  source: string,
  target: string,
  options: SnapshotOptions,
): Promise<SnapshotFacts> {
  const read = (pinnedAtMs: number) => readFacts(connection, source, pinnedAtMs);
  if (files) {
    // Before the pin: a commit between the two is in the snapshot, and only looks like one that came after it.
    const stamp = committedStamp(files);
    const pinned = pinLiveImage(connection, files, read);
    const { image } = pinned;
    const facts = { ...pinned.facts, stamp };
    const contentSha256 = image && (await copyDirectly(image, facts, target, options));
    if (contentSha256 !== null) return { ...facts, direct: true, contentSha256 };
    await fs.rm(target, { force: true });
    return copyThroughSqlite(connection, facts, target, options);
  }
  return copyThroughSqlite(connection, read(pin(connection)), target, options);
}

/** Reads the pages from the files. Null when that did not give the whole image; SQLite has to do it then. */
async function copyDirectly(
  image: LiveImage,
  { pageSizeBytes, pageCount }: Facts,
  target: string,
  options: SnapshotOptions,
): Promise<string | null> {
  const { signal } = options;
  const wal = await walPagesOf(image, signal);
  if (image.wal && !wal) return null;
  const copy = await fs.open(target, 'wx', 0o600);
  try {
    const request = {
      sourceFd: image.mainFd,
      walFd: image.wal?.fd ?? null,
      targetFd: copy.fd,
      pageSizeBytes,
      pageCount,
      overlay: (first: number, last: number) => wal?.overlay(first, last) ?? null,
    };
    const contentSha256 = await passOverImage(request, options);
    if (isUntouched(image)) return contentSha256;
    // Then SQLite's own view of it is no better: the whole begins anew, as after a lock that could not be had.
    throw holdfastError('DATABASE_LOCKED', {
      params: { path: target },
      detail: 'the pinned snapshot was written over',
    });
  } catch (thrown) {
    if (signal.aborted || !UNREADABLE.has(String((thrown as { code?: unknown }).code))) throw thrown;
    return null;
  } finally {
    await copy.close();
  }
}

/** The source could not be read to its end. SQLite may know why. */
const UNREADABLE = new Set(['SHORT_IMAGE', 'EIO']);

async function copyThroughSqlite(
  connection: Database.Database,
  facts: Facts,
  target: string,
  options: SnapshotOptions,
): Promise<SnapshotFacts> {
  const stepPages = Math.max(1, Math.floor(STEP_BYTES / facts.pageSizeBytes));
  let lowestRemaining = Number.POSITIVE_INFINITY;
  let restarts = 0;
  const result = await connection.backup(target, {
    progress: ({ totalPages, remainingPages }) => {
      options.signal.throwIfAborted();
      if (remainingPages > lowestRemaining) restarts++;
      lowestRemaining = Math.min(lowestRemaining, remainingPages);
      options.onProgress((totalPages - remainingPages) * facts.pageSizeBytes, totalPages * facts.pageSizeBytes);
      return stepPages;
    },
  });
  // better-sqlite3 also resolves when a lock kept it from copying anything.
  if (result.totalPages === 0 || result.remainingPages !== 0) {
    throw holdfastError('DATABASE_LOCKED', { params: { path: connection.name }, detail: 'the copy made no progress' });
  }
  connection.exec('COMMIT');
  const { size } = await fs.stat(target);
  if (size !== facts.pageCount * facts.pageSizeBytes) {
    const detail = `the copy has ${size} bytes instead of ${facts.pageCount * facts.pageSizeBytes}`;
    throw holdfastError('BACKUP_PROOF_FAILED', { params: { path: connection.name, step: 'content-size' }, detail });
  }
  return { ...facts, restarts, contentSha256: await hashCopy(target, facts, options) };
}

/** Hashes a copy that is there already. */
async function hashCopy(
  target: string,
  { pageSizeBytes, pageCount }: Facts,
  options: SnapshotOptions,
): Promise<string> {
  const copy = await fs.open(target, 'r');
  try {
    const request = { sourceFd: copy.fd, walFd: null, targetFd: null, pageSizeBytes, pageCount };
    return await passOverImage(request, { ...options, onProgress: () => undefined });
  } finally {
    await copy.close();
  }
}

/**
 * Opens a database without the wish to write. A hot journal that a crashed writer left behind cannot be read past; the
 * next opener has to roll it back, as the application itself would do, so only then it is opened for writing.
 */
export function openForReading(file: string, busyTimeoutMs: number): Database.Database {
  const connection = openHardened(file, { readonly: true, timeout: busyTimeoutMs });
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    return connection;
  } catch (thrown) {
    connection.close();
    if ((thrown as { code?: unknown }).code !== 'SQLITE_READONLY_ROLLBACK') throw thrown;
    return openHardened(file, { timeout: busyTimeoutMs });
  }
}

/** Opens an existing file and trusts nothing in it. */
export function openHardened(file: string, options: { readonly?: boolean; timeout: number }): Database.Database {
  const connection = new Database(file, { ...options, fileMustExist: true });
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cell_size_check = ON');
  return connection;
}

/** What is true of the snapshot that the connection has pinned. */
function readFacts(connection: Database.Database, source: string, pinnedAtMs: number): Facts {
  const number = (name: string) => Number(connection.pragma(name, { simple: true }));
  const text = (name: string) => String(connection.pragma(name, { simple: true }));
  const pinnedAt = new Date(pinnedAtMs).toISOString();
  const { dev, ino } = statSync(source, { bigint: true });
  return {
    pinnedAt,
    pageSizeBytes: number('page_size'),
    pageCount: number('page_count'),
    schemaVersion: number('schema_version'),
    userVersion: number('user_version'),
    applicationId: number('application_id'),
    journalMode: text('journal_mode'),
    encoding: text('encoding'),
    sqliteVersion: String(connection.prepare('SELECT sqlite_version()').pluck().get()),
    restarts: 0,
    direct: false,
    identity: `${dev}:${ino}`,
    stamp: null,
  };
}
