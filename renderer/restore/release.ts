/** Lets go of what an inspection holds, or stops one that runs. */
import { call } from '@/api';
import { reportError } from '@/notify';
import { loaded } from '@/store';

export function release(token: string): void {
  call('files:release', { token }).catch(reportError);
}

/** Stops looking at a file. */
export function cancelInspection(file: string): void {
  for (const job of loaded().jobs) {
    if (job.kind === 'inspect' && job.subject === file) call('jobs:cancel', { jobId: job.id }).catch(reportError);
  }
}
