/** Seals segments on a thread of their own, so that capturing goes on meanwhile. */
import { Worker } from 'node:worker_threads';
import type { ErrorView } from '@shared/errors';
import type { SealedSegment, Sealer } from '../continuous/segment-seal';
import { errorFromView } from '../errors/holdfast-error';
import { threadEnded } from './thread-ended';

export type SealAnswer = { segment: SealedSegment } | { error: ErrorView };

/** The thread is ended when the signal is aborted: what it left half done, the next start removes. */
export const sealInWorker: Sealer = (request, signal) =>
  new Promise<SealedSegment>((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('./seal.js', import.meta.url), { workerData: request });
    const stop = (): void => {
      void worker.terminate();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    worker.once('message', (answer: SealAnswer) => {
      if ('segment' in answer) resolve(answer.segment);
      else reject(errorFromView(answer.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      // After an answer this changes nothing: the promise is settled.
      reject(threadEnded('seal', code));
    });
  });
