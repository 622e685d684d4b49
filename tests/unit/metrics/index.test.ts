import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Chunk, eachCount } from '../../../electron/metrics/chunk';
import { IndexFile } from '../../../electron/metrics/index-file';
import { INDEX_KEPT_MS, syncAll } from '../../../electron/metrics/index-sync';
import { RecordFiles, recordName } from '../../../electron/metrics/record-files';
import { keysLine, snapshotLine } from '../../../electron/metrics/record-lines';
import { rollUp } from '../../../electron/metrics/roll-up';
import { keepUp, RECORD_KEPT_MS } from '../../../electron/metrics/upkeep';
import { Bench, DAY, HOUR, MINUTE, scratchFolder } from './fixture';

const at = (text: string) => Date.parse(text);
const one = (value: number, n = 1) => new Map([['cpu.busy', { n, min: value, avg: value, max: value }]]);

/** All that an index says, by key. */
function content(path: string): Record<string, unknown> {
  const db = new Database(path, { readonly: true });
  const all = (sql: string) => db.prepare(sql).all() as Record<string, unknown>[];
  const keys = new Map(all('SELECT id, key FROM metrics').map(({ id, key }) => [id as number, key as string]));
  const chunks = all('SELECT tier, start, data, histograms FROM chunks ORDER BY tier, start').map((row) => {
    const chunk = new Chunk(row.data as Buffer);
    // Columns without a key are those of a forgotten metric.
    const columns = [...chunk.ids].flatMap((id, i) => (keys.has(id) ? [[keys.get(id), chunk.column(i)] as const] : []));
    const counts: unknown[] = [];
    if (row.histograms) eachCount(row.histograms as Buffer, (id, ...rest) => counts.push([keys.get(id), ...rest]));
    return { tier: row.tier, start: row.start, times: chunk.times, columns: Object.fromEntries(columns), counts };
  });
  const rest = {
    metrics: all('SELECT key, last_at, last_value FROM metrics ORDER BY key'),
    gaps: all('SELECT * FROM gaps ORDER BY from_ms'),
    days: all('SELECT * FROM days ORDER BY start'),
    forgotten: all('SELECT * FROM forgotten'),
    pending: all('SELECT * FROM pending ORDER BY tier, hour'),
  };
  db.close();
  return { chunks, ...rest };
}

async function filled(zone = 'Europe/Berlin'): Promise<Bench> {
  const bench = await Bench.open('2026-03-01T05:00:00Z', { zone });
  let step = 0;
  const values = () => ({
    'cpu.busy': Math.sin(++step) ** 2,
    'disk.free:/': 4e11 - step * 12_345,
    'probe.up:a': step % 2,
  });
  await bench.run(DAY, values, MINUTE);
  bench.keeper.markGap({ fromMs: bench.nowMs, toMs: bench.nowMs + HOUR, reason: 'asleep' });
  bench.nowMs += HOUR;
  bench.keeper.forget('probe.up:a');
  await bench.run(
    2 * DAY + 17 * MINUTE,
    () => ({ 'cpu.busy': Math.sin(++step) ** 2, 'operation.time:backup': step }),
    MINUTE,
  );
  await bench.keeper.stop();
  return bench;
}

test('the index made from the record is the index that was lost', async () => {
  const bench = await filled();
  const path = join(bench.folder, 'index.sqlite');
  const before = content(path);
  expect((before.chunks as unknown[]).length).toBeGreaterThan(70);
  const record = () => new RecordFiles(join(bench.folder, 'record'));
  const lines = record()
    .list()
    .map(({ name }) => record().read(name).content.toString());
  rmSync(path);
  await bench.reopen();
  await bench.keeper.stop();
  expect(bench.codes).toEqual(['METRICS_INDEX_REBUILT']);
  expect(content(path)).toEqual(before);
  // Making it anew adds nothing to the record.
  expect(
    record()
      .list()
      .map(({ name }) => record().read(name).content.toString()),
  ).toEqual(lines);
});

