import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MetricGap } from '@shared/metrics';
import { Bench, DAY, HOUR, MINUTE } from './fixture';

const cpu = () => ({ 'cpu.busy': 0.5 });
const at = (text: string) => Date.parse(text);
const gaps = async (bench: Bench, rangeMs: number): Promise<MetricGap[]> => (await bench.query([], rangeMs)).gaps;
const total = async (bench: Bench, fromMs: number, toMs: number) =>
  (await bench.keeper.minutes('cpu.busy', fromMs, toMs)).reduce((sum, { count }) => sum + count, 0);

test('sleep is a gap, in the answers and in the next reading, and one after a restart still', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, cpu);
  const fromMs = bench.nowMs;
  bench.nowMs += 2 * HOUR; // the clock that nobody can set stands still meanwhile
  bench.keeper.markGap({ fromMs, toMs: bench.nowMs, reason: 'asleep' });
  bench.keeper.record('cpu.busy', 0.5, bench.nowMs);
  expect(bench.keeper.endTick(bench.nowMs).afterGap).toBe(true);
  bench.pass(20_000);
  expect(bench.keeper.endTick(bench.nowMs).afterGap).toBe(false);
  await bench.run(5 * MINUTE, cpu);
  const asleep = { fromMs, toMs: fromMs + 2 * HOUR, reason: 'asleep' };
  expect(await gaps(bench, DAY)).toEqual([asleep]);
  await bench.keeper.stop();
  await bench.reopen();
  expect(await gaps(bench, DAY)).toEqual([asleep]);
  expect(await gaps(bench, 10 * DAY)).toEqual([asleep]);
});

test('sleep that is told after the first tick is no jump of the clock', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, cpu);
  const fromMs = bench.nowMs;
  bench.nowMs += 2 * HOUR;
  bench.keeper.endTick(bench.nowMs);
  bench.keeper.markGap({ fromMs, toMs: bench.nowMs, reason: 'asleep' });
  await bench.run(5 * MINUTE, cpu);
  expect((await gaps(bench, DAY)).map(({ reason }) => reason)).toEqual(['asleep']);
});

test('a clock set forward leaves a gap', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, cpu);
  const lastTick = bench.nowMs - 20_000;
  bench.nowMs += 3 * HOUR;
  const jumpedTo = bench.nowMs;
  await bench.run(5 * MINUTE, cpu);
  expect(await gaps(bench, DAY)).toEqual([{ fromMs: lastTick, toMs: jumpedTo, reason: 'clock-set' }]);
  expect(await total(bench, bench.nowMs - DAY, bench.nowMs)).toBe(30);
  expect(bench.keeper.readings().filter(({ afterGap }) => afterGap)).toHaveLength(1);
});

test.each([
  { by: '30 minutes', byMs: 30 * MINUTE },
  { by: 'five hours', byMs: 5 * HOUR },
  { by: 'three days', byMs: 3 * DAY },
])('after a clock set back by $by closed minutes are added to, never overwritten', async ({ byMs }) => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  const startMs = bench.nowMs;
  await bench.run(6 * HOUR, cpu, MINUTE);
  bench.nowMs -= byMs;
  const backAt = bench.nowMs;
  await bench.run(MINUTE, () => ({ 'cpu.busy': 0.75 }), MINUTE);
  await bench.run(19 * MINUTE, () => ({ 'cpu.busy': 0.75 }), MINUTE);
  expect(await gaps(bench, 12 * HOUR)).toEqual([
    { fromMs: backAt, toMs: startMs + 6 * HOUR - MINUTE, reason: 'clock-set' },
  ]);
  const counted = async () => total(bench, backAt, backAt + 20 * MINUTE);
  const twice = backAt >= startMs ? 40 : 20;
  expect(await counted()).toBe(twice);
  expect((await bench.keeper.minutes('cpu.busy', backAt, backAt + MINUTE))[0]).toMatchObject({ max: 0.75 });
  expect(bench.keeper.readings().every(({ atMs }) => atMs <= bench.nowMs)).toBe(true);
  expect(bench.keeper.window('cpu.busy', 10 * MINUTE, bench.nowMs)).toMatchObject({ last: 0.75, count: 10 });

  // The index and what is rolled up agree, once the time is reached again.
  bench.nowMs = startMs + 30 * HOUR;
  await bench.keeper.stop();
  await bench.reopen();
  expect(await counted()).toBe(twice);
  const fromMs = Math.min(backAt, startMs);
  const { series } = await bench.keeper.query({ keys: ['cpu.busy'], fromMs, toMs: bench.nowMs, points: 10 });
  expect(series[0]!.count.reduce((sum, n) => sum + n, 0)).toBe(360 + 20);
});

