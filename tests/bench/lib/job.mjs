/** Jobs of the built application, each in a process of its own as the application runs them, with their times. */
import { fork } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

const JOB_FILE = resolve(import.meta.dirname, '../../../out/main/job.js');

/**
 * @param {string} job name of the job
 * @param {unknown} request
 * @returns {Promise<{ value: any, seconds: number, phases: Record<string, number> }>} `phases`: when each phase was first
 * reported, in seconds since the start
 */
export function runJob(job, request) {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const phases = {};
  const child = fork(JOB_FILE, [], {
    serialization: 'advanced',
    env: { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())) },
  });
  return new Promise((resolvePromise, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${job} ended with ${code}`)));
    child.on('message', (message) => {
      if (message.type === 'progress') phases[message.phase] ??= seconds();
      else if (message.type === 'done') {
        resolvePromise({ value: message.value, seconds: seconds(), phases });
        child.kill('SIGKILL');
      } else {
        reject(new Error(`${message.error.code}: ${message.error.detail}`));
        child.kill('SIGKILL');
      }
    });
    child.send({ type: 'run', job, request });
  });
}

/** Takes one full, proved backup of `database` into `folder`, which is made for it and removed again. */
export async function backUp(database, folder) {
  mkdirSync(folder);
  const run = await runJob('backup', {
    id: 'bench',
    database: { id: 'bench', name: 'video', path: database },
    kind: 'manual',
    snapshotFile: join(folder, 'snapshot.sqlite'),
    keepSnapshot: false,
    partialFile: join(folder, '.partial'),
    finalFile: join(folder, 'video.sqlite.gz'),
    lockTimeoutMs: 30_000,
    acceptDamaged: false,
  });
  rmSync(folder, { recursive: true });
  if (!run.value.proved) throw new Error('the backup was not proved');
  return run;
}
