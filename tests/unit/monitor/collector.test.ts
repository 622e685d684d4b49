import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { MetricGap, MetricReading } from '@shared/metrics';
import { parseMetricKey } from '@shared/metrics';
import type { MetricSample } from '@shared/models';
import { afterEach, expect, test, vi } from 'vitest';
import { type Clocks, SYSTEM_CLOCKS } from '../../../electron/monitor/clock';
import { type Collector, type CollectorOptions, createCollector } from '../../../electron/monitor/collector';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Seen {
  readings: MetricReading[];
  samples: MetricSample[];
  gaps: MetricGap[];
  wakes: number[];
  reported: string[];
}
function collect(change: Partial<CollectorOptions> = {}): Seen & { collector: Collector } {
  const seen: Seen = { readings: [], samples: [], gaps: [], wakes: [], reported: [] };
  let values: Record<string, number> = {};
  let afterGap = false;
  const collector = createCollector({
    keeper: {
      record: (key, value) => void (values[key] = value),
      endTick: (atMs) => {
        const reading = { atMs, afterGap, values };
        values = {};
        afterGap = false;
        return reading;
      },
      markGap: (gap) => {
        afterGap = true;
        seen.gaps.push(gap);
      },
    },
    homePath: os.tmpdir(),
    watchedPaths: () => [],
    intervalMs: 100,
    gpu: () => true,
    launchMounts: null,
    onReading: (reading, sample) => {
      seen.readings.push(reading);
      seen.samples.push(sample);
    },
    onWake: (gapMs) => seen.wakes.push(gapMs),
    report: (error) => seen.reported.push(error.code),
    ...change,
  });
  ends.push(() => collector.stop());
  return { ...seen, collector };
}
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000 });