test.each([
  { what: 'no SQLite file', damage: (path: string) => writeFileSync(path, 'x'.repeat(50_000)) },
  {
    what: 'a damaged page',
    damage: (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0x5a, 4_096, 12_288);
      writeFileSync(path, bytes);
    },
  },
  {
    what: 'another shape',
    damage: (path: string) => {
      const db = new Database(path);
      db.pragma('user_version = 99');
      db.close();
    },
  },
])('an index that is $what is made anew, and the answers are as before', async ({ damage }) => {
  const bench = await filled();
  const path = join(bench.folder, 'index.sqlite');
  const before = content(path);
  damage(path);
  await bench.reopen();
  const { series } = await bench.query(['cpu.busy'], 4 * DAY, 50);
  expect(series[0]!.count.reduce((sum, n) => sum + n, 0)).toBe(3 * 1_440 + 17);
  await bench.keeper.stop();
  expect(bench.codes).toEqual(['METRICS_INDEX_REBUILT']);
  expect(content(path)).toEqual(before);
});

test('an index that is damaged while it is used is made anew too', async () => {
  const bench = await filled();
  await bench.reopen();
  await bench.keeper.settled();
  const db = new Database(join(bench.folder, 'index.sqlite'));
  db.prepare("UPDATE chunks SET data = x'00' WHERE tier = '1h'").run();
  db.close();
  const { series } = await bench.query(['cpu.busy'], 4 * DAY, 50);
  expect(series[0]!.count.reduce((sum, n) => sum + n, 0)).toBe(3 * 1_440 + 17);
  bench.pass(HOUR);
  bench.keeper.endTick(bench.nowMs);
  await bench.keeper.settled();
  expect(bench.codes).toEqual(['METRICS_INDEX_REBUILT']);
});

test('taking in the same record again changes nothing; a line that is added is added', () => {
  const folder = scratchFolder();
  const files = new RecordFiles(folder);
  const index = new IndexFile(join(folder, 'index.sqlite'), false);
  const t = at('2026-03-02T10:00:00Z');
  const name = recordName('1m', t);
  files.append(name, keysLine(['cpu.busy']) + snapshotLine(t, ['cpu.busy'], one(0.5, 3)));
  const bucket = (tier: '1m' | '1h') => {
    const [row] = [...index.chunks(tier, 0, t + DAY)];
    const { n, min, avg, max } = new Chunk(row!.data).column(0);
    return [n[0], min[0], avg[0], max[0]];
  };
  const takeIn = () => {
    syncAll(index, files, t + 2 * HOUR, true);
    rollUp(index, files, t + 2 * HOUR, 'UTC');
    syncAll(index, files, t + 2 * HOUR, true);
  };
  for (const _ of [1, 2, 3]) {
    takeIn();
    index.dropFile(name); // as if it had never been read
    expect([bucket('1m'), bucket('1h')]).toEqual([
      [3, 0.5, 0.5, 0.5],
      [3, 0.5, 0.5, 0.5],
    ]);
  }
  const hours = () => files.read(recordName('1h', t)).content.toString().trimEnd().split('\n');
  expect(hours()).toHaveLength(2);
  files.append(name, snapshotLine(t, ['cpu.busy'], one(1, 1)));
  takeIn();
  expect(bucket('1m')).toEqual([4, 0.5, 0.625, 1]);
  expect(bucket('1h')).toEqual([4, 0.5, 0.625, 1]);
  expect(hours()).toHaveLength(3);
  index.close();
});

test('hours and days are not lowered by minutes that were lost', () => {
  const folder = scratchFolder();
  const files = new RecordFiles(folder);
  const index = new IndexFile(join(folder, 'index.sqlite'), false);
  const day = at('2026-03-02T00:00:00Z');
  files.append(
    recordName('1m', day),
    keysLine(['cpu.busy']) +
      snapshotLine(day + HOUR, ['cpu.busy'], one(0.5, 3)) +
      snapshotLine(day + HOUR + MINUTE, ['cpu.busy'], one(1, 3)),
  );
  const now = day + 3 * DAY;
  const takeIn = () => {
    const found = syncAll(index, files, now, true);
    rollUp(index, files, now, 'UTC');
    return [...found, ...syncAll(index, files, now, true)];
  };
  takeIn();
  const lines = () => ['1h', '1d'].map((tier) => files.read(recordName(tier as '1h', day)).content.toString());
  const before = lines();
  expect(before[1]).toContain(`{"t":${day},"to":${day + DAY},"n":6,"m":[[0.5,0.75,1]]}`);
  writeFileSync(
    files.path(recordName('1m', day)),
    keysLine(['cpu.busy']) + snapshotLine(day + HOUR, ['cpu.busy'], one(0.5, 3)),
  );
  takeIn();
  expect(lines()).toEqual(before);
  index.close();
});

