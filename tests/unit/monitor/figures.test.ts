import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { busyFraction, CpuReader, parseProcStat } from '../../../electron/monitor/cpu';
import { DEAD_AFTER_MS, type DiskFigures, DiskWatch, lookAtDisk } from '../../../electron/monitor/disks';
import { MemoryReader, parseMeminfo } from '../../../electron/monitor/memory';

test.each([
  ['all columns', 'cpu  100 20 30 1000 50 1 2 3 40 0\ncpu0 9 9 9 9\n', { busy: 156, total: 1206 }],
  ['an old kernel', 'cpu  100 20 30 1000\n', { busy: 150, total: 1150 }],
  ['no cpu line', 'intr 5\n', null],
  ['a line that is cut', 'cpu  100 20', null],
  ['words', 'cpu  a b c d', null],
  ['nothing', '', null],
])('processor counters from %s', (_what, text, expected) => {
  expect(parseProcStat(text)).toEqual(expected);
});

test.each([
  ['half', { busy: 10, total: 100 }, { busy: 15, total: 110 }, 0.5],
  ['idle', { busy: 10, total: 100 }, { busy: 10, total: 110 }, 0],
  ['no time between', { busy: 10, total: 100 }, { busy: 10, total: 100 }, null],
  ['counters that were reset', { busy: 10, total: 100 }, { busy: 1, total: 10 }, null],
  ['busy that goes back', { busy: 10, total: 100 }, { busy: 9, total: 110 }, 0],
])('busy share: %s', (_what, before, after, expected) => {
  expect(busyFraction(before, after)).toBe(expected);
});

test.each([
  [
    'caches are not in use',
    'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    700 kB\nSwapTotal:       500 kB\nSwapFree:        400 kB\n',
    { usedBytes: 300 * 1024, totalBytes: 1000 * 1024, swapUsedBytes: 100 * 1024, swapTotalBytes: 500 * 1024 },
  ],
  [
    'no swap',
    'MemTotal:       1000 kB\nMemAvailable:    700 kB\n',
    { usedBytes: 300 * 1024, totalBytes: 1000 * 1024, swapUsedBytes: 0, swapTotalBytes: 0 },
  ],
  ['a kernel that does not say what is available', 'MemTotal:       1000 kB\nMemFree:         100 kB\n', null],
  ['nothing', '', null],
])('memory: %s', (_what, text, expected) => {
  expect(parseMeminfo(text)).toEqual(expected);
});

test('this machine has processors and memory', async () => {
  const reader = new CpuReader();
  const cpu = reader.times();
  expect(reader.read()).toBeNull();
  const share = await vi.waitFor(() => {
    const busy = reader.read();
    expect(busy).not.toBeNull();
    return busy;
  });
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
  expect(cpu.total).toBeGreaterThan(cpu.busy);
  expect(cpu.busy).toBeGreaterThan(0);
  const memory = await new MemoryReader().read();
  expect(memory?.totalBytes).toBeGreaterThan(memory?.usedBytes ?? Number.POSITIVE_INFINITY);
  expect(memory?.usedBytes).toBeGreaterThan(0);
});

test('a real disk: the device and top of the folder, also for a folder that does not exist yet', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'holdfast-disk-'));
  try {
    mkdirSync(join(folder, 'a'));
    const found = await lookAtDisk(join(folder, 'a'));
    expect(found.device).toBe(String(statSync(folder).dev));
    expect(String(statSync(found.mount).dev)).toBe(found.device);
    expect(folder.startsWith(found.mount)).toBe(true);
    expect(found.totalBytes).toBeGreaterThanOrEqual(found.usedBytes);
    const absent = await lookAtDisk(join(folder, 'not', 'yet'));
    expect([absent.mount, absent.device]).toEqual([found.mount, found.device]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// A local disk that hangs cannot be had in a test: the look is the one part that is stood in for.
const disk = (device: number): DiskFigures => ({
  mount: `/m${device}`,
  device: String(device),
  usedBytes: 1,
  totalBytes: 2,
});
const mounts = (disks: DiskFigures[]) => disks.map(({ mount }) => mount);

test('paths on one disk are one disk, in the order of the paths', async () => {
  const watch = new DiskWatch((path) => Promise.resolve(disk(path === '/other' ? 2 : 1)));
  expect(mounts(await watch.read(['/home', '/other', '/home/backups', '/home']))).toEqual(['/m1', '/m2']);
});

test('many paths are all looked at', async () => {
  const watch = new DiskWatch((path) => Promise.resolve(disk(Number(path))));
  expect(await watch.read(['1', '2', '3', '4', '5'])).toHaveLength(5);
});

test('a mount that stops answering is left out after its time and asked once, until it answers again', async () => {
  let nowMs = 0;
  let hanging = false;
  let asked = 0;
  let answer: (figures: DiskFigures) => void = () => {};
  const watch = new DiskWatch(
    (path) => {
      if (path === '/home') return Promise.resolve(disk(1));
      asked += 1;
      return hanging ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(disk(2));
    },
    0,
    () => nowMs,
  );
  const read = async () => mounts(await watch.read(['/nas', '/home']));
  // Without grace an answer is in the sample after the one that asked.
  await read();
  expect(await read()).toEqual(['/m2', '/m1']);
  hanging = true;
  const before = asked;
  expect(await read()).toEqual(['/m2', '/m1']);
  nowMs = DEAD_AFTER_MS;
  expect(await read()).toEqual(['/m2', '/m1']);
  nowMs = DEAD_AFTER_MS + 1;
  expect(await read()).toEqual(['/m1']);
  expect(await read()).toEqual(['/m1']);
  expect(asked - before).toBe(1);
  hanging = false;
  answer(disk(2));
  await read();
  expect(await read()).toEqual(['/m2', '/m1']);
});

test('dead mounts that pile up do not take all threads', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const watch = new DiskWatch(
    (path) => {
      asked.push(path);
      return new Promise(() => {});
    },
    0,
    () => nowMs,
  );
  for (const path of ['/a', '/b', '/c', '/d']) {
    await watch.read([path]);
    nowMs += DEAD_AFTER_MS + 1;
  }
  expect(asked).toEqual(['/a', '/b']);
});

test('a disk that is gone has no figures', async () => {
  let gone = false;
  const watch = new DiskWatch(() => (gone ? Promise.reject(new Error('ENODEV')) : Promise.resolve(disk(1))));
  expect(await watch.read(['/a'])).toHaveLength(1);
  gone = true;
  expect(await watch.read(['/a'])).toEqual([]);
});
