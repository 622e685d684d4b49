/**
 * Checks a live database that applications go on using. Runs in a job process, which is killed when it is cancelled:
 * SQLite cannot be interrupted otherwise. Nothing is written, and the live file is read through SQLite.
 */
import type Database from 'better-sqlite3';
import type { CheckDepth } from '@shared/integrity';
import { openForReading, openHardened, takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { examineFile, type FileFacts } from '../database/examine';
import { waitForLock } from '../database/wait-for-lock';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { type Findings, NO_FINDINGS, readFindings } from './findings';
import { findMendable, findSequences, type Mendable } from './mendable';
import { walFaults } from './wal-frames';
import { whereToCheck, type Whereabouts } from './where';

export interface CheckLiveRequest {
  liveFile: string;
  depth: CheckDepth;
  /** At most so many faults are looked for. */
  faultLimit: number;
  /** Scratch file for a copy; made only where the database is not checked where it lies. */
  copyFile: string;
  lockTimeoutMs: number;
}

export interface CheckResult extends Findings {
  /** What could be mended without touching a row. A quick check looks for none. */
  mendable: Mendable[];
  /** Every fault is among what could be mended. */
  coversAll: boolean;
  where: Whereabouts;
}

interface CheckOptions {
  onProgress: (doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
}

/** What a file is told to be that was a database when it came to be guarded. */
const DAMAGE: ReadonlySet<string> = new Set([
  'FILE_EMPTY',
  'NOT_A_DATABASE',
  'DATABASE_TRUNCATED',
  'DATABASE_ENCRYPTED',
  'DATABASE_CORRUPT',
]);

/**
 * @throws DATABASE_MISSING, DATABASE_LOCKED, FILE_NO_PERMISSION, DISK_FULL for the copy, …; damage is a result
 */
export async function checkLive(request: CheckLiveRequest, options: CheckOptions): Promise<CheckResult> {
  const { liveFile, depth } = request;
  const where: Whereabouts = { place: 'live', why: 'it could not be opened' };
  const damaged = (fault: string): CheckResult => ({
    ...NO_FINDINGS,
    faults: [fault],
    mendable: [],
    coversAll: false,
    where,
  });
  let facts: FileFacts;
  try {
    facts = await examineFile(liveFile);
  } catch (thrown) {
    const error = wrapError(thrown, { path: liveFile });
    if (DAMAGE.has(error.code)) return damaged(`${error.code}: ${error.message}`);
    if (error.code !== 'FILE_NOT_FOUND') throw error;
    throw holdfastError('DATABASE_MISSING', { params: { path: liveFile }, cause: error });
  }
  if (facts.content.format !== 'sqlite') return damaged('NOT_A_DATABASE: the file is a compressed or encrypted one');
  const { wal, pageSizeBytes } = facts.content.header;
  try {
    const lost = wal ? await walFaults(facts.path, pageSizeBytes, options.signal) : [];
    const chosen = whereToCheck(wal, facts.sizeBytes, depth);
    const run = chosen.place === 'live' ? checkInPlace : checkCopy;
    const result = await run(facts.path, request, options);
    // Rows that are lost with the WAL are in none of the tables: nothing of this can be mended.
    const faults = [...lost, ...result.faults];
    return { ...result, faults, coversAll: result.coversAll && lost.length === 0, where: chosen };
  } catch (thrown) {
    const error = wrapError(thrown, { path: liveFile });
    // SQLite has no code of its own for a number in the header that no version has written.
    const isDamage = DAMAGE.has(error.code) || /unsupported file format/.test(error.message);
    if (!isDamage) throw error;
    return damaged(/unsupported file format/.exec(error.message)?.[0] ?? (error.detail || error.message));
  }
}

type Read = Omit<CheckResult, 'where'>;

/** Inside one read, so that every part of the check sees the same state. */
async function checkInPlace(file: string, request: CheckLiveRequest, { signal }: CheckOptions): Promise<Read> {
  const { lockTimeoutMs } = request;
  return waitForLock({ path: file, lockTimeoutMs, signal }, () => {
    const connection = openForReading(file, 250);
    try {
      connection.exec('BEGIN');
      connection.prepare('SELECT count(*) FROM sqlite_schema').get();
      return readAll(connection, request);
    } finally {
      connection.close();
    }
  });
}

async function checkCopy(file: string, request: CheckLiveRequest, options: CheckOptions): Promise<Read> {
  const { copyFile, lockTimeoutMs } = request;
  try {
    await takeSnapshot(file, copyFile, { ...options, lockTimeoutMs, direct: true });
    return checkFile(copyFile, request);
  } finally {
    await removeAll(sqliteFiles(copyFile));
  }
}

/** Checks a file that nobody else uses. @throws what SQLite throws where it cannot be opened */
export function checkFile(file: string, options: Pick<CheckLiveRequest, 'depth' | 'faultLimit'>): Read {
  const connection = openHardened(file, { readonly: true, timeout: 1000 });
  try {
    return readAll(connection, options);
  } finally {
    connection.close();
  }
}

/** Everything that a check asks, on a connection that is open. */
export function readAll(
  connection: Database.Database,
  { depth, faultLimit }: Pick<CheckLiveRequest, 'depth' | 'faultLimit'>,
): Read {
  const findings = readFindings(connection, depth, faultLimit);
  if (depth === 'quick') return { ...findings, mendable: [], coversAll: false };
  try {
    const { mendable, coversAll } = findMendable(connection, findings.faults);
    return { ...findings, mendable: [...mendable, ...findSequences(connection)], coversAll };
  } catch (thrown) {
    // Where the schema or a table cannot be read there is more to say than that an index is wrong.
    const fault = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      ...findings,
      faults: findings.faults.length > 0 ? findings.faults : [fault],
      mendable: [],
      coversAll: false,
    };
  }
}
