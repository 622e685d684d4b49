/** The index in a thread of its own: started when something is asked of it, ended when it has been idle for a while. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ErrorView } from '@shared/errors';
import { errorFromView, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { IndexBackend, IndexMethod, IndexRequests } from './index-service';

export type ToIndexWorker =
  | { id: number; method: IndexMethod; request: IndexRequests[IndexMethod]['request'] }
  | 'close';
export type FromIndexWorker =
  | { id: number; ok: true; value: IndexRequests[IndexMethod]['answer'] }
  | { id: number; ok: false; error: ErrorView };

export const IDLE_MS = 60_000;

/** The built entry: it lies beside the program that this file was built into, or beside the folder of shared chunks. */
function builtEntry(): URL {
  const beside = new URL('./metrics.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../metrics.js', import.meta.url);
}

interface Pending {
  resolve(value: never): void;
  reject(error: unknown): void;
}

interface Running {
  worker: Worker;
  pending: Map<number, Pending>;
  ended: Promise<void>;
}

/** @param entry built file of the thread; found beside this program when left out */
export function indexInWorker(folder: string, entry: URL | string = builtEntry(), idleMs = IDLE_MS): IndexBackend {
  let running: Running | null = null;
  let idle: NodeJS.Timeout | null = null;
  let nextId = 1;

  function start(): Running {
    const worker = new Worker(entry, { workerData: { folder } });
    const pending = new Map<number, Pending>();
    const ended = new Promise<void>((resolve) => {
      const end = (reason: unknown): void => {
        if (running?.worker === worker) running = null;
        for (const waiting of pending.values()) waiting.reject(reason);
        pending.clear();
        resolve();
      };
      worker.once('error', (thrown) => end(wrapError(thrown)));
      worker.once('exit', (code) => {
        end(holdfastError('CHILD_CRASHED', { params: { job: 'metrics' }, detail: `the thread ended with ${code}` }));
      });
    });
    worker.on('message', (message: FromIndexWorker) => {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (pending.size === 0) rest();
      if (message.ok) waiting?.resolve(message.value as never);
      else waiting?.reject(errorFromView(message.error));
    });
    return { worker, pending, ended };
  }

  /** Nothing is asked: the thread neither holds up the end of the process nor stays for long. */
  function rest(): void {
    running?.worker.unref();
    idle = setTimeout(() => void end(), idleMs).unref();
  }

  function end(): Promise<void> {
    if (idle) clearTimeout(idle);
    idle = null;
    const { worker, ended } = running ?? {};
    running = null;
    // It closes the index first: a closed SQLite file has no log beside it.
    worker?.ref();
    worker?.postMessage('close' satisfies ToIndexWorker);
    return ended ?? Promise.resolve();
  }

  return {
    ask: (method, request) =>
      new Promise((resolve, reject) => {
        if (idle) clearTimeout(idle);
        idle = null;
        running ??= start();
        const id = nextId++;
        running.pending.set(id, { resolve, reject });
        running.worker.ref();
        running.worker.postMessage({ id, method, request } satisfies ToIndexWorker);
      }),
    close: end,
  };
}
