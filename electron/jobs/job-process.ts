/** Runs one job in one child process and tells how it ended, also when it crashed. */
import type { JobPhase } from '@shared/models';
import type { JobLauncher } from '../core/types';
import { errorFromView, type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { deferred } from './deferred';
import { FromJob, type JobName, type JobRequest, type JobResults, type ToJob } from './protocol';

/** After a job was killed because it hung: one that hangs inside the system may not even die. */
const DEATH_GRACE_MS = 5_000;

/** A cancelled job cleans up after itself; one inside a long native call is killed after this. */
const CANCEL_GRACE_MS = 3_000;

export interface ProcessOptions {
  onProgress: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
  signal: AbortSignal;
  /** Ends a job that told of no progress for so long, with the error given. */
  stall?: Stall | undefined;
}
export interface Stall {
  afterMs: number;
  /** How long the process has to die after it was killed. */
  deathGraceMs?: number;
  error: () => HoldfastError;
}

/**
 * @throws the job's own error; CANCELLED when the signal was aborted; CHILD_CRASHED when the process ended without an
 * answer
 */
export async function runInProcess<J extends JobName>(
  launch: JobLauncher,
  name: J,
  request: JobRequest<J>,
  options: ProcessOptions,
): Promise<JobResults[J]> {
  if (options.signal.aborted) throw holdfastError('CANCELLED');
  const child = launch();
  const { promise, resolve, reject } = deferred<JobResults[J]>();
  let answer: { value: JobResults[J] } | { error: HoldfastError } | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  let stallTimer: NodeJS.Timeout | undefined;
  const { stall } = options;
  const restartStall = (): void => {
    clearTimeout(stallTimer);
    if (stall) stallTimer = setTimeout(() => hung(stall), stall.afterMs);
  };
  const hung = ({ error, deathGraceMs = DEATH_GRACE_MS }: Stall): void => {
    answer ??= { error: error() };
    child.kill();
    // Its files may stay open; nobody else can wait for that.
    stallTimer = setTimeout(() => reject(error()), deathGraceMs);
  };
  const send = (message: ToJob): void => child.send(message);
  const cancel = (): void => {
    send({ type: 'cancel' });
    killTimer = setTimeout(() => child.kill(), CANCEL_GRACE_MS);
  };

  child.onMessage((raw) => {
    const message = FromJob.safeParse(raw);
    if (!message.success) {
      answer = { error: holdfastError('CHILD_CRASHED', { params: { job: name }, detail: message.error.message }) };
      child.kill();
    } else if (message.data.type === 'progress') {
      restartStall();
      options.onProgress(message.data.phase, message.data.doneBytes, message.data.totalBytes);
    } else {
      // The schema keeps the value opaque; which job gives what is a matter of this program alone.
      answer =
        message.data.type === 'done'
          ? { value: message.data.value as JobResults[J] }
          : { error: errorFromView(message.data.error) };
      // A job process waits for this after its answer.
      child.kill();
    }
  });
  // Only the end of the process settles: files it had open are closed then, and its scratch files can go.
  child.onExit((code) => {
    if (answer && 'value' in answer) resolve(answer.value);
    else if (answer) reject(answer.error);
    else if (options.signal.aborted) reject(holdfastError('CANCELLED'));
    else reject(holdfastError('CHILD_CRASHED', { params: { job: name }, detail: `exit code ${String(code)}` }));
  });
  options.signal.addEventListener('abort', cancel, { once: true });
  send({ type: 'run', job: name, request });
  restartStall();
  try {
    return await promise;
  } finally {
    options.signal.removeEventListener('abort', cancel);
    clearTimeout(killTimer);
    clearTimeout(stallTimer);
  }
}
