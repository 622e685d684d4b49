/** The line to the process that started this job: an Electron utility process's port, or a fork's channel. */
import type { JobPhase } from '@shared/models';
import type { ErrorView } from '@shared/errors';
import { wrapError } from '../errors/wrap';
import type { FromJob } from '../jobs/protocol';

interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

export interface Parent {
  onMessage(listener: (message: unknown) => void): void;
  /** Tells how far the job is; thinned out, so that a fast job does not flood the main process. */
  progress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
  /** Sends the last message. The parent ends this process when it has it, so that no message is lost on the way out. */
  finish(message: FromJob): void;
}

const PROGRESS_EVERY_MS = 100;

/**
 * Ends this process as if it were killed, which each of them must bear at any moment. `process.exit` would wait for its
 * threads: on a busy machine those of the lowest priority may not get to run for long, and the database stays open meanwhile.
 */
export function endAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The line as it is, for what is no job. A process without a parent has nobody to work for: it ends with it. */
export function connectLine(): Pick<Parent, 'onMessage'> & { send: (message: unknown) => void } {
  const port = (process as unknown as { parentPort?: UtilityPort }).parentPort;
  if (!port) process.once('disconnect', endAtOnce);
  return {
    onMessage(listener) {
      if (port) port.on('message', (event) => listener(event.data));
      else process.on('message', listener);
    },
    send(message) {
      if (port) port.postMessage(message);
      // A parent that has just ended is not told: 'disconnect' says so in a moment.
      else process.send?.(message, undefined, undefined, () => undefined);
    },
  };
}

/** The last word is on its way when the process ends. */
const LAST_WORD_MS = 500;

/** What nobody caught is told before this process ends by it: an exit code alone says nothing. Call once. */
export function tellLastWord(tell: (error: ErrorView) => void): void {
  const end = (thrown: unknown): void => {
    const error = wrapError(thrown);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    tell(error.toView());
    setTimeout(() => process.exit(1), LAST_WORD_MS);
  };
  process.once('uncaughtException', end);
  process.once('unhandledRejection', end);
}

export function connectParent(): Parent {
  const { onMessage, send } = connectLine();
  let lastPhase: JobPhase | null = null;
  let lastAt = 0;
  return {
    onMessage,
    progress(phase, doneBytes, totalBytes) {
      const now = performance.now();
      const ended = totalBytes > 0 && doneBytes === totalBytes;
      if (phase === lastPhase && !ended && now - lastAt < PROGRESS_EVERY_MS) return;
      lastPhase = phase;
      lastAt = now;
      send({ type: 'progress', phase, doneBytes, totalBytes } satisfies FromJob);
    },
    finish: (message: FromJob) => send(message),
  };
}
