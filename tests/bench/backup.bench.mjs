/**
 * Proved backups of one database beside what people use today, in one run on the same file:
 *   sqlite3 .backup + gzip -6     one self-contained file, nothing proved; then what it takes to prove it by hand
 *   restic                        a snapshot into a new repository, nothing proved; then `restic check --read-data`
 * first in full, then again after 1 440 scattered rows were updated, then restored to a new file. Rounds alternate, medians
 * count, ratios are printed: seconds alone say more about the machine than about the program. `--large` measures the
 * memory of the jobs on a database of 2 GiB instead.
 *
 *   npm run bench -- backup [--size-mib 512] [--rounds 3] [--large]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parentOf, restoreTo, takePoint } from './lib/job.mjs';
import { buildBlankDatabase, buildVideoDatabase, updateRows } from './lib/video-database.mjs';

const { values } = parseArgs({
  options: {
    'size-mib': { type: 'string', default: '512' },
    rounds: { type: 'string', default: '3' },
    large: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const UPDATED_ROWS = 1440;
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

const hashOf = (file) => spawnSync('sha256sum', [file], { encoding: 'utf8' }).stdout.split(' ')[0];

/** Full, then changed pages, then restored; `change` updates the rows in between. */
function holdfast(round) {
  const place = join(folder, `holdfast-${round}`);
  mkdirSync(place);
  let [full, changes] = [];
  const times = ({ seconds, phases, value, peakBytes }) => ({
    stored: phases.prove,
    proved: seconds,
    bytes: value.sizeBytes,
    peakBytes,
  });
  return {
    async first() {
      full = await takePoint(database, place, 'full', null);
      return times(full);
    },
    async second() {
      changes = await takePoint(database, place, 'changes', parentOf(full, place));
      if (changes.value.reason !== 'changes') throw new Error(`a full backup was taken: ${changes.value.reason}`);
      return times(changes);
    },
    async restore() {
      const target = join(place, 'restored.db');
      const { seconds, peakBytes } = await restoreTo(target, [full, changes]);
      if (hashOf(target) !== changes.value.manifest.contentSha256) throw new Error('the restored file differs');
      rmSync(place, { recursive: true });
      return { seconds, peakBytes };
    },
  };
}

function restic(round) {
  const repository = join(folder, `restic-${round}`);
  const env = { RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(folder, 'restic-cache') };
  const size = () =>
    Number(spawnSync('du', ['-sb', join(repository, 'data')], { encoding: 'utf8' }).stdout.split('\t')[0]);
  let sizeBefore = 0;
  const backUp = () => {
    const stored = timed(`restic backup -q -r ${repository} video.db`, env);
    const bytes = size() - sizeBefore;
    sizeBefore += bytes;
    return { stored, proved: stored + timed(`restic check -q --read-data -r ${repository}`, env), bytes };
  };
  return {
    first() {
      timed(`restic init -q -r ${repository}`, env);
      return backUp();
    },
    second: backUp,
    restore() {
      const target = join(folder, 'restic-restored');
      const seconds = timed(`restic restore latest -q -r ${repository} --target ${target}`, env);
      // restic leaves what it restored in memory; Holdfast's file is on the disk when it is done.
      const synced = seconds + timed(`sync -f ${target}`);
      rmSync(target, { recursive: true });
      rmSync(repository, { recursive: true });
      return { seconds, synced };
    },
  };
}

