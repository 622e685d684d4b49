import type { ErrorView } from '@shared/errors';
import type { ProbeConfig, ProbeResult, ProbeStatus } from '@shared/monitoring';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HoldfastError } from '../../../electron/errors/holdfast-error';
import type { MinutePoint } from '../../../electron/metrics/types';
import { createProbes, type ProbesOptions } from '../../../electron/probes/probes';
import type { ProbesTable } from '../../../electron/store/probes';
import { scratchStore, thrownBy } from '../store/fixture';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 4, 1) }));
afterEach(() => void vi.useRealTimers());

const shop: ProbeConfig = {
  kind: 'tcp',
  name: 'shop',
  enabled: true,
  intervalSeconds: 60,
  timeoutMs: 1000,
  failuresOfThree: 2,
  severity: 'HIGH',
  host: 'shop.internal',
  port: 443,
};
const refused: ErrorView = {
  code: 'CONNECTION_REFUSED',
  severity: 'MEDIUM',
  retryable: true,
  params: { host: 'shop.internal', port: 443 },
  detail: '',
};

/** Probes whose tries take `tookMs` and end as `outcome` says. */
function scene(change: Partial<ProbesOptions> = {}, table: ProbesTable = scratchStore().probes) {
  const seen = {
    outcome: true as boolean | ErrorView,
    tookMs: 100,
    tries: [] as number[],
    underWay: 0,
    mostUnderWay: 0,
    records: [] as [string, number][],
    verdicts: [] as ProbeStatus['state'][],
    errors: [] as HoldfastError[],
    writes: vi.spyOn(table, 'setVerdict'),
  };
  const probes = createProbes({
    table,
    sink: {
      record: (key, value) => void seen.records.push([key, value]),
      observe: () => undefined,
      merge: () => undefined,
    },
    availability: () => Promise.resolve(null),
    minutes: () => Promise.resolve([]),
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    random: () => 0.5,
    onChange: () => undefined,
    onVerdict: (status) => void seen.verdicts.push(status.state),
    onResult: () => undefined,
    onRemoved: () => undefined,
    report: (error) => void seen.errors.push(error),
    run: async (_, environment): Promise<ProbeResult> => {
      const atMs = Date.now();
      seen.tries.push(atMs);
      seen.mostUnderWay = Math.max(seen.mostUnderWay, ++seen.underWay);
      await new Promise<void>((done) => {
        setTimeout(done, seen.tookMs);
        environment?.signal?.addEventListener('abort', () => done());
      });
      seen.underWay--;
      const ok = seen.outcome === true;
      const error = ok ? null : seen.outcome === false ? refused : (seen.outcome as ErrorView);
      return { atMs, ok, timeMs: seen.tookMs, certificateDays: null, error };
    },
    ...change,
  });
  return { probes, seen, table };
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const only = (probes: { list(): ProbeStatus[] }) => probes.list()[0]!;

test('a new probe is tried at once, then at its interval, counted from start to start', async () => {
  const { probes, seen } = scene();
  probes.start();
  const { id } = probes.save({ config: shop });
  expect(only(probes).state).toBe('unknown');
  seen.tookMs = 5000;
  await pass(130);
  expect(seen.tries.map((at) => at - seen.tries[0]!)).toEqual([0, 60_000, 120_000]);
  expect(only(probes)).toMatchObject({ state: 'up', sinceMs: seen.tries[0], last: { ok: true } });
  expect(seen.records.slice(0, 2)).toEqual([
    [`probe.up:${id}`, 1],
    [`probe.time:${id}`, 5000],
  ]);
  expect(seen.verdicts).toEqual(['up']);
});

test('down after two of three, retried sooner until that is clear, and up again', async () => {
  const { probes, seen } = scene();
  probes.start();
  const { id } = probes.save({ config: shop });
  await pass(59);
  seen.outcome = false;
  seen.records.length = 0;
  await pass(2);
  expect(only(probes)).toMatchObject({ state: 'up', last: { ok: false, error: refused } });
  await pass(10);
  expect(only(probes).state).toBe('down');
  // A failure took no time that would say anything.
  expect(seen.records).toEqual([
    [`probe.up:${id}`, 0],
    [`probe.up:${id}`, 0],
  ]);
  const settled = seen.tries.length;
  await pass(58);
  expect(seen.tries).toHaveLength(settled);
  seen.outcome = true;
  await pass(15);
  expect(only(probes).state).toBe('up');
  expect(seen.verdicts).toEqual(['up', 'down', 'up']);
  expect(seen.writes).toHaveBeenCalledTimes(3);
});

test('a thousand steady tries write nothing to the store', async () => {
  const { probes, seen } = scene();
  probes.start();
  probes.save({ config: { ...shop, intervalSeconds: 10 } });
  await pass(10_000);
  expect(seen.tries.length).toBeGreaterThan(990);
  expect(seen.writes).toHaveBeenCalledTimes(1);
  expect(only(probes).recent).toHaveLength(60);
});

test('many probes begin spread, and never more than eight at once', async () => {
  const { table } = scene();
  for (let n = 0; n < 40; n++) table.save(`p${n}`, shop, String(n).padStart(3));
  let seed = 0;
  const { probes, seen } = scene({ random: () => (seed = (seed + 0.37) % 1) }, table);
  seen.tookMs = 8000;
  probes.start();
  await pass(120);
  expect(seen.mostUnderWay).toBe(8);
  expect(new Set(seen.tries.slice(0, 8)).size).toBe(8);
  expect(probes.list().every(({ state }) => state === 'up')).toBe(true);
});

test('a try that takes longer than the interval is never overtaken by the next', async () => {
  const { probes, seen } = scene();
  probes.start();
  probes.save({ config: { ...shop, intervalSeconds: 10 } });
  seen.tookMs = 25_000;
  await pass(101);
  expect([seen.mostUnderWay, seen.tries.length]).toEqual([1, 5]);
});

test('verdict and error outlive a restart, and nobody is told again', async () => {
  const first = scene();
  first.probes.start();
  first.probes.save({ config: shop });
  first.seen.outcome = false;
  await pass(15);
  const before = only(first.probes);
  expect(before.state).toBe('down');
  await first.probes.stop();
  const second = scene({}, first.table);
  expect(only(second.probes)).toMatchObject({ state: 'down', sinceMs: before.sinceMs, last: { error: refused } });
  second.seen.outcome = false;
  second.probes.start();
  await pass(120);
  expect(second.seen.verdicts).toEqual([]);
  await second.probes.stop();
});

test('results from before a start are read from the record of minutes', async () => {
  const first = scene();
  first.probes.save({ config: shop });
  const nowMs = Date.now();
  const point = (agoMinutes: number, value: number): MinutePoint => ({
    atMs: nowMs - agoMinutes * 60_000,
    count: 1,
    min: value,
    avg: value,
    max: value,
  });
  const minutes = (key: string) =>
    Promise.resolve(
      key.startsWith('probe.up') ? [point(3, 1), point(2, 0), point(1, 1)] : [point(3, 40), point(1, 60)],
    );
  const { probes } = scene({ minutes }, first.table);
  probes.start();
  await pass(31);
  expect(only(probes).recent.map(({ ok, timeMs }) => [ok, timeMs])).toEqual([
    [true, 40],
    [false, 0],
    [true, 60],
    [true, 100],
  ]);
  expect(only(probes).availability.day).toBe(0.75);
});

test('availability is asked for at most once a minute, and told when it came', async () => {
  let asked = 0;
  const changes: number[] = [];
  const { probes } = scene({
    availability: (_, fromMs, toMs) => {
      asked++;
      return Promise.resolve((toMs - fromMs) / (30 * 86_400_000));
    },
    onChange: () => void changes.push(asked),
  });
  probes.save({ config: { ...shop, enabled: false } });
  expect(only(probes).availability).toEqual({ day: null, week: null, month: null });
  await pass(0);
  expect(only(probes).availability).toEqual({ day: 1 / 30, week: 7 / 30, month: 1 });
  expect(changes).toEqual([0, 3]);
  await pass(59);
  probes.list();
  expect(asked).toBe(3);
  await pass(2);
  probes.list();
  await pass(0);
  expect([asked, changes.length]).toEqual([6, 2]);
});

test('a paused probe is neither up nor down and is not tried', async () => {
  const { probes, seen } = scene();
  probes.start();
  const { id } = probes.save({ config: shop });
  await pass(1);
  expect(probes.save({ id, config: { ...shop, enabled: false } })).toMatchObject({ state: 'paused', sinceMs: null });
  const { length } = seen.tries;
  await pass(300);
  expect(seen.tries).toHaveLength(length);
  expect(probes.save({ id, config: shop }).state).toBe('unknown');
  await pass(1);
  expect(seen.verdicts).toEqual(['up', 'paused', 'unknown', 'up']);
});

test('another address is another question: what was known is forgotten; another name is not', async () => {
  const { probes, table } = scene();
  probes.start();
  const { id } = probes.save({ config: shop });
  await pass(1);
  expect(probes.save({ id, config: { ...shop, name: 'store', intervalSeconds: 30 } }).state).toBe('up');
  expect(probes.save({ id, config: { ...shop, port: 80 } })).toMatchObject({
    state: 'unknown',
    last: null,
    recent: [],
  });
  expect(table.get(id)?.verdict).toBeNull();
});

test('a try that began before a change, a removal or a sleep does not count', async () => {
  const { probes, seen } = scene();
  probes.start();
  const { id } = probes.save({ config: shop });
  seen.tookMs = 30_000;
  seen.outcome = false;
  await pass(1);
  probes.save({ id, config: { ...shop, host: 'other' } });
  await pass(1);
  expect(seen.records).toEqual([]);
  probes.resumed(3_600_000);
  await pass(1);
  probes.remove(id);
  await pass(60);
  expect(seen.records).toEqual([]);
  expect(seen.underWay).toBe(0);
  expect(probes.list()).toEqual([]);
});

test('after sleep: no verdict from what was before, and the next tries wait a moment, spread', async () => {
  const { table } = scene();
  for (const id of ['a', 'b', 'c']) table.save(id, { ...shop, intervalSeconds: 3600 }, id);
  let turn = 0;
  const { probes, seen } = scene({ random: () => (turn++ % 3) / 3 }, table);
  probes.start();
  await pass(20);
  seen.outcome = false;
  seen.tries.length = 0;
  probes.resumed(8 * 3_600_000);
  await pass(4);
  expect(seen.tries).toEqual([]);
  await pass(13);
  expect(new Set(seen.tries).size).toBe(3);
  await pass(30);
  // The network is back only now.
  expect(probes.list().map(({ state, last }) => [state, last?.ok])).toEqual([1, 2, 3].map(() => ['up', true]));
  seen.outcome = true;
  await pass(30);
  expect(seen.verdicts).toEqual(['up', 'up', 'up']);
  seen.outcome = false;
  await pass(3700);
  expect(seen.verdicts.slice(3)).toEqual(['down', 'down', 'down']);
});

test('one failure before the sleep and one after it are not two in a row', async () => {
  const { probes, seen } = scene();
  probes.start();
  probes.save({ config: shop });
  await pass(59);
  seen.outcome = false;
  await pass(2);
  probes.resumed(60_000);
  const failures = () => seen.records.filter(([key, value]) => key.startsWith('probe.up') && value === 0).length;
  await pass(60);
  expect([only(probes).state, failures()]).toEqual(['up', 1]);
  await pass(10);
  expect([only(probes).state, failures()]).toEqual(['up', 2]);
  await pass(10);
  expect([only(probes).state, failures()]).toEqual(['down', 3]);
});

test('a fault inside is reported, and the probe goes on', async () => {
  let broken = true;
  const { probes, seen } = scene({
    onResult: () => {
      if (broken) throw new TypeError('broken');
    },
  });
  probes.start();
  probes.save({ config: shop });
  await pass(1);
  expect(seen.errors.map(({ code }) => code)).toEqual(['INTERNAL']);
  broken = false;
  await pass(60);
  expect(seen.tries).toHaveLength(2);
  seen.outcome = { ...refused, code: 'INTERNAL', detail: 'a stack' };
  await pass(60);
  expect(seen.errors.at(-1)?.detail).toBe('a stack');
});

test('unknown ids are named; nothing is tried before the start or after the end', async () => {
  const { probes, seen } = scene();
  expect(thrownBy(() => probes.remove('none')).code).toBe('ITEM_UNKNOWN');
  expect(thrownBy(() => probes.save({ id: 'none', config: shop })).code).toBe('ITEM_UNKNOWN');
  probes.save({ config: shop });
  await pass(60);
  expect(seen.tries).toEqual([]);
  probes.start();
  seen.tookMs = 50_000;
  await pass(31);
  const trying = probes.tryOnce(shop);
  await probes.stop();
  await trying;
  expect([seen.tries.length, seen.underWay]).toEqual([2, 0]);
  await pass(300);
  expect([seen.tries.length, seen.records.length]).toEqual([2, 0]);
});
