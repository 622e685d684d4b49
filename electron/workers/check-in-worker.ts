/** Runs the integrity checks on a thread of their own, so that a job goes on compressing meanwhile. */
import { Worker } from 'node:worker_threads';
import { threadEnded } from './thread-ended';
import type { IntegrityChecker } from '../integrity/check';
import type { Findings } from '../integrity/findings';

/**
 * A thread inside a native call cannot be stopped. When the job is cancelled this stops waiting for it; the process
 * ends right after, and the thread with it.
 */
export const checkInWorker: IntegrityChecker = (file, signal) =>
  new Promise<Findings>((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./integrity.js', import.meta.url), { workerData: { file } });
    const stop = (): void => {
      worker.unref();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', (report: Findings) => resolve(report));
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      // After an answer this changes nothing: the promise is settled.
      reject(threadEnded('integrity', code));
    });
  });