function plain() {
  const copySeconds = timed('sqlite3 video.db ".backup plain.db"');
  const stored = copySeconds + timed('gzip -6 plain.db && sync plain.db.gz');
  const proofSeconds = timed(
    'gunzip -c plain.db.gz > proof.db && sha256sum proof.db plain.db.gz && ' +
      `sqlite3 proof.db 'PRAGMA integrity_check; PRAGMA foreign_key_check' && rm proof.db`,
  );
  const bytes = statSync(join(folder, 'plain.db.gz')).size;
  rmSync(join(folder, 'plain.db.gz'));
  return { stored, proved: stored + proofSeconds, bytes };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
/** The median of each figure. */
const medians = (runs) =>
  Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const line = (name, { stored, proved, bytes }) =>
  console.log(
    `${name.padEnd(28)} stored ${stored.toFixed(2).padStart(6)} s   proved ${proved.toFixed(2).padStart(6)} s`,
    mb(bytes).padStart(11),
  );
const ratio = (what, holdfastFigure, otherFigure) =>
  console.log(`ratio ${what}: ${(otherFigure / holdfastFigure).toFixed(2)}`);

async function compare() {
  buildVideoDatabase(database, Number(values['size-mib']) << 20);
  if (!has('sqlite3')) throw new Error('sqlite3 is missing: apt-get install sqlite3');
  const withRestic = has('restic');
  const full = { holdfast: [], restic: [], plain: [] };
  const again = { holdfast: [], restic: [] };
  const restored = { holdfast: [], restic: [] };
  for (let round = 0; round < rounds; round++) {
    const contestants = { holdfast: holdfast(round), ...(withRestic && { restic: restic(round) }) };
    const names = Object.keys(contestants);
    // Neither always finds the disk as the other left it.
    if (round % 2 === 1) names.reverse();
    for (const name of names) full[name].push(await contestants[name].first());
    full.plain.push(plain());
    updateRows(database, UPDATED_ROWS, round + 2);
    for (const name of names) again[name].push(await contestants[name].second());
    for (const name of names) restored[name].push(await contestants[name].restore());
  }
  console.log(`database ${mb(statSync(database).size)}, median of ${rounds} rounds`);
  const own = { full: medians(full.holdfast), again: medians(again.holdfast), restored: medians(restored.holdfast) };
  const handmade = medians(full.plain);
  line('holdfast, full', own.full);
  line('sqlite3 .backup + gzip -6', handmade);
  line(`holdfast, ${UPDATED_ROWS} rows later`, own.again);
  console.log(`holdfast, restored to a new file ${own.restored.seconds.toFixed(2)} s`);
  console.log(`peak memory of a job ${mb(Math.max(own.full.peakBytes, own.again.peakBytes, own.restored.peakBytes))}`);
  ratio('sqlite3 + gzip -6 to holdfast, full, stored', own.full.stored, handmade.stored);
  ratio('sqlite3 + gzip -6 to holdfast, full, proved', own.full.proved, handmade.proved);
  ratio('sqlite3 + gzip -6 to holdfast, full, bytes', own.full.bytes, handmade.bytes);
  if (!withRestic) return console.log('restic is not installed (apt-get install restic): not compared');
  const other = { full: medians(full.restic), again: medians(again.restic), restored: medians(restored.restic) };
  line('restic, full', other.full);
  line(`restic, ${UPDATED_ROWS} rows later`, other.again);
  const { seconds, synced } = other.restored;
  console.log(`restic, restored to a new file ${seconds.toFixed(2)} s, synced ${synced.toFixed(2)} s`);
  for (const figure of ['stored', 'proved', 'bytes']) {
    ratio(`restic to holdfast, full, ${figure}`, own.full[figure], other.full[figure]);
  }
  for (const figure of ['stored', 'proved', 'bytes']) {
    ratio(`restic to holdfast, ${UPDATED_ROWS} rows later, ${figure}`, own.again[figure], other.again[figure]);
  }
  ratio('restic to holdfast, restored', own.restored.seconds, seconds);
  ratio('restic to holdfast, restored and synced by both', own.restored.seconds, synced);
}

async function large() {
  buildBlankDatabase(database, 2 << 10);
  const run = holdfast(0);
  const first = await run.first();
  updateRows(database, UPDATED_ROWS, 2);
  const second = await run.second();
  const restored = await run.restore();
  console.log(`database ${mb(statSync(database).size)}`);
  line('holdfast, full', first);
  line(`holdfast, ${UPDATED_ROWS} rows later`, second);
  for (const [name, { peakBytes }] of Object.entries({ full: first, changes: second, restore: restored })) {
    console.log(`peak memory, ${name}: ${mb(peakBytes)}`);
  }
}

try {
  await (values.large ? large() : compare());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
