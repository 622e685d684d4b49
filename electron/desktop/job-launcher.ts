/** Runs jobs in utility processes: a job that crashes or must be killed takes nothing else with it. */
import { utilityProcess } from 'electron';
import type { JobLauncher } from '../core/types';
import { jobEnvironment } from '../jobs/environment';
import { ErrorText } from '../jobs/error-text';

/** Name of the job processes in task managers and in `child-process-gone`. */
export const JOB_SERVICE_NAME = 'Holdfast job';

/** A launcher of `jobFile`, the built entry of the job processes. */
export function createJobLauncher(jobFile: string): JobLauncher {
  return () => {
    const child = utilityProcess.fork(jobFile, [], {
      serviceName: JOB_SERVICE_NAME,
      stdio: ['ignore', 'inherit', 'pipe'],
      env: jobEnvironment(),
    });
    const errorText = new ErrorText(child.stderr);
    let killed = false;
    // `child.kill()` only asks (SIGTERM), and SQLite in the midst of a long check would not hear it.
    child.once('spawn', () => {
      if (killed) killProcess(child.pid);
    });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => child.postMessage(message),
      onMessage: (listener) => {
        child.on('message', listener);
      },
      onExit: (listener) => {
        child.once('exit', (code) => listener(code));
      },
      onErrorText: (listener) => errorText.hear(listener),
      kill: () => {
        killed = true;
        killProcess(child.pid);
      },
    };
  };
}

function killProcess(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // it ended by itself in the meantime
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
