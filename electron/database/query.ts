/** Runs queries that people wrote, so that they can only read. Runs in a job process, which is killed when it takes long. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Result } from '@shared/errors';
import type { QueryResult } from '@shared/monitoring';
import type Database from 'better-sqlite3';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import type { JobRequest } from '../jobs/protocol';
import { requireChange, requireReadingWord } from './query-check';
import { watchMemory } from './query-memory';
import type { QueryStatement } from './query-runner';
import { openForQueries } from './query-source';

/** All cells of one result together: what a window can show. */
const MOST_CHARACTERS = 2_000_000;

type Cell = QueryResult['rows'][number][number];

/**
 * Runs statements on one database, one after the other; each has its own result. One that fails does not keep the next
 * from being run.
 * @param onStart a statement begins, counted from 0: the time that it may take begins too. Opening counts to the first
 * @throws what `openForQueries` throws
 */
export async function runQueries(
  { file, statements, cellLimit, lockTimeoutMs }: JobRequest<'query'>,
  onStart: (index: number) => void,
): Promise<Result<QueryResult>[]> {
  const stopWatching = await watchMemory();
  onStart(0);
  const connection = await openForQueries(file, lockTimeoutMs);
  try {
    const results: Result<QueryResult>[] = [];
    for (const [index, { sql, rowLimit, as = 'rows' }] of statements.entries()) {
      if (index > 0) onStart(index);
      // The message leaves before a statement keeps this thread busy.
      await turn();
      try {
        results.push({ ok: true, value: RUN[as](connection, sql, { rowLimit, cellLimit }) });
      } catch (thrown) {
        const params = { path: file, seconds: Math.round(lockTimeoutMs / 1000) };
        results.push({ ok: false, error: queryError(thrown, params).toView() });
      }
    }
    return results;
  } finally {
    connection.close();
    await stopWatching();
  }
}

interface Limits {
  rowLimit: number;
  cellLimit: number;
}

const RUN: Record<
  NonNullable<QueryStatement['as']>,
  (connection: Database.Database, sql: string, limits: Limits) => QueryResult
> = { rows: readRows, count: countRows, change: checkChange };

/** @throws QUERY_NOT_READ_ONLY; what SQLite throws */
function prepareReading(connection: Database.Database, sql: string): Database.Statement {
  requireReadingWord(sql);
  const statement = connection.prepare(sql);
  if (!statement.reader || !statement.readonly) throw holdfastError('QUERY_NOT_READ_ONLY');
  return statement;
}

/** Counts in this process: the rows themselves go nowhere. @throws QUERY_NOT_READ_ONLY; what SQLite throws */
function countRows(connection: Database.Database, sql: string, { rowLimit }: Limits): QueryResult {
  const startedAt = performance.now();
  let count = 0;
  let truncated = false;
  for (const _ of prepareReading(connection, sql).raw().safeIntegers().iterate()) {
    truncated = count === rowLimit;
    if (truncated) break;
    count++;
  }
  return { columns: ['count'], rows: [[count]], truncated, tookMs: performance.now() - startedAt };
}

/** Prepares on a connection that cannot write: nothing is changed. @throws RULE_FIX_REFUSED; what SQLite throws */
function checkChange(connection: Database.Database, sql: string): QueryResult {
  requireChange(sql);
  const startedAt = performance.now();
  const statement = prepareOne(connection, sql);
  if (statement.reader || statement.readonly) throw holdfastError('RULE_FIX_REFUSED');
  return { columns: [], rows: [], truncated: false, tookMs: performance.now() - startedAt };
}

/** @throws RULE_FIX_REFUSED for several; what SQLite throws */
function prepareOne(connection: Database.Database, sql: string): Database.Statement {
  try {
    return connection.prepare(sql);
  } catch (thrown) {
    throw areSeveral(thrown) ? holdfastError('RULE_FIX_REFUSED', { cause: thrown }) : thrown;
  }
}

/** @throws QUERY_NOT_READ_ONLY; what SQLite throws */
function readRows(connection: Database.Database, sql: string, { rowLimit, cellLimit }: Limits): QueryResult {
  const startedAt = performance.now();
  const statement = prepareReading(connection, sql);
  const columns = statement.columns().map(({ name }) => name);
  const rows: Cell[][] = [];
  let truncated = false;
  let characters = 0;
  // Without a limit of rows the statement was only to be checked.
  const found = rowLimit === 0 ? [] : (statement.raw().safeIntegers().iterate() as Iterable<unknown[]>);
  for (const values of found) {
    truncated = rows.length === rowLimit || characters > MOST_CHARACTERS;
    if (truncated) break;
    const row = values.map((value) => showCell(value, cellLimit));
    for (const value of row) characters += typeof value === 'string' ? value.length : 8;
    rows.push(row);
  }
  return { columns, rows, truncated, tookMs: performance.now() - startedAt };
}

/** A value as the window shows it; a text longer than `cellLimit` characters is cut. */
export function showCell(value: unknown, cellLimit: number): Cell {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return `BLOB (${value.byteLength} B)`;
  const text = value as string;
  // Through a buffer: a slice would keep the whole text alive.
  return text.length > cellLimit ? `${Buffer.from(text.slice(0, cellLimit)).toString()}…` : text;
}

function queryError(thrown: unknown, params: Record<string, string | number>): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && code.startsWith('SQLITE_READONLY')) {
    return holdfastError('QUERY_NOT_READ_ONLY', { cause: thrown });
  }
  // better-sqlite3 says these itself: no statement, several, a value that was not given.
  if (thrown instanceof RangeError || thrown instanceof TypeError || knownCode(thrown) === null) {
    if (areSeveral(thrown)) return holdfastError('QUERY_NOT_READ_ONLY', { cause: thrown });
    return holdfastError('QUERY_INVALID', { params: { reason: String(message) }, cause: thrown });
  }
  return wrapError(thrown, params);
}

const areSeveral = (thrown: unknown): boolean =>
  thrown instanceof RangeError && /more than one statement/.test(thrown.message);
