import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricSeries } from '@shared/metrics';
import { expect, test } from 'vitest';
import { MOST_METRICS } from '../../../electron/metrics/memory';
import { Bench, DAY, HOUR, MINUTE } from './fixture';

const present = (series: MetricSeries | undefined) =>
  [...(series?.times ?? [])].flatMap((atMs, i) =>
    (series?.count[i] ?? 0) > 0
      ? [{ atMs, n: series!.count[i]!, min: series!.min[i]!, avg: series!.avg[i]!, max: series!.max[i]! }]
      : [],
  );

test('a reading holds what was recorded since the tick before; ten minutes of them are kept', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  bench.keeper.record('cpu.busy', 0.25);
  bench.keeper.record('cpu.busy', 0.5);
  bench.keeper.record('memory.used', Number.NaN);
  expect(bench.keeper.endTick(bench.nowMs)).toEqual({
    atMs: bench.nowMs,
    afterGap: false,
    values: { 'cpu.busy': 0.5 },
  });
  expect(bench.keeper.latest('cpu.busy')).toEqual({ value: 0.5, atMs: bench.nowMs });
  expect(bench.keeper.latest('memory.used')).toBeNull();
  bench.pass(5_000);
  await bench.run(15 * MINUTE, () => ({ 'cpu.busy': 0.1 }), 5_000);
  const readings = bench.keeper.readings();
  expect(readings).toHaveLength(121);
  expect(readings.at(-1)!.atMs - readings[0]!.atMs).toBe(10 * MINUTE);
  expect(readings[0]!.values).toEqual({ 'cpu.busy': 0.1 });
});

test('minutes are closed with count, minimum, average and maximum, and the one in hand shows too', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  const values = [0.1, 0.3, 0.8, 0.2, 0.2, 0.5, 0.9];
  for (const value of values) {
    bench.keeper.record('cpu.busy', value, bench.nowMs);
    bench.keeper.endTick(bench.nowMs);
    bench.pass(20_000);
  }
  const from = Date.parse('2026-03-02T10:00:00Z');
  expect(await bench.keeper.minutes('cpu.busy', from, bench.nowMs)).toEqual([
    { atMs: from, count: 3, min: 0.1, avg: 0.4, max: 0.8 },
    { atMs: from + MINUTE, count: 3, min: 0.2, avg: 0.3, max: 0.5 },
    { atMs: from + 2 * MINUTE, count: 1, min: 0.9, avg: 0.9, max: 0.9 },
  ]);
});

test('figures of a window come from the measurements, and from closed minutes after a restart', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  let step = 0;
  await bench.run(30 * MINUTE, () => ({ 'cpu.busy': ++step / 100 }));
  const before = bench.keeper.window('cpu.busy', 10 * MINUTE, bench.nowMs - 20_000);
  expect(before).toMatchObject({ count: 31, last: 0.9, min: 0.6, max: 0.9, lastAtMs: bench.nowMs - 20_000 });
  expect(before.avg).toBeCloseTo(0.75, 10);
  expect([before.p95, before.p99]).toEqual([0.89, 0.9]);
  expect(bench.keeper.window('memory.used', HOUR, bench.nowMs)).toMatchObject({ count: 0, lastAtMs: null, p95: NaN });

  await bench.keeper.stop();
  bench.pass(MINUTE);
  await bench.reopen();
  await bench.run(2 * MINUTE, () => ({ 'cpu.busy': 2 }));
  const after = bench.keeper.window('cpu.busy', 23 * MINUTE, bench.nowMs - 20_000);
  // Twenty closed minutes of three measurements, one minute of pause, and six measurements since.
  expect(after).toMatchObject({ count: 66, min: 0.31, max: 2, last: 2, firstAtMs: bench.nowMs - 23 * MINUTE });
  expect(bench.keeper.latest('cpu.busy')).toEqual({ value: 2, atMs: bench.nowMs - 20_000 });
});

test('short ranges are the measurements themselves, with an end where there are none', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, () => ({ 'cpu.busy': 0.5 }), 5_000);
  bench.pass(90_000);
  await bench.run(5 * MINUTE, () => ({ 'cpu.busy': 0.75 }), 5_000);
  const { series } = await bench.query(['cpu.busy'], 20 * MINUTE);
  expect(series[0]).toMatchObject({ tier: 'live', stepMs: 5_000 });
  expect(series[0]!.times).toHaveLength(121);
  expect([...series[0]!.max].filter(Number.isNaN)).toHaveLength(1);
  expect(series[0]!.max[60]).toBeNaN();

  bench.keeper.record('cpu.busy', 0.999, bench.nowMs);
  const fewer = (await bench.query(['cpu.busy'], 20 * MINUTE, 40)).series[0]!;
  expect(fewer.times.length).toBeLessThanOrEqual(40);
  expect(fewer.times.length).toBeGreaterThan(30);
  expect(Math.max(...present(fewer).map(({ max }) => max))).toBe(0.999);
  expect(present(fewer).reduce((sum, { n }) => sum + n, 0)).toBe(121);
});

