/**
 * A full, proved backup of one database beside what people use today, in one run on the same file:
 *   sqlite3 .backup + gzip -6     one self-contained file, nothing proved; then what it takes to prove it by hand
 *   restic                        first snapshot into a new repository, nothing proved; then `restic check --read-data`
 * Rounds alternate, medians count, ratios are printed: seconds alone say more about the machine than about the program.
 *
 *   npm run bench -- backup [--size-mib 512] [--rounds 3]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backUp } from './lib/job.mjs';
import { buildVideoDatabase } from './lib/video-database.mjs';

const { values } = parseArgs({
  options: { 'size-mib': { type: 'string', default: '512' }, rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const sizeMib = Number(values['size-mib']);
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const database = join(folder, 'video.db');
const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Seconds a shell command takes; throws when it fails. */
function timed(command, env = {}) {
  const startedAt = performance.now();
  const result = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.status !== 0) throw new Error(`${command}: ${result.stderr}`);
  return (performance.now() - startedAt) / 1000;
}

async function holdfast(round) {
  const run = await backUp(database, join(folder, `holdfast-${round}`));
  return { seconds: run.seconds, storedSeconds: run.phases.prove, sizeBytes: run.value.sizeBytes };
}

function plain(round) {
  const copy = `plain-${round}.db`;
  const copySeconds = timed(`sqlite3 video.db ".backup ${copy}"`);
  const gzipSeconds = timed(`gzip -6 ${copy} && sync ${copy}.gz`);
  const { size } = statSync(join(folder, `${copy}.gz`));
  const proofSeconds = timed(
    `gunzip -c ${copy}.gz > proof.db && sha256sum proof.db ${copy}.gz && ` +
      `sqlite3 proof.db 'PRAGMA integrity_check; PRAGMA foreign_key_check' && rm proof.db`,
  );
  rmSync(join(folder, `${copy}.gz`));
  const seconds = copySeconds + gzipSeconds;
  return { seconds, provedSeconds: seconds + proofSeconds, sizeBytes: size };
}

function restic(round) {
  const repository = join(folder, `restic-${round}`);
  const env = { RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(folder, 'restic-cache') };
  timed(`restic init -q -r ${repository}`, env);
  const seconds = timed(`restic backup -q -r ${repository} video.db`, env);
  const checkSeconds = timed(`restic check -q --read-data -r ${repository}`, env);
  const sizeBytes = Number(
    spawnSync('du', ['-sb', join(repository, 'data')], { encoding: 'utf8' }).stdout.split('\t')[0],
  );
  rmSync(repository, { recursive: true });
  return { seconds, provedSeconds: seconds + checkSeconds, sizeBytes };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const medianOf = (runs, key) => median(runs.map((run) => run[key]));

try {
  buildVideoDatabase(database, sizeMib << 20);
  const withRestic = has('restic');
  if (!existsSync('/usr/bin/sqlite3') && !has('sqlite3'))
    throw new Error('sqlite3 is missing: apt-get install sqlite3');
  const runs = { holdfast: [], plain: [], restic: [] };
  for (let round = 0; round < rounds; round++) {
    runs.holdfast.push(await holdfast(round));
    runs.plain.push(plain(round));
    if (withRestic) runs.restic.push(restic(round));
  }
  const contentBytes = statSync(database).size;
  const seconds = medianOf(runs.holdfast, 'seconds');
  const stored = medianOf(runs.holdfast, 'storedSeconds');
  const sizeBytes = medianOf(runs.holdfast, 'sizeBytes');
  const line = (name, runSeconds, bytes) =>
    console.log(
      `${name.padEnd(34)} ${runSeconds.toFixed(2).padStart(7)} s  ${(bytes / 1e6).toFixed(1).padStart(7)} MB`,
    );
  console.log(`database ${(contentBytes / 1e6).toFixed(1)} MB, median of ${rounds} rounds`);
  line('holdfast, stored and synced', stored, sizeBytes);
  line('holdfast, proved', seconds, sizeBytes);
  line('sqlite3 .backup + gzip -6', medianOf(runs.plain, 'seconds'), medianOf(runs.plain, 'sizeBytes'));
  const compare = (name, other) => {
    const otherSeconds = medianOf(other, 'seconds');
    const otherBytes = medianOf(other, 'sizeBytes');
    console.log(
      `ratio ${name}: ${(otherSeconds / seconds).toFixed(2)} times the time of a proved backup, ` +
        `${(otherSeconds / stored).toFixed(2)} times that of a stored one, ` +
        `${(medianOf(other, 'provedSeconds') / seconds).toFixed(2)} times when both are proved; ` +
        `holdfast's file is ${(sizeBytes / otherBytes).toFixed(3)} of its size`,
    );
  };
  compare('sqlite3 + gzip -6', runs.plain);
  if (withRestic) {
    line('restic', medianOf(runs.restic, 'seconds'), medianOf(runs.restic, 'sizeBytes'));
    compare('restic', runs.restic);
  } else console.log('restic is not installed (apt-get install restic): not compared');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
