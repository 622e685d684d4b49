/** What child processes write to stderr: a crash of the runtime, a warning of a library. It says why one ended. */
import type { JobLauncher } from '../core/types';
import type { Logger } from '../logs/types';

/** Of one process; the rest is counted. */
const MAX_LINES = 20;
const MAX_CHARACTERS = 2_000;

/** Starts what `launch` starts, and logs the lines that it writes to stderr, the first of each process. */
export function withLoggedOutput(launch: JobLauncher, child: string, log: Logger): JobLauncher {
  return () => {
    const started = launch();
    let rest = '';
    let lines = 0;
    const tell = (line: string): void => {
      const text = line.trimEnd();
      if (text !== '' && lines++ < MAX_LINES)
        log.warning('A child process wrote to stderr', { child, pid: started.pid, text });
    };
    started.onErrorText?.((text) => {
      const [first = '', ...others] = text.split('\n');
      // Of a line without an end no more is kept than is logged.
      rest = (rest + first).slice(0, MAX_CHARACTERS);
      for (const next of others) {
        tell(rest);
        rest = next.slice(0, MAX_CHARACTERS);
      }
    });
    started.onExit(() => {
      tell(rest);
      rest = '';
      if (lines > MAX_LINES)
        log.warning('A child process wrote more to stderr', { child, linesLeftOut: lines - MAX_LINES });
    });
    return started;
  };
}
