/**
 * What a backup costs the application that writes meanwhile: commit times of a process that makes 200 commits a second,
 * first alone, then while backups run one after the other.
 *
 *   npm run bench -- writer [--size-mib 512] [--mode WAL|DELETE] [--seconds 20]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { backUp } from './lib/job.mjs';
import { buildVideoDatabase } from './lib/video-database.mjs';

const { values } = parseArgs({
  options: {
    'size-mib': { type: 'string', default: '512' },
    mode: { type: 'string', default: 'WAL' },
    seconds: { type: 'string', default: '20' },
  },
  allowPositionals: true,
});
const aloneMs = Number(values.seconds) * 1000;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const database = join(folder, 'video.db');

/** Starts a writer and gives a function that ends it and answers with what it measured. */
async function startWriter() {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../helpers/writer.mjs'), database, '200']);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return async () => {
    child.stdin.write('end\n');
    const [line] = await once(lines, 'line');
    return JSON.parse(line);
  };
}

try {
  buildVideoDatabase(database, Number(values['size-mib']) << 20, { journalMode: values.mode });
  const endAlone = await startWriter();
  await wait(aloneMs);
  const alone = await endAlone();

  const endBusy = await startWriter();
  const startedAt = performance.now();
  const backups = [];
  while (performance.now() - startedAt < aloneMs) {
    backups.push(await backUp(database, join(folder, `backup-${backups.length}`)));
  }
  const busy = await endBusy();

  const show = (name, run) =>
    console.log(
      `${name.padEnd(20)} ${run.commits} commits, ${run.errors.length} errors, ` +
        `p50 ${run.p50Ms.toFixed(2)} ms, p99 ${run.p99Ms.toFixed(2)} ms, longest ${run.maxMs.toFixed(0)} ms`,
    );
  console.log(`${values.mode} database, ${values['size-mib']} MiB, 200 commits/s`);
  show('alone', alone);
  show('during backups', busy);
  const restarts = backups.reduce((sum, run) => sum + run.value.snapshotRestarts, 0);
  console.log(`${backups.length} proved backups, ${restarts} restarts of the copy`);
  console.log(`ratio of the 99th percentile: ${(busy.p99Ms / alone.p99Ms).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
