/** Asks the process that owns the home: one connection, one request. */
import { createConnection, type Socket } from 'node:net';
import type { OwnerInfo } from '../core/home';
import {
  Answer,
  ANSWER_LIMIT_BYTES,
  decode,
  encode,
  LineReader,
  type Outcome,
  type Progress,
} from '../core/control-protocol';
import { errorFromView, holdfastError } from '../errors/holdfast-error';

/** A living owner answers a greeting at once, unless its machine is very busy. */
const GREETING_LIMIT_MS = 10_000;
const REQUEST_ID = 1;

export interface ForwardContext {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/**
 * Sends one command to the owner and waits for what it ends in. Aborting asks the owner to cancel; the answer is still
 * waited for. Errors: `CONTROL_UNREACHABLE` before the owner took the request, `INTERNAL` when it vanished after that,
 * the command's own.
 */
export function forward(
  owner: OwnerInfo,
  command: string,
  args: unknown,
  { signal, onProgress }: ForwardContext,
): Promise<Outcome> {
  const { endpoint, token } = owner;
  if (endpoint === null) return Promise.reject(holdfastError('CONTROL_UNREACHABLE'));
  return new Promise<Outcome>((resolve, reject) => {
    const socket: Socket = createConnection(endpoint);
    const lines = new LineReader(ANSWER_LIMIT_BYTES);
    let welcomed = false;
    const cancel = () => {
      if (welcomed) socket.write(encode({ id: REQUEST_ID, cancel: true }));
      else fail(holdfastError('CANCELLED'));
    };
    const leave = () => {
      signal.removeEventListener('abort', cancel);
      socket.destroy();
    };
    const fail = (error: Error) => {
      leave();
      reject(error);
    };
    const vanished = (cause?: unknown) =>
      welcomed
        ? holdfastError('INTERNAL', { cause, detail: 'the process that owns the data folder ended during the command' })
        : holdfastError('CONTROL_UNREACHABLE', { cause });
    const answered = (answer: Answer | null) => {
      if (!answer) {
        fail(holdfastError('INTERNAL', { detail: 'the process that owns the data folder gave an unknown answer' }));
      } else if ('welcome' in answer) {
        welcomed = true;
        socket.setTimeout(0);
        socket.write(encode({ id: REQUEST_ID, command, args }));
        if (signal.aborted) cancel();
      } else if ('progress' in answer) {
        onProgress(answer.progress);
      } else {
        leave();
        if (answer.result.ok) resolve(answer.result.value);
        else reject(errorFromView(answer.result.error));
      }
    };
    signal.addEventListener('abort', cancel, { once: true });
    socket.setTimeout(GREETING_LIMIT_MS, () => fail(vanished()));
    socket.once('connect', () => socket.write(encode({ token })));
    socket.on('data', (chunk: Buffer) => {
      const complete = lines.push(chunk);
      if (complete) for (const line of complete) answered(decode(Answer, line));
      else answered(null);
    });
    socket.once('error', (error) => fail(vanished(error)));
    socket.once('close', () => fail(vanished()));
  });
}
