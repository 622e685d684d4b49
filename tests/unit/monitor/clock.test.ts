import { expect, test } from 'vitest';
import { breakBetween, momentOf, SYSTEM_CLOCKS } from '../../../electron/monitor/clock';

const HOUR = 3_600_000;
const START = { wallMs: 1_000_000_000, monotonicMs: 50_000, sinceBootMs: 80_000 };
const after = (wall: number, monotonic: number, boot: number) => ({
  wallMs: START.wallMs + wall,
  monotonicMs: START.monotonicMs + monotonic,
  sinceBootMs: START.sinceBootMs + boot,
});
const judge = (wall: number, monotonic: number, boot: number) =>
  breakBetween(START, after(wall, monotonic, boot), START.monotonicMs + 5_000, 5_000);

test.each<[string, [number, number, number]]>([
  ['a tick in time', [5_000, 5_001, 5_000]],
  ['a busy machine', [19_000, 19_000, 19_000]],
  ['time since boot in whole seconds', [5_000, 5_000, 6_000]],
  ['a time service at work', [7_000, 5_000, 5_000]],
])('no gap: %s', (_what, passed) => {
  expect(judge(...passed)).toBeNull();
});

test.each<[string, [number, number, number], number]>([
  ['two hours of sleep, monotonic clock at rest', [2 * HOUR + 5_000, 5_000, 2 * HOUR + 5_000], 2 * HOUR],
  ['two hours of sleep, monotonic clock going on', [2 * HOUR + 5_000, 2 * HOUR + 5_000, 2 * HOUR + 5_000], 2 * HOUR],
  ['a stopped process', [65_000, 65_000, 65_000], 60_000],
  ['sleep, and a clock that was set back meanwhile', [-HOUR, 5_000, HOUR + 5_000], HOUR],
])('asleep: %s', (_what, passed, lostMs) => {
  const found = judge(...passed);
  expect(found?.gap.reason).toBe('asleep');
  expect(found?.gap.toMs).toBe(START.wallMs + passed[0]);
  expect(found?.gap.fromMs).toBe(START.wallMs + Math.min(0, passed[0]));
  expect(found?.lostMs).toBe(lostMs);
});

test('a clock that was set forward leaves a gap, one that was set back a mark', () => {
  const { wallMs } = START;
  const gap = (fromMs: number, toMs: number) => ({ gap: { fromMs, toMs, reason: 'clock-set' }, lostMs: 0 });
  expect(judge(HOUR, 5_000, 5_000)).toEqual(gap(wallMs, wallMs + HOUR));
  expect(judge(-HOUR, 5_000, 5_000)).toEqual(gap(wallMs - HOUR, wallMs - HOUR));
});

test('the clocks of this machine go together', async () => {
  const before = momentOf(SYSTEM_CLOCKS);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const now = momentOf(SYSTEM_CLOCKS);
  expect(breakBetween(before, now, before.monotonicMs, 60_000)).toBeNull();
  expect(now.monotonicMs).toBeGreaterThan(before.monotonicMs);
});
