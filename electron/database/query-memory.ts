/**
 * Ends this process when a query takes too much memory. SQLite's own heap limits do nothing in a build that does not
 * count its memory, as better-sqlite3's, and the thread that runs a query cannot look.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export const QUERY_MEMORY_BYTES = 256 << 20;
const LOOK_EVERY_MS = 50;

/** As text: a thread of three lines needs no file of its own. */
const PROGRAM = `
  const { workerData, parentPort } = require('node:worker_threads');
  setInterval(() => {
    if (process.memoryUsage.rss() > workerData.mostBytes) process.kill(process.pid, 'SIGKILL');
  }, workerData.everyMs);
  parentPort.postMessage('ready');`;

/** Watches from now on; gives what ends it. */
export async function watchMemory(): Promise<() => Promise<void>> {
  const workerData = { mostBytes: process.memoryUsage.rss() + QUERY_MEMORY_BYTES, everyMs: LOOK_EVERY_MS };
  const watcher = new Worker(PROGRAM, { eval: true, workerData });
  await once(watcher, 'message');
  return async () => {
    await watcher.terminate();
  };
}
