/** Opens a guarded database for queries, so that it stays as it is. */
import fs from 'node:fs';
import type Database from 'better-sqlite3';
import { openForReading, openHardened } from '../backup/snapshot';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { examineFile } from './examine';

/**
 * Nothing can be written through the connection that this gives.
 * @param lockTimeoutMs how long each statement waits for a lock
 * @throws what `examineFile` and SQLite throw
 */
export async function openForQueries(file: string, lockTimeoutMs: number): Promise<Database.Database> {
  const { path, content } = await examineFile(file);
  if (content.format !== 'sqlite') throw holdfastError('NOT_A_DATABASE', { params: { path: file } });
  try {
    const connection = open(path, content.header.wal, lockTimeoutMs);
    connection.pragma('query_only = ON');
    return connection;
  } catch (thrown) {
    throw wrapError(thrown, { path: file, seconds: Math.round(lockTimeoutMs / 1000) });
  }
}

function open(path: string, wal: boolean, lockTimeoutMs: number): Database.Database {
  // Every reader of a database in WAL mode makes a -wal and a -shm beside it, and only one that may write takes them
  // away again. With nothing in the log there is nothing that closing it could move into the file.
  if (wal && logIsEmpty(path)) return openHardened(path, { timeout: lockTimeoutMs });
  return openForReading(path, lockTimeoutMs);
}

function logIsEmpty(path: string): boolean {
  return (fs.statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
}
