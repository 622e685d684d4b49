/** Compares what a drill brought back with the live database, table by table. Runs in a job process. */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { ErrorCode } from '@shared/errors';
import type { DrillTable } from '@shared/models';
import { openHardened, takeSnapshot } from '../backup/snapshot';
import { examineFile } from '../database/examine';
import { quoted } from '../database/names';
import { wrapError } from '../errors/wrap';

export interface CompareRequest {
  /** What was restored: proved, and nobody writes to it. */
  contentFile: string;
  liveFile: string;
  /** Scratch file for a snapshot of the live database: reading all of it in place would keep its writers waiting. */
  nowFile: string;
  lockTimeoutMs: number;
}

export interface CompareOptions {
  onProgress: (doneTables: number, tables: number) => void;
  signal: AbortSignal;
}

/** Rows that are hashed before the process looks whether it was cancelled. */
const ROWS_A_TURN = 5_000;

/**
 * One entry for each ordinary table of the restored image; the tables of virtual ones are among them. A table that cannot
 * be read there is a fault; a live database that is missing or damaged is not: that is when a restore is needed, so its
 * column stays null.
 * @throws DATABASE_LOCKED when the live database stays locked; the signal's reason
 */
export async function compareTables(request: CompareRequest, options: CompareOptions): Promise<DrillTable[]> {
  const now = await openNow(request, options);
  const then = openHardened(request.contentFile, { readonly: true, timeout: 1_000 });
  try {
    const names = tableNames(then);
    const tables: DrillTable[] = [];
    for (const table of names) {
      options.signal.throwIfAborted();
      options.onProgress(tables.length, names.length);
      tables.push(await compareTable(table, then, now, options.signal));
    }
    options.onProgress(names.length, names.length);
    return tables;
  } finally {
    then.close();
    now?.close();
  }
}

const UNREADABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FILE_NOT_FOUND',
  'FILE_IS_FOLDER',
  'FILE_NOT_REGULAR',
  'FILE_NO_PERMISSION',
  'FILE_EMPTY',
  'NOT_A_DATABASE',
  'DATABASE_ENCRYPTED',
  'DATABASE_TRUNCATED',
  'DATABASE_CORRUPT',
]);

/** Null when the live database is gone or cannot be read. */
async function openNow(request: CompareRequest, options: CompareOptions): Promise<Database.Database | null> {
  const { liveFile, nowFile, lockTimeoutMs } = request;
  try {
    await examineFile(liveFile);
    await takeSnapshot(liveFile, nowFile, { lockTimeoutMs, onProgress: () => undefined, signal: options.signal });
    return openHardened(nowFile, { readonly: true, timeout: 1_000 });
  } catch (thrown) {
    options.signal.throwIfAborted();
    const { code } = wrapError(thrown, { path: liveFile });
    if (UNREADABLE.has(code)) return null;
    throw thrown;
  }
}

function tableNames(connection: Database.Database): string[] {
  return connection
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name COLLATE NOCASE",
    )
    .pluck()
    .all() as string[];
}

async function compareTable(
  table: string,
  then: Database.Database,
  now: Database.Database | null,
  signal: AbortSignal,
): Promise<DrillTable> {
  let rows: number;
  let restored: string;
  try {
    rows = countOf(then, table);
    restored = await hashOf(then, table, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isSqliteError(thrown)) throw thrown;
    return { table, rows: null, rowsNow: null, result: 'unreadable' };
  }
  try {
    if (!now || !tableNames(now).includes(table)) return { table, rows, rowsNow: null, result: 'gone' };
    const rowsNow = countOf(now, table);
    const same = rowsNow === rows && (await hashOf(now, table, signal)) === restored;
    return { table, rows, rowsNow, result: same ? 'same' : 'changed' };
  } catch (thrown) {
    signal.throwIfAborted();
    // The live table cannot be read: its own fault, and no news about the restore point.
    if (!isSqliteError(thrown)) throw thrown;
    return { table, rows, rowsNow: null, result: 'changed' };
  }
}

const isSqliteError = (thrown: unknown): boolean =>
  String((thrown as { code?: unknown } | null)?.code).startsWith('SQLITE_');

// NOT INDEXED: the rows come in the order of the table itself, whatever indexes either side has.
const countOf = (connection: Database.Database, table: string): number =>
  Number(
    connection
      .prepare(`SELECT count(*) FROM ${quoted(table)} NOT INDEXED`)
      .pluck()
      .get(),
  );

/** SHA-256 over every value of every row, told apart by type: 1, 1.0, '1' and x'31' are four values. */
async function hashOf(connection: Database.Database, table: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const statement = connection
    .prepare(`SELECT * FROM ${quoted(table)} NOT INDEXED`)
    .raw()
    .safeIntegers();
  let read = 0;
  let lines: string[] = [];
  for (const row of statement.iterate() as IterableIterator<unknown[]>) {
    lines.push(row.map(valueText).join('\u0000'));
    if (lines.length < ROWS_A_TURN) continue;
    hash.update(`${lines.join('\n')}\n`);
    lines = [];
    read += ROWS_A_TURN;
    if (read % (20 * ROWS_A_TURN) === 0) await turn();
    signal.throwIfAborted();
  }
  return hash.update(lines.join('\n')).update(`\n${read}`).digest('hex');
}

function valueText(value: unknown): string {
  if (value === null) return 'n';
  if (typeof value === 'bigint') return `i${value}`;
  if (typeof value === 'number') return `r${value}`;
  if (typeof value === 'string') return `t${value.length}:${value}`;
  return `b${(value as Buffer).toString('hex')}`;
}