test('after a restart the last hour is minutes first and measurements behind', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(20 * MINUTE, () => ({ 'cpu.busy': 0.5 }), 5_000);
  await bench.keeper.stop();
  await bench.reopen();
  await bench.run(5 * MINUTE, () => ({ 'cpu.busy': 0.25 }), 5_000);
  const points = present((await bench.query(['cpu.busy'], HOUR)).series[0]);
  expect(points).toHaveLength(20 + 60);
  expect(points.reduce((sum, { n }) => sum + n, 0)).toBe(300);
});

test('a range within the last day is folded from memory: exact peaks, nothing where nothing was measured', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  const peakAt = Date.parse('2026-03-02T12:34:00Z');
  await bench.run(4 * HOUR, (atMs) => ({ 'cpu.busy': Math.floor(atMs / MINUTE) * MINUTE === peakAt ? 0.987 : 0.1 }));
  const { series } = await bench.query(['cpu.busy', 'memory.used'], 6 * HOUR, 100);
  expect(series.map(({ key, tier, stepMs }) => ({ key, tier, stepMs }))).toEqual([
    { key: 'cpu.busy', tier: '1m', stepMs: 4 * MINUTE },
    { key: 'memory.used', tier: '1m', stepMs: 4 * MINUTE },
  ]);
  const [cpu, memory] = series;
  expect(cpu!.times.length).toBe(90);
  expect(cpu!.max[0]).toBeNaN();
  expect(present(cpu)).toHaveLength(60);
  const peak = present(cpu).filter(({ max }) => max > 0.1);
  expect(peak).toEqual([{ atMs: Date.parse('2026-03-02T12:32:00Z'), n: 12, min: 0.1, avg: 0.32175, max: 0.987 }]);
  expect(present(memory)).toEqual([]);
  expect(memory!.avg.every(Number.isNaN)).toBe(true);
  // A tray that shows nothing older than a day never asks the index.
  expect(existsSync(join(bench.folder, 'index.sqlite'))).toBe(true);
});

test('older ranges come from the index, the newest hours from memory, and nothing is counted twice', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  await bench.run(3 * DAY + 30 * MINUTE, () => ({ 'cpu.busy': 0.5 }), MINUTE);
  for (const [points, tier] of [
    [1_000, '1m'],
    [50, '1h'],
    [3, '1d'],
  ] as const) {
    const from = Date.parse('2026-03-02T00:00:00Z');
    const { series } = await bench.keeper.query({ keys: ['cpu.busy'], fromMs: from, toMs: bench.nowMs, points });
    expect(series[0]!.tier).toBe(tier);
    expect(series[0]!.times.length).toBeLessThanOrEqual(points);
    const total = present(series[0]).reduce((sum, { n }) => sum + n, 0);
    expect({ tier, total }).toEqual({ tier, total: 3 * 1_440 + 30 });
  }
  const minutes = await bench.keeper.minutes('cpu.busy', bench.nowMs - 2 * DAY, bench.nowMs);
  expect(minutes).toHaveLength(2 * 1_440);
});

test('all survives a stop: the same answers afterwards', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  let step = 0;
  await bench.run(
    2 * DAY + 17 * MINUTE,
    () => ({ 'cpu.busy': Math.sin(++step) ** 2, 'disk.free:/': 1e12 - step }),
    MINUTE,
  );
  for (let i = 1; i <= 50; i++) bench.keeper.observe('operation.time:backup', i * 10, bench.nowMs - MINUTE);
  const ask = async () =>
    (await bench.query(['cpu.busy', 'disk.free:/', 'operation.time:backup'], 2 * DAY, 500)).series;
  const before = await ask();
  await bench.keeper.stop();
  await bench.reopen();
  const after = await ask();
  for (const [i, series] of before.entries()) {
    expect(after[i]!.min).toEqual(series.min);
    expect(after[i]!.max).toEqual(series.max);
    expect(after[i]!.count).toEqual(series.count);
  }
  expect(bench.reported).toEqual([]);
  expect(bench.keeper.known().map(({ key }) => key)).toEqual(['cpu.busy', 'disk.free:/', 'operation.time:backup']);
});

