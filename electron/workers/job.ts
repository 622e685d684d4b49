/** Entry of a job process: takes one request, runs it, answers, ends. Killed at any moment it harms nothing. */
import { checkInWorker } from './check-in-worker';
import { startPageWorker } from './page-workers';
import { lowerPriority } from './priority';
import { connectParent, tellLastWord } from './parent';
import { runJob } from '../jobs/run-job';
import { ToJob } from '../jobs/protocol';
import { wrapError } from '../errors/wrap';

lowerPriority();
const cancelled = new AbortController();
const parent = connectParent();
tellLastWord((error) => parent.finish({ type: 'failed', error }));

parent.onMessage((raw) => {
  const message = ToJob.parse(raw);
  if (message.type === 'cancel') cancelled.abort();
  else void answer(message.job, message.request);
});

async function answer(job: string, request: unknown): Promise<void> {
  try {
    const value = await runJob(job, request, {
      check: checkInWorker,
      startPageWorker,
      onProgress: parent.progress,
      signal: cancelled.signal,
    });
    parent.finish({ type: 'done', value });
  } catch (thrown) {
    const error = cancelled.signal.aborted ? wrapError(null, {}, 'CANCELLED') : wrapError(thrown);
    parent.finish({ type: 'failed', error: error.toView() });
  }
}