test('the time between the last record and a start is a gap when it is longer than two minutes', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, cpu);
  await bench.keeper.stop();
  const endMs = bench.nowMs;
  bench.pass(90_000);
  await bench.reopen();
  expect(await gaps(bench, 30 * MINUTE)).toEqual([]);
  await bench.keeper.stop();
  bench.pass(40 * DAY);
  await bench.reopen();
  await bench.run(MINUTE, cpu);
  expect(await gaps(bench, 60 * DAY)).toEqual([
    { fromMs: endMs, toMs: endMs + 90_000 + 40 * DAY, reason: 'not-running' },
  ]);
});

test('a process that was stopped for a while leaves a gap though no clock was set', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, cpu);
  bench.pass(10 * MINUTE);
  await bench.run(5 * MINUTE, cpu);
  expect((await gaps(bench, DAY)).map(({ reason }) => reason)).toEqual(['not-running']);
});

test('a value that comes late is added to its minute', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(90 * MINUTE, cpu);
  const late = at('2026-03-02T10:15:00Z');
  bench.keeper.record('cpu.busy', 0.99, late + 1_000);
  await bench.run(2 * MINUTE, cpu);
  expect(await bench.keeper.minutes('cpu.busy', late, late + MINUTE)).toEqual([
    { atMs: late, count: 4, min: 0.5, avg: 0.6225, max: 0.99 },
  ]);
  await bench.run(40 * MINUTE, cpu);
  const { series } = await bench.keeper.query({
    keys: ['cpu.busy'],
    fromMs: at('2026-03-02T10:00:00Z'),
    toMs: at('2026-03-02T11:00:00Z'),
    points: 1,
  });
  expect(series[0]).toMatchObject({ tier: '1h' });
  expect([series[0]!.count[0], series[0]!.max[0]]).toEqual([181, 0.99]);
});

test('gaps narrower than a bucket are not drawn', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  await bench.run(5 * MINUTE, cpu);
  bench.keeper.markGap({ fromMs: bench.nowMs, toMs: bench.nowMs + 3 * MINUTE, reason: 'asleep' });
  bench.pass(3 * MINUTE);
  await bench.run(5 * MINUTE, cpu);
  expect((await bench.query([], DAY, 1_200)).gaps).toHaveLength(1);
  expect((await bench.query([], DAY, 100)).gaps).toHaveLength(0);
});

test('a file that begins with a gap names its keys in the first line all the same', async () => {
  const bench = await Bench.open('2026-03-02T10:00:00Z');
  bench.keeper.markGap({ fromMs: bench.nowMs - HOUR, toMs: bench.nowMs, reason: 'asleep' });
  await bench.run(2 * MINUTE, cpu);
  await bench.keeper.settled();
  const lines = readFileSync(join(bench.folder, 'record', 'minute-2026-03-02.jsonl'), 'utf8').split('\n');
  expect(lines.slice(0, 3)).toEqual([
    '{"keys":[],"v":1}',
    `{"gap":[${at('2026-03-02T09:00:00Z')},${at('2026-03-02T10:00:00Z')}],"reason":"asleep"}`,
    '{"keys":["cpu.busy"],"v":1}',
  ]);
});