test('what is written before the last day is read back counts once', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(10 * MINUTE, () => ({ 'cpu.busy': 0.5 }));
  await bench.keeper.stop();
  await bench.openOnly();
  await bench.run(5 * MINUTE, () => ({ 'cpu.busy': 0.75 }));
  await bench.keeper.start();
  const minutes = await bench.keeper.minutes('cpu.busy', bench.nowMs - HOUR, bench.nowMs);
  expect(minutes.map(({ count }) => count)).toEqual(Array.from({ length: 15 }, () => 3));
  expect(bench.keeper.latest('cpu.busy')?.value).toBe(0.75);
});

test('percentiles come from merged histograms, in each cadence and in a window, near the exact ones', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  const key = 'operation.time:query';
  const all: number[] = [];
  await bench.run(
    3 * DAY,
    (atMs) => {
      const time = 5 + ((atMs / MINUTE) % 97) ** 2 / 10;
      all.push(time);
      return { [key]: time };
    },
    MINUTE,
  );
  bench.keeper.merge(key, { bounds: [1, 10, 100], counts: [0, 0, 0, 0], sum: 0 });
  const exact = (values: number[], q: number) => values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1]!;
  const near = (found: number, right: number) => expect(Math.abs(found / right - 1)).toBeLessThan(0.19);
  for (const [points, tier] of [
    [3, '1d'],
    [72, '1h'],
    [73, '1m'],
  ] as const) {
    const fromMs = Date.parse('2026-03-02T00:00:00Z');
    const { series } = await bench.keeper.query({ keys: [key], fromMs, toMs: bench.nowMs, points });
    const { percentiles, times, tier: from } = series[0]!;
    expect(from).toBe(tier);
    for (const i of [0, Math.floor(times.length / 2), times.length - 1]) {
      const [start, end] = [times[i]!, times[i + 1] ?? bench.nowMs];
      const values = all.slice((start - fromMs) / MINUTE, (end - fromMs) / MINUTE);
      near(percentiles!.p50[i]!, exact(values, 0.5));
      near(percentiles!.p99[i]!, exact(values, 0.99));
    }
  }
  const lastHours = bench.keeper.window(key, 5 * HOUR, bench.nowMs - 1);
  expect(lastHours.count).toBe(301);
  near(lastHours.p95, exact(all.slice(-301), 0.95));
  // Counts from elsewhere are added to the same minute.
  bench.keeper.merge(key, { bounds: [10, 100], counts: [5, 0, 0], sum: 20 }, bench.nowMs);
  expect(bench.keeper.window(key, MINUTE, bench.nowMs).count).toBe(6);
});

test('a forgotten metric is gone from memory, index and whatever is made from the record', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  await bench.run(2 * DAY, () => ({ 'cpu.busy': 0.5, 'probe.up:x': 1 }), MINUTE);
  bench.keeper.forget('probe.up:x');
  const gone = async () => {
    expect(bench.keeper.known().map(({ key }) => key)).toEqual(['cpu.busy']);
    const { series } = await bench.query(['probe.up:x', 'cpu.busy'], 2 * DAY, 10);
    expect(present(series[0])).toEqual([]);
    expect(present(series[1])).not.toEqual([]);
  };
  await bench.keeper.stop();
  await bench.reopen();
  await gone();
  await bench.run(HOUR, () => ({ 'probe.up:x': 1 }), MINUTE);
  expect(present((await bench.query(['probe.up:x'], 2 * DAY, 10)).series[0]).map(({ n }) => n)).toEqual([60]);
});

test('more metrics than can be kept are refused, and that is said once', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  for (let i = 0; i < MOST_METRICS + 5; i++) bench.keeper.record(`app.value:many/${i}`, i);
  expect(bench.keeper.known()).toHaveLength(MOST_METRICS);
  expect(bench.codes).toEqual(['INVALID_INPUT']);
});

test('a stopped keeper takes nothing more and answers nothing', async () => {
  const bench = await Bench.open('2026-03-02T00:00:00Z');
  await bench.run(MINUTE, () => ({ 'cpu.busy': 0.5 }));
  await bench.keeper.stop();
  bench.keeper.record('cpu.busy', 1);
  expect(bench.keeper.latest('cpu.busy')?.value).toBe(0.5);
  await expect(bench.query(['cpu.busy'], HOUR)).rejects.toMatchObject({ code: 'CANCELLED' });
  await bench.keeper.stop();
  expect(readdirSync(join(bench.folder, 'record'))).toEqual(['minute-2026-03-02.jsonl']);
});
