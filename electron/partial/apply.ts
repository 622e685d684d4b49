/**
 * Restores rows into the live database, while applications may have it open: one transaction, all or nothing, read back
 * afterwards on a connection of its own. Runs in a job process.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { committedStamp } from '../backup/committed-state';
import { LiveFiles } from '../backup/live-image';
import { openForReading, takeSnapshot } from '../backup/snapshot';
import { removeAll, sqliteFiles } from '../backup/take-backup';
import { contentHash } from '../database/content-hash';
import { waitForLock } from '../database/wait-for-lock';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { JobRequest } from '../jobs/protocol';
import type { JobContext } from '../jobs/run-job';
import { openForRows } from './open';
import type { PartialApplied } from './protocol';
import { proveRows } from './prove-rows';
import { type Plans, readPlans, requireLive, withBoth } from './read-plans';
import type { BrokenReference } from './references';
import { requirePossible } from './refusals';
import { prepareRows, type Prepared, writeRows } from './restore-rows';
import { readTexts } from './schema';
import { folded } from './sql-text';
import { makeWorksheet } from './worksheet';

type Request = JobRequest<'partial-apply'>;

/** How often the schema may change between the look at it and the lock. */
const ATTEMPTS = 3;

/** Statements of an application that may change the schema after our commit, before a crash is settled. */
const MARK_SPAN = 1_000;

/**
 * @throws PARTIAL_NOT_POSSIBLE, PARTIAL_WOULD_BREAK, QUERY_INVALID, DATABASE_LOCKED, BACKUP_MISMATCH when the content
 * changed, and what SQLite finds: the database is unchanged then
 */
export async function applyRows(request: Request, context: JobContext): Promise<PartialApplied> {
  const { contentFile, liveFile } = request;
  await requireLive(liveFile);
  if ((await contentHash(contentFile, context.signal)) !== request.contentHash) {
    const params = { path: contentFile };
    throw holdfastError('BACKUP_MISMATCH', { params, detail: 'changed since it was inspected' });
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const plans = await withBoth(request, context.signal, (now, then) => readPlans(now, then, request.tables));
    requirePossible(plans.plans);
    await removeAll(sqliteFiles(request.workFile));
    makeWorksheet(request.workFile, contentFile, plans.now.encoding, plans.plans);
    const applied = await applyPlans(request, plans, context);
    if (applied) return applied;
  }
  const reason = 'the schema of the database changes again and again';
  throw holdfastError('PARTIAL_NOT_POSSIBLE', { params: { table: request.tables[0]?.table ?? '', reason } });
}

/** Null when the schema is another one by now. */
async function applyPlans(request: Request, plans: Plans, context: JobContext): Promise<PartialApplied | null> {
  const { liveFile, lockTimeoutMs } = request;
  const files = new LiveFiles(liveFile);
  let connection: Database.Database | undefined;
  try {
    connection = await waitForLock({ path: liveFile, lockTimeoutMs, signal: context.signal }, () => begin(request));
    if (JSON.stringify(readTexts(connection, 'main')) !== JSON.stringify(plans.now.texts)) return null;
    const safety = await keepBefore(request, files, context);
    context.onProgress('apply', 0, 0);
    await turn();
    const prepared = prepareRows(connection, plans.now, plans.then, plans.plans);
    refuseBroken(prepared, writeRows(connection, prepared));
    const applied = connection;
    const version = (): unknown => applied.pragma('data_version', { simple: true });
    // Within the transaction, where nobody else commits.
    const committed = version();
    commit(connection, request);
    context.onProgress('verify', 0, 0);
    await turn();
    const { error, writtenSince } = proveRows(request, prepared, () => version() !== committed);
    if (!error) return { outcome: 'restored', writtenSince, safety };
    const before = safety === 'exact' ? request.safetyFile : request.lateSafetyFile;
    // From the commit on nothing may be thrown: that would say that the database is unchanged.
    const beforeHash = await contentHash(before).catch(() => '');
    return { outcome: 'not-proved', safety, reason: error.toView(), beforeHash };
  } catch (thrown) {
    throw wrapError(thrown, { path: liveFile, seconds: Math.round(lockTimeoutMs / 1000) });
  } finally {
    // Rolls back what was not committed.
    connection?.close();
    // Not before the connections: closing a descriptor drops their locks.
    files.close();
  }
}

/** Nobody else can write from here on. Throws what SQLite throws. */
function begin({ liveFile, contentFile, workFile }: Request): Database.Database {
  const connection = openForRows(liveFile, { contentFile, workFile }, 250);
  try {
    connection.exec('BEGIN IMMEDIATE');
    return connection;
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

/** What is there before has to be kept exactly: applications may have committed since the safety backup. */
async function keepBefore(request: Request, files: LiveFiles, context: JobContext): Promise<'exact' | 'late'> {
  if (request.safetyStamp !== null && committedStamp(files) === request.safetyStamp) return 'exact';
  await removeAll(sqliteFiles(request.lateSafetyFile));
  await takeSnapshot(request.liveFile, request.lateSafetyFile, {
    lockTimeoutMs: request.lockTimeoutMs,
    onProgress: (done, total) => context.onProgress('safety-backup', done, total),
    signal: context.signal,
  });
  return 'late';
}

/** @throws PARTIAL_WOULD_BREAK {count, tables}: those that would have to be restored as well */
function refuseBroken(
  { plans }: Prepared,
  { count, named }: { count: number; named: readonly BrokenReference[] },
): void {
  if (count === 0) return;
  const involved = [...new Set(named.flatMap(({ table, parent }) => [table, parent]))];
  const others = involved.filter((name) => !plans.some(({ table }) => folded(table) === folded(name)));
  const tables = (others.length > 0 ? others : involved).join(', ');
  throw holdfastError('PARTIAL_WOULD_BREAK', { params: { count, tables } });
}

/**
 * The last step of the transaction sets the schema cookie to a number that only this restore knows: SQLite keeps it in the
 * same commit, so whoever reads it knows whether that happened. Other connections read the schema anew, as after any
 * change of it.
 */
function commit(connection: Database.Database, { liveFile, lockTimeoutMs, commitMark }: Request): void {
  // The connection is defensive, which forbids this along with what could damage a database.
  connection.unsafeMode(true);
  connection.pragma(`main.schema_version = ${commitMark}`);
  connection.unsafeMode(false);
  // Readers may keep a database with a rollback journal from being written for a while.
  connection.pragma(`busy_timeout = ${lockTimeoutMs}`);
  try {
    connection.exec('COMMIT');
  } catch (thrown) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    // An error of the disk does not say which side of the commit it was on.
    if (wrapError(thrown).code === 'DATABASE_LOCKED' || !isCommitted(liveFile, commitMark)) throw thrown;
  }
}

function isCommitted(liveFile: string, commitMark: number): boolean {
  const reader = openForReading(liveFile, 1_000);
  try {
    return isMarked(reader, commitMark);
  } finally {
    reader.close();
  }
}

/** The transaction that set this mark was committed; a few changes of the schema may have followed. */
export function isMarked(connection: Database.Database, commitMark: number): boolean {
  const since = Number(connection.pragma('schema_version', { simple: true })) - commitMark;
  return since >= 0 && since < MARK_SPAN;
}
