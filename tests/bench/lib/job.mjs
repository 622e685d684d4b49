/** Jobs of the built application, each in a process of its own as the application runs them, with times and memory. */
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

const JOB_FILE = resolve(import.meta.dirname, '../../../out/main/job.js');

/** Highest memory of a process so far; 0 where the system does not say. */
function peakBytes(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0; // no /proc, or the process has ended
  }
}

/**
 * @param {string} job name of the job
 * @param {unknown} request
 * @returns {Promise<{ value: any, seconds: number, phases: Record<string, number>, peakBytes: number }>} `phases`: when each
 * phase was first reported, in seconds since the start of the process
 */
export function runJob(job, request) {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const phases = {};
  const child = fork(JOB_FILE, [], {
    serialization: 'advanced',
    env: { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism() + 1)) },
  });
  return new Promise((resolvePromise, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${job} ended with ${code}`)));
    child.on('message', (message) => {
      if (message.type === 'progress') phases[message.phase] ??= seconds();
      else if (message.type === 'done') {
        resolvePromise({ value: message.value, seconds: seconds(), phases, peakBytes: peakBytes(child.pid) });
        child.kill('SIGKILL');
      } else {
        reject(new Error(`${message.error.code}: ${message.error.detail}`));
        child.kill('SIGKILL');
      }
    });
    child.send({ type: 'run', job, request });
  });
}

/**
 * Takes one proved restore point of `database` into `folder`, which is there.
 * @param {string} name names its files
 * @param {object | null} parent what `parentOf` gave for the restore point before; null: the whole image is stored
 */
export async function takePoint(database, folder, name, parent) {
  const run = await runJob('backup', {
    id: name,
    database: { id: 'bench', name: 'video', path: database },
    kind: parent ? 'incremental' : 'manual',
    snapshotFile: join(folder, `${name}.snapshot`),
    keepSnapshot: false,
    partialFile: join(folder, `.${name}.partial`),
    finalFile: join(folder, `${name}.sqlite.gz`),
    parent: parent && { ...parent, changesFile: join(folder, `${name}.pages.gz`) },
    newMapFile: join(folder, `${name}.map`),
    lockTimeoutMs: 30_000,
    acceptDamaged: false,
  });
  if (!run.value?.proved) throw new Error('the backup was not proved');
  return run;
}

/** A full restore point as the one that the next builds on. */
export function parentOf({ value }, folder) {
  const { id, contentSha256, pageSizeBytes } = value.manifest;
  const files = [{ file: value.file, sizeBytes: value.sizeBytes }];
  const mapFile = join(folder, `${id}.map`);
  const { identity } = value;
  return { pointId: id, chainId: id, chainLength: 0, contentSha256, pageSizeBytes, mapFile, identity, files };
}

/** Restores a restore point, base first, to a new file. */
export function restoreTo(target, points) {
  const chain = points.map(({ value }) => ({
    file: value.file,
    expected: {
      sizeBytes: value.sizeBytes,
      sha256: value.sha256,
      contentBytes: value.manifest.contentBytes,
      contentSha256: value.manifest.contentSha256,
    },
  }));
  return runJob('place', {
    source: { type: 'backup', chain, acceptDamaged: false, provedContent: true },
    target,
    temporary: `${target}.new`,
    scratchFile: `${target}.scratch`,
    overwrite: false,
  });
}

/** Takes one full, proved backup of `database` into `folder`, which is made for it and removed again. */
export async function backUp(database, folder) {
  mkdirSync(folder);
  const run = await takePoint(database, folder, 'video', null);
  rmSync(folder, { recursive: true });
  return run;
}