test('readings and samples are whole and in order', async () => {
  const { collector, readings, samples, gaps, reported } = collect();
  collector.start();
  collector.start();
  await until(() => readings.length >= 3);
  expect([reported, gaps]).toEqual([[], []]);
  expect(collector.samples()).toEqual(samples);
  expect(readings.map(({ atMs }) => atMs)).toEqual(readings.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  for (const { values } of readings) {
    for (const [key, value] of Object.entries(values)) {
      expect(parseMetricKey(key), key).not.toBeNull();
      expect(Number.isFinite(value), `${key} ${value}`).toBe(true);
      expect(value, key).toBeGreaterThanOrEqual(0);
    }
    expect(values['disk.free:/']).toBeLessThanOrEqual(values['disk.total:/'] ?? 0);
  }
  const names = new Set(Object.keys(readings.at(-1)?.values ?? {}).map((key) => key.split(':')[0]));
  const everywhere = [
    'cpu.busy',
    'memory.used',
    'memory.used-bytes',
    'disk.used',
    'own.cpu',
    'own.memory',
    'own.loop-p99',
    'own.loop-max',
  ];
  expect([...names]).toEqual(expect.arrayContaining(everywhere));
  for (const { cpuFraction, memoryUsedBytes, memoryTotalBytes, disks, own, at } of samples) {
    expect(Number.isFinite(Date.parse(at))).toBe(true);
    expect(cpuFraction).toBeGreaterThanOrEqual(0);
    expect(cpuFraction).toBeLessThanOrEqual(1);
    expect(memoryUsedBytes).toBeLessThanOrEqual(memoryTotalBytes);
    expect(Object.keys(disks[0] ?? {})).toEqual(['mount', 'usedBytes', 'totalBytes']);
    expect(own.memoryBytes).toBeGreaterThan(0);
    expect(own.loopDelayMaxMs).toBeGreaterThanOrEqual(0);
  }
});

test('what fails is reported once, and all else goes on', async () => {
  let broken = true;
  const { collector, readings, reported } = collect({
    ownPids: () => {
      if (broken) throw new Error('nobody knows');
      return [];
    },
  });
  collector.start();
  await until(() => readings.length >= 3);
  expect(reported).toEqual(['INTERNAL']);
  expect(readings.at(-1)?.values).toHaveProperty('cpu.busy');
  expect(readings.at(-1)?.values).not.toHaveProperty('own.memory');
  broken = false;
  await until(() => readings.at(-1)?.values['own.memory'] !== undefined);
  broken = true;
  await until(() => reported.length === 2);
});

test('somebody who watches makes a collector that rests quick', async () => {
  const { collector, readings } = collect({ intervalMs: 3_600_000 });
  collector.start();
  await until(() => readings.length === 1);
  collector.live(true);
  await until(() => readings.length >= 3);
});

test('a collector that was stopped takes no more', async () => {
  const { collector, readings } = collect();
  collector.start();
  await until(() => readings.length >= 2);
  collector.stop();
  collector.live(true);
  const count = readings.length;
  const other = collect();
  other.collector.start();
  await until(() => other.readings.length >= 5);
  expect(readings).toHaveLength(count);
});

/** A machine whose counters grow when the test says so, and clocks that jump. */
function stage() {
  const folder = mkdtempSync(join(os.tmpdir(), 'holdfast-stage-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys') };
  for (const path of ['proc/self', 'proc/net', 'proc/pressure', 'sys/block/vda'])
    mkdirSync(join(folder, path), { recursive: true });
  const grow = (to: number) => {
    const write = (path: string, text: string) => writeFileSync(join(roots.proc, path), text);
    write('stat', `cpu  ${to} 0 0 ${to} 0 0 0 0\n`);
    write('self/mountinfo', '1 0 254:0 / / rw - ext4 /dev/vda rw\n');
    write('meminfo', 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n');
    write('net/dev', `eth0: ${1 + to} 0 0 0 0 0 0 0 ${1 + to} 0\n`);
    write('diskstats', `1 0 vda 1 1 ${1 + to} 1 1 1 ${1 + to} 1\n`);
    write('pressure/cpu', `some avg10=0 total=${to}\n`);
  };
  const ahead = { wall: 0, monotonic: 0, boot: 0 };
  const clocks: Clocks = {
    wallMs: () => SYSTEM_CLOCKS.wallMs() + ahead.wall,
    monotonicMs: () => SYSTEM_CLOCKS.monotonicMs() + ahead.monotonic,
    sinceBootMs: () => SYSTEM_CLOCKS.monotonicMs() + ahead.boot,
  };
  grow(1_000);
  return { roots, clocks, grow, ahead };
}
const RATES = [
  'cpu.busy',
  'network.received:eth0',
  'network.sent:eth0',
  'disk.read:vda',
  'disk.write:vda',
  'pressure.cpu',
  'own.cpu',
];
const ratesIn = (reading: MetricReading | undefined) => RATES.filter((key) => reading?.values[key] !== undefined);

test.each<[string, Partial<Record<'wall' | 'monotonic' | 'boot', number>>]>([
  ['the monotonic clock rests (Linux)', { wall: 7_200_000, boot: 7_200_000 }],
  ['the monotonic clock goes on', { wall: 7_200_000, boot: 7_200_000, monotonic: 7_200_000 }],
])('two hours of sleep are one gap, and no rate spans it: %s', async (_what, jump) => {
  const { roots, clocks, grow, ahead } = stage();
  const { collector, readings, gaps, wakes, reported } = collect({ roots, clocks });
  collector.start();
  await until(() => readings.length >= 2);
  const before = readings.length;
  const beforeMs = clocks.wallMs();
  // As one step: no tick comes between.
  grow(9e12);
  Object.assign(ahead, jump);
  await until(() => readings.length >= before + 3);
  expect(gaps).toHaveLength(1);
  const [gap] = gaps;
  expect(gap?.reason).toBe('asleep');
  expect(gap?.fromMs).toBeLessThanOrEqual(beforeMs);
  expect(gap?.toMs).toBeGreaterThanOrEqual(beforeMs + 7_200_000);
  expect(wakes).toHaveLength(1);
  expect(wakes[0]).toBeGreaterThan(7_100_000);
  expect(wakes[0]).toBeLessThan(7_300_000);
  const [first, ...rest] = readings.slice(before);
  expect(first?.afterGap).toBe(true);
  expect(ratesIn(first)).toEqual([]);
  expect(first?.values['memory.used']).toBe(0.6);
  expect(rest.map(({ afterGap }) => afterGap)).not.toContain(true);
  expect(ratesIn(rest[0])).toEqual(expect.arrayContaining(['network.received:eth0', 'disk.write:vda', 'own.cpu']));
  expect(rest.map(({ values }) => values['network.received:eth0'])).toEqual(rest.map(() => 0));
  expect(reported).toEqual([]);
});

test('a clock that was set is a gap of its own kind: nobody woke, and rates go on', async () => {
  const { roots, clocks, ahead } = stage();
  const { collector, readings, gaps, wakes } = collect({ roots, clocks });
  collector.start();
  await until(() => readings.length >= 2);
  const before = readings.length;
  ahead.wall = -3_600_000;
  await until(() => readings.length > before);
  expect(gaps.map(({ reason, fromMs, toMs }) => [reason, toMs - fromMs])).toEqual([['clock-set', 0]]);
  ahead.wall = 3_600_000;
  await until(() => gaps.length === 2);
  expect(gaps[1]?.reason).toBe('clock-set');
  expect((gaps[1]?.toMs ?? 0) - (gaps[1]?.fromMs ?? 0)).toBeGreaterThanOrEqual(7_200_000);
  expect(wakes).toEqual([]);
  expect(readings.slice(before).every((reading) => ratesIn(reading).includes('network.received:eth0'))).toBe(true);
});

test('the folder of the backups is looked at, and the processes of the machine', async () => {
  const { collector } = collect();
  expect(await collector.folder(os.tmpdir())).toBe('usable');
  expect(await collector.folder(join(os.tmpdir(), 'holdfast-not-there'))).toBe('absent');
  expect(await collector.folder(process.execPath)).toBe('unusable');
  expect(collector.hungMounts()).toEqual([]);
  if (process.platform === 'linux') expect(await collector.topProcesses('memory', 3)).toHaveLength(3);
});

test.runIf(process.platform === 'linux')('no program is started for a tick', async () => {
  // Page faults of child processes that have ended: every program has some, so this tells even of the shortest.
  const endedChildren = () =>
    Number(
      readFileSync('/proc/self/stat', 'latin1')
        .replace(/^.*\) /, '')
        .split(' ')[8],
    );
  const before = endedChildren();
  const { collector, readings } = collect();
  collector.start();
  collector.live(true);
  await until(() => readings.length >= 5);
  expect(endedChildren()).toBe(before);
  execFileSync('true');
  expect(endedChildren()).toBeGreaterThan(before);
});
