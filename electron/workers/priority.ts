/** Backups give way to the applications they protect. */
import { readdirSync } from 'node:fs';
import os from 'node:os';

/**
 * Lowers this process's priority. On Linux a priority belongs to a thread and is inherited by threads started later;
 * loading this program has started some already, so each is lowered.
 */
export function lowerPriority(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
  for (const thread of threads) {
    try {
      os.setPriority(thread, os.constants.priority.PRIORITY_LOW);
    } catch (thrown) {
      // A sandbox may forbid it, and a thread may have ended: the job is then only less polite.
      const { code, info } = thrown as NodeJS.ErrnoException & { info?: { code?: string } };
      if (!['EPERM', 'EACCES', 'ESRCH'].includes(info?.code ?? code ?? '')) throw thrown;
    }
  }
}
