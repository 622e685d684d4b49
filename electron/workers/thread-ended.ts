/** A thread that ended before it answered. */
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';

/** @param thread its name in `jobName` */
export function threadEnded(thread: 'integrity' | 'seal' | 'pages', code: number): HoldfastError {
  return holdfastError('CHILD_CRASHED', { params: { job: thread }, detail: `the thread ended with ${code}` });
}
