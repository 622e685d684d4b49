/** Running real processes and waiting for what they say. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** All that came on both streams so far. */
  output(): { stdout: string; stderr: string };
  /** Settles when the process has ended and its streams are closed. */
  ended: Promise<Ended>;
  /** Waits until `test` is true of the output; rejects when the process ends before that. */
  until(test: (output: { stdout: string; stderr: string }) => boolean): Promise<void>;
}

/** Starts `command`; its output is collected. */
export function start(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; uid?: number; gid?: number } = {},
): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const collected = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      collected[name] += text;
      for (const watcher of [...watchers]) watcher();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...collected }));
  });
  return {
    child,
    output: () => ({ ...collected }),
    ended,
    until: (test) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!test(collected)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        ended.then(
          (end) => reject(new Error(`ended first (${end.code ?? end.signal}): ${end.stdout}${end.stderr}`)),
          reject,
        );
        look();
      }),
  };
}

/** Ends `running` with SIGKILL and waits until it is gone. */
export async function killHard(running: Running): Promise<Ended> {
  running.child.kill('SIGKILL');
  return running.ended;
}

/**
 * Command line that runs `command` as a user whom file permissions bind: root without its right to pass them over, or
 * simply this user.
 */
export function boundByPermissions(command: string, args: string[]): [command: string, args: string[]] {
  if (process.getuid?.() !== 0) return [command, args];
  return ['setpriv', ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all', command, ...args]];
}
