/** Backups give way to the applications they protect. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';

/**
 * Lowers this process's priority, for processors and, where there is the `ionice` program, for disks. On Linux a priority belongs to a thread and is inherited by threads started later;
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
  if (process.platform === 'linux') lowerDiskPriority(threads);
}

/**
 * The last of the usual class, not the idle one: that may wait as long as anyone else uses the disk, and a database with a
 * rollback journal keeps its writers waiting while it is copied. What `ionice` itself cannot do is no fault.
 */
function lowerDiskPriority(threads: readonly number[]): void {
  const args = ['-c', '2', '-n', '7', '-p', ...threads.map(String)];
  const child = spawn('ionice', args, { stdio: 'ignore' });
  child.unref();
  child.once('error', (thrown: NodeJS.ErrnoException) => {
    // Not installed, not allowed, or no process more to be had: the job is then only less polite.
    if (!['ENOENT', 'EACCES', 'EPERM', 'EAGAIN'].includes(thrown.code ?? '')) throw thrown;
  });
}
