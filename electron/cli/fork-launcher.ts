/** Job processes for plain Node: forks of the job program beside the built command. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JobLauncher, JobProcess } from '../core/types';
import { jobEnvironment } from '../jobs/environment';
import { ErrorText } from '../jobs/error-text';

/** Starts `program` (full path of the built job.js) for each job. */
export function forkLauncher(program: string): JobLauncher {
  return () => launch(program);
}

/** A program as the build lays it beside the command. `entryUrl` is the command's own `import.meta.url`. */
export function builtProgram(name: 'job' | 'capture' | 'mounts' | 'logs', entryUrl: string): string {
  return fileURLToPath(new URL(`./${name}.js`, entryUrl));
}

function launch(program: string): JobProcess {
  const child = fork(program, [], {
    serialization: 'advanced',
    env: jobEnvironment(),
    // a job has nothing to say on stdout: that is the command's own
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // a group of its own: Ctrl-C reaches the command, which then ends its jobs in order
    detached: process.platform !== 'win32',
  });
  const errorText = new ErrorText(child.stderr);
  const listeners: ((code: number | null) => void)[] = [];
  let exit: { code: number | null } | undefined;
  let told = false;
  const tell = () => {
    // the last messages may still be on their way when the process is gone; they come before 'disconnect'
    if (told || !exit || child.connected) return;
    told = true;
    for (const listener of listeners) listener(exit.code);
  };
  child.once('exit', (code) => {
    exit = { code };
    tell();
  });
  child.once('disconnect', tell);
  child.on('error', () => {
    // a process that never started has no exit; for one that runs, what could not be sent shows when it ends
    if (child.pid !== undefined) return;
    exit = { code: null };
    tell();
  });
  return {
    pid: child.pid,
    send(message) {
      if (child.connected) child.send(message as object);
    },
    onMessage(listener) {
      child.on('message', listener);
    },
    onExit(listener) {
      listeners.push(listener);
      if (told && exit) listener(exit.code);
    },
    onErrorText(listener) {
      errorText.hear(listener);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
