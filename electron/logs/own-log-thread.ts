/** Starts the thread that writes Holdfast's own log, and speaks with it. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ErrorView } from '@shared/errors';
import type { LineBatch } from './line-queue';
import type { FileLimits } from './own-log-file';

export interface OwnLogThreadSetup {
  folder: string;
  limits: FileLimits;
  memory: SharedArrayBuffer;
  /** How long it waits before it tries again what it could not write. */
  retryMs: number;
}

export interface BatchRequest {
  number: number;
  batch: LineBatch;
}

/** With an error, the batch is kept and tried again; without one it is written. */
export interface BatchAnswer {
  number: number;
  error: ErrorView | null;
}

export interface OwnLogThread {
  send(request: BatchRequest): void;
  /** What could not be written is tried at once. */
  again(): void;
  /** Whether the process stays for it. */
  hold(isHeld: boolean): void;
  end(): Promise<void>;
}

/** The built file of the thread, beside this program or above its chunks; null where there is none. */
export function ownLogProgram(): URL | null {
  const places = [new URL('./own-log.js', import.meta.url), new URL('../own-log.js', import.meta.url)];
  return places.find((url) => existsSync(url)) ?? null;
}

/** @param onEnd hears why it ended, when nobody ended it */
export function startOwnLogThread(
  program: URL | string,
  setup: OwnLogThreadSetup,
  onAnswer: (answer: BatchAnswer) => void,
  onEnd: (reason: Error) => void,
): OwnLogThread {
  const worker = new Worker(program, { workerData: setup, name: 'log' });
  let ended = false;
  const over = (reason: Error): void => {
    if (ended) return;
    ended = true;
    onEnd(reason);
  };
  worker.on('message', onAnswer);
  worker.once('error', over);
  worker.once('exit', (code) => over(new Error(`the thread that writes the log ended with ${code}`)));
  worker.unref();
  return {
    send: (request) => worker.postMessage(request),
    again: () => worker.postMessage('again'),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: async () => {
      ended = true;
      await worker.terminate();
    },
  };
}
