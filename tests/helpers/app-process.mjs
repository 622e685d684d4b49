/**
 * An application that has a database open, in a process of its own: the test tells it each step. One message in, one
 * answer out; an error is answered by its SQLite code.
 */
import Database from 'better-sqlite3';

const connections = new Map();

const steps = {
  open: ({ file, timeoutMs = 0, readonly = false, as = 'main' }) => {
    connections.set(as, new Database(file, { timeout: timeoutMs, readonly, fileMustExist: true }));
  },
  exec: ({ sql, as = 'main' }) => {
    connections.get(as).exec(sql);
  },
  get: ({ sql, as = 'main' }) => connections.get(as).prepare(sql).pluck().get(),
  close: ({ as = 'main' }) => {
    connections.get(as).close();
    connections.delete(as);
  },
  /** The backup API without a pinned snapshot; gives how often a step began again. Ends at the first restart. */
  restartsWithoutPin: async ({ target, pages, as = 'main' }) => {
    let lowest = Number.POSITIVE_INFINITY;
    let restarts = 0;
    await connections
      .get(as)
      .backup(target, {
        progress: ({ remainingPages }) => {
          if (remainingPages > lowest) restarts++;
          lowest = remainingPages;
          if (restarts > 0) throw new Error('restarted');
          return pages;
        },
      })
      .catch((error) => {
        if (error.message !== 'restarted') throw error;
      });
    return restarts;
  },
  /** The backup API into a file: what it resolves with, though it may have copied nothing. */
  backupInto: ({ target, as = 'main' }) => connections.get(as).backup(target),
};

async function answer({ id, step, args }) {
  try {
    process.send({ id, value: await steps[step](args) });
  } catch (error) {
    process.send({ id, error: String(error.code ?? error) });
  }
}

process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
