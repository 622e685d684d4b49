/** Waiting for a database that another process has locked: SQLite's own busy timeout cannot be cancelled. */
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';

const RETRY_MS = 50;

export interface LockWait {
  /** Names the database in errors. */
  path: string;
  /** How long to try. */
  lockTimeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Does `attempt` again while it fails with DATABASE_LOCKED, until the time is over.
 * @throws DATABASE_LOCKED when the lock lasts; any other error of `attempt`, wrapped; the signal's reason
 */
export async function waitForLock<T>(wait: LockWait, attempt: () => T | Promise<T>): Promise<T> {
  const { path, lockTimeoutMs, signal } = wait;
  const seconds = Math.round(lockTimeoutMs / 1000);
  const deadline = performance.now() + lockTimeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = wrapError(thrown, { path, seconds });
      if (error.code !== 'DATABASE_LOCKED') throw error;
      if (performance.now() >= deadline) {
        throw holdfastError('DATABASE_LOCKED', { params: { path, seconds }, detail: error.detail, cause: thrown });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
