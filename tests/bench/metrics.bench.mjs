/**
 * A year of 40 metrics: how much it takes, how long charts wait for it, and what a day of measuring writes. Beside it the
 * same samples as most programs keep them: one row a sample in a SQLite table, by metric and time.
 *
 *   npm run bench -- metrics [--metrics 40] [--rounds 20]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { buildMetrics } from './lib/metrics-build.mjs';
import { hourOf, minuteOf, writeYear, yearKeys } from './lib/metrics-year.mjs';

const { values } = parseArgs({
  options: { metrics: { type: 'string', default: '40' }, rounds: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const keys = yearKeys(Number(values.metrics));
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const endMs = Date.UTC(2026, 10, 21);
const [days, minuteDays, indexDays] = [365, 31, 14];
const RANGES = { '5 min': 5 * MINUTE, '1 h': HOUR, '24 h': DAY, '7 d': 7 * DAY, '30 d': 30 * DAY, '1 y': 365 * DAY };
const POINTS = 1_200;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const ours = join(folder, 'metrics');
const sizeOf = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : statSync(path).size;
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function openPeer() {
  const db = new Database(join(folder, 'rows.sqlite'));
  db.pragma('journal_mode = WAL');
  db.exec(`CREATE TABLE samples (tier INTEGER, metric INTEGER, at INTEGER, n INTEGER, min REAL, avg REAL, max REAL,
    PRIMARY KEY (tier, metric, at)) WITHOUT ROWID`);
  const insert = db.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)');
  const minutesFromMs = endMs - minuteDays * DAY;
  const add = (tier, place, atMs, { n, min, avg, max }) => insert.run(tier, place, atMs, n, min, avg, max);
  db.transaction(() => {
    for (const place of keys.keys()) {
      for (let atMs = endMs - days * DAY; atMs < endMs; atMs += HOUR) {
        add(60, place, atMs, hourOf(place, atMs, minutesFromMs));
      }
      for (let atMs = endMs - indexDays * DAY; atMs < endMs; atMs += MINUTE) add(1, place, atMs, minuteOf(place, atMs));
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  const select = db
    .prepare(
      `SELECT at / @step AS bucket, sum(n), min(min), sum(avg * n) / sum(n), max(max) FROM samples
       WHERE tier = @tier AND metric = @place AND at >= @fromMs AND at < @endMs GROUP BY bucket`,
    )
    .raw();
  return {
    bytes: () => sizeOf(join(folder, 'rows.sqlite')),
    query(count, series) {
      const { tier, stepMs, times } = series;
      for (let place = 0; place < count; place++) {
        select.all({ tier: tier === '1h' ? 60 : 1, place, step: Math.max(stepMs, MINUTE), fromMs: times[0], endMs });
      }
    },
    close: () => db.close(),
  };
}

async function timed(work) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(times.length / 2)], worst: times.at(-1) };
}

const built = await buildMetrics();
try {
  const { openMetricKeeper } = await import(built.keeper);
  const parts = { ...(await import(built.files)), ...(await import(built.lines)) };
  mkdirSync(join(ours, 'record'), { recursive: true });
  writeYear(parts, { folder: join(ours, 'record'), endMs, days, minuteDays, keys });
  const keeper = await openMetricKeeper({
    folder: ours,
    nowMs: () => endMs,
    timeZone: () => 'UTC',
    report: () => undefined,
    queries: 'worker',
    workerFile: built.worker,
  });
  const openedAt = performance.now();
  await keeper.start();
  const startedMs = performance.now() - openedAt;
  await keeper.settled();
  const rebuiltMs = performance.now() - openedAt;
  const peer = openPeer();

  console.log(`${keys.length} metrics: hours of ${days} days, minutes of ${minuteDays} (index and rows: ${indexDays})`);
  const [record, index] = [sizeOf(join(ours, 'record')), sizeOf(join(ours, 'index.sqlite'))];
  console.log(
    `record ${mb(record)}, index ${mb(index)}, together ${mb(record + index)}; rows alone ${mb(peer.bytes())}`,
  );
  console.log(
    `start ${startedMs.toFixed(0)} ms, index made from the record in ${(rebuiltMs / 1000).toFixed(1)} s behind it`,
  );
  console.log(
    `\n${POINTS} points, ms: p50 and worst of ${rounds}; longest hold-up of the main loop; rows p50 and worst`,
  );
  for (const [range, rangeMs] of Object.entries(RANGES)) {
    for (const count of [1, 5, 40].filter((one) => one <= keys.length)) {
      const query = { keys: keys.slice(0, count), fromMs: endMs - rangeMs, toMs: endMs, points: POINTS };
      const { series } = await keeper.query(query);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const own = await timed(() => keeper.query(query));
      delay.disable();
      const rows = await timed(() => peer.query(count, series[0]));
      const figures = [own.p50, own.worst, delay.max / 1e6, rows.p50, rows.worst].map((ms) =>
        ms.toFixed(1).padStart(7),
      );
      const what = `${range.padEnd(6)} ${String(count).padStart(2)} of ${series[0].tier.padEnd(4)}`;
      console.log(`${what} ${String(series[0].times.length).padStart(5)} points ${figures.join(' ')}`);
    }
  }
  peer.close();
  await keeper.stop();

  const program = join(import.meta.dirname, 'lib/metrics-day.mjs');
  mkdirSync(join(folder, 'day'));
  const day = execFileSync(process.execPath, [program, built.keeper, built.worker, join(folder, 'day')], {
    encoding: 'utf8',
  });
  console.log(`\na day of 40 metrics writes ${mb(JSON.parse(day).bytes)}: record, index with its log, and packing`);
} finally {
  rmSync(folder, { recursive: true, force: true });
  await built.remove();
}
