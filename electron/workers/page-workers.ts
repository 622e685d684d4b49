/** Starts the threads that copy and hash chunks of a database image. */
import { Worker } from 'node:worker_threads';
import { deferred, type Deferred } from '../jobs/deferred';
import type { StartPageWorker } from '../backup/page-work';
import { threadEnded } from './thread-ended';

/** Null: done. Otherwise what went wrong. */
export type ChunkAnswer = { message: string; code?: string; syscall?: string } | null;

/** A thread answers its chunks in the order it was given them. */
export const startPageWorker: StartPageWorker = (setup) => {
  const worker = new Worker(new URL('./hash.js', import.meta.url), { workerData: setup });
  const waiting: Deferred<void>[] = [];
  const failAll = (error: Error): void => {
    for (const one of waiting.splice(0)) one.reject(error);
  };
  worker.on('message', (answer: ChunkAnswer) => {
    const one = waiting.shift();
    if (answer === null) one?.resolve();
    else one?.reject(Object.assign(new Error(answer.message), answer));
  });
  worker.once('error', failAll);
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      failAll(threadEnded('pages', code));
      resolve();
    });
  });
  return {
    run(task) {
      const one = deferred<void>();
      waiting.push(one);
      worker.postMessage(task);
      return one.promise;
    },
    close() {
      worker.postMessage('close');
      return ended;
    },
  };
};