test.each([
  { zone: 'Europe/Berlin', day: '2026-03-29', start: '2026-03-28T23:00:00Z', hours: 23 },
  { zone: 'Europe/Berlin', day: '2026-10-25', start: '2026-10-24T22:00:00Z', hours: 25 },
  { zone: 'Asia/Kathmandu', day: '2026-03-29', start: '2026-03-28T18:15:00Z', hours: 24 },
  { zone: 'America/New_York', day: '2026-11-01', start: '2026-11-01T04:00:00Z', hours: 25 },
])('the local day $day in $zone has $hours hours', async ({ zone, start, hours }) => {
  const bench = await Bench.open(new Date(at(start) - 2 * HOUR).toISOString(), { zone });
  const inside = (atMs: number) => atMs >= at(start) && atMs < at(start) + hours * HOUR;
  await bench.run((hours + 6) * HOUR, (atMs) => ({ 'cpu.busy': inside(atMs) ? 1 : 0 }), 5 * MINUTE);
  // So long ago only days are kept.
  bench.pass(500 * DAY);
  await bench.run(HOUR, () => ({ 'cpu.busy': 0 }), MINUTE);
  const { series } = await bench.query(['cpu.busy'], 503 * DAY);
  const { tier, times, min, max } = series[0]!;
  const i = times.indexOf(at(start));
  const whole = { tier: '1d', min: 1, max: 1, next: at(start) + hours * HOUR };
  expect({ tier, min: min[i], max: max[i], next: times[i + 1] }).toEqual(whole);
  const files = new RecordFiles(join(bench.folder, 'record'));
  const text = files.read(recordName('1d', at(start))).content.toString();
  expect(text).toContain(`{"t":${at(start)},"to":${at(start) + hours * HOUR},"n":${hours * 12},"m":[1]}`);
});

test('days never overlap: after a journey the first one is shorter', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z', { zone: 'America/New_York' });
  await bench.run(2 * DAY, () => ({ 'cpu.busy': 1 }), 10 * MINUTE);
  bench.zone = 'Asia/Tokyo';
  await bench.run(3 * DAY, () => ({ 'cpu.busy': 1 }), 10 * MINUTE);
  await bench.keeper.stop();
  const days = content(join(bench.folder, 'index.sqlite')).days as { start: number; until: number }[];
  expect(days.length).toBeGreaterThan(4);
  for (const [i, { start }] of days.entries()) if (i > 0) expect(start).toBeGreaterThanOrEqual(days[i - 1]!.until);
  const { n } = countDays(join(bench.folder, 'index.sqlite'));
  expect(n).toBe((days.at(-1)!.until - at('2026-03-02T00:00:00Z')) / (10 * MINUTE));
});

function countDays(path: string): { n: number } {
  const chunks = content(path).chunks as { tier: string; columns: Record<string, { n: Uint32Array }> }[];
  const days = chunks.filter(({ tier }) => tier === '1d');
  return { n: days.reduce((sum, { columns }) => sum + columns['cpu.busy']!.n.reduce((a, b) => a + b, 0), 0) };
}

test('a minute that stood out a month ago is seen in a year, and years later still', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  const peakAt = at('2026-03-02T05:17:00Z');
  await bench.run(8 * HOUR, (atMs) => ({ 'cpu.busy': atMs === peakAt ? 0.98765 : 0.1 }), MINUTE);
  const peak = async (rangeMs: number) => {
    const { series } = await bench.query(['cpu.busy'], rangeMs);
    const { max, times, tier } = series[0]!;
    const i = max.indexOf(0.98765);
    return { tier, startsBefore: times[i]! <= peakAt, endsAfter: (times[i + 1] ?? 0) > peakAt };
  };
  bench.pass(30 * DAY);
  await bench.run(HOUR, () => ({ 'cpu.busy': 0.1 }), MINUTE);
  expect(await peak(365 * DAY)).toEqual({ tier: '1h', startsBefore: true, endsAfter: true });
  bench.pass(3 * 365 * DAY);
  await bench.run(HOUR, () => ({ 'cpu.busy': 0.1 }), MINUTE);
  expect(await peak(4 * 365 * DAY)).toEqual({ tier: '1d', startsBefore: true, endsAfter: true });
});

