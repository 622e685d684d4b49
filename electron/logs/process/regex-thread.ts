/** Regular expressions on a thread of their own: one that takes for ever is ended with its thread. */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { holdfastError } from '../../errors/holdfast-error';
import { compileRegex } from '../index/query';
import { matchRegex } from '../index/regex';
import type { StartRegex } from '../index/scan';
import { deferred, type Deferred } from '../../jobs/deferred';

const Start = z.object({ regex: z.string() });
const Piece = z.object({ text: z.instanceof(Uint8Array), starts: z.instanceof(Uint32Array) });
const Places = z.instanceof(Uint16Array);

/** Starts threads of `program`, which calls `serveRegex`. */
export function regexThreads(program: URL): StartRegex {
  return (regex) => {
    const worker = new Worker(program, { workerData: { regex } });
    const waiting: Deferred<Uint16Array>[] = [];
    const failAll = (error: Error): void => {
      for (const one of waiting.splice(0)) one.reject(error);
    };
    let ended: Error | null = null;
    worker.on('message', (places: unknown) => waiting.shift()?.resolve(Places.parse(places)));
    worker.once('error', failAll);
    worker.once('exit', () => {
      ended = holdfastError('CHILD_CRASHED', { params: { job: 'logs' }, detail: 'the thread of a search ended' });
      failAll(ended);
    });
    return {
      match(text, starts) {
        if (ended) return Promise.reject(ended);
        const one = deferred<Uint16Array>();
        waiting.push(one);
        worker.postMessage({ text, starts });
        return one.promise;
      },
      end: () => void worker.terminate(),
    };
  };
}

/** The thread itself; false when this is none. */
export function serveRegex(): boolean {
  const start = Start.safeParse(workerData);
  if (!parentPort || !start.success) return false;
  const port = parentPort;
  const regex = compileRegex(start.data.regex);
  port.on('message', (raw: unknown) => {
    const { text, starts } = Piece.parse(raw);
    port.postMessage(matchRegex(regex, text, starts).slice());
  });
  return true;
}