test('closed files are packed, and what is too old is removed, a few files a run', () => {
  const folder = scratchFolder();
  const files = new RecordFiles(folder);
  const index = new IndexFile(join(folder, 'index.sqlite'), false);
  const now = at('2026-06-30T12:00:00Z');
  for (let day = 0; day < 40; day++) {
    const t = now - day * DAY;
    files.append(recordName('1m', t), keysLine(['cpu.busy']) + snapshotLine(t, ['cpu.busy'], one(0.5)));
  }
  files.append(recordName('1h', now - 500 * DAY), keysLine([]));
  syncAll(index, files, now, true);
  const minutes = () => files.list().filter(({ tier }) => tier === '1m');
  keepUp(index, files, now);
  expect(minutes()).toHaveLength(37);
  expect(minutes().filter(({ name }) => existsSync(files.path(name)))).toMatchObject([{ name: recordName('1m', now) }]);
  for (const left of [34, 32, 32]) {
    keepUp(index, files, now);
    expect(minutes()).toHaveLength(left);
  }
  expect(minutes()[0]!.toMs).toBeGreaterThan(now - RECORD_KEPT_MS['1m']);
  expect(files.list().filter(({ tier }) => tier === '1h')).toEqual([]);
  const starts = [...index.chunks('1m', 0, now + DAY)].map(({ start }) => start);
  expect(starts).toHaveLength(15);
  expect(starts[0]).toBeGreaterThanOrEqual(now - INDEX_KEPT_MS['1m']);

  const bytes = files.sizes(minutes()[0]!.name).packed!;
  keepUp(index, files, now, 10 * bytes + 1_000);
  expect(minutes().length).toBeLessThan(32);
  expect(minutes().length).toBeGreaterThan(5);
  expect(minutes().at(-1)!.name).toBe(recordName('1m', now));
  index.close();
});

test('rows are deleted in batches of at most five thousand', () => {
  const index = new IndexFile(join(scratchFolder(), 'index.sqlite'), false);
  index.atomically(() => {
    for (let i = 0; i < 12_001; i++) index.putGap({ fromMs: i, toMs: i + 1, reason: 'asleep' });
  });
  const changes: number[] = [];
  const prepare = index.db.prepare.bind(index.db);
  index.db.prepare = ((sql: string) => {
    const statement = prepare(sql);
    const run = statement.run.bind(statement);
    statement.run = (...values: unknown[]) => {
      const result = run(...values);
      changes.push(result.changes);
      return result;
    };
    return statement;
  }) as typeof index.db.prepare;
  expect(index.deleteInBatches('gaps', 'to_ms < ?', 11_002)).toBe(11_001);
  expect(changes).toEqual([5_000, 5_000, 1_001]);
  index.close();
});

test('a clock that was years ahead for an hour costs a few files, and the index heals', async () => {
  const bench = await Bench.open('2026-03-01T00:00:00Z');
  await bench.run(12 * DAY, () => ({ 'cpu.busy': 0.5 }), 10 * MINUTE);
  const real = bench.nowMs;
  bench.nowMs += 5 * 365 * DAY;
  await bench.run(HOUR, () => ({ 'cpu.busy': 0.5 }), MINUTE);
  bench.nowMs = real + HOUR;
  await bench.run(10 * MINUTE, () => ({ 'cpu.busy': 0.5 }), MINUTE);
  await bench.keeper.stop();
  await bench.reopen();
  const { series } = await bench.query(['cpu.busy'], 12 * DAY, 50);
  const counted = series[0]!.count.reduce((sum, n) => sum + n, 0);
  expect(counted).toBeGreaterThan(8 * 144);
  expect(bench.codes).toEqual([]);
});
