import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DiskIoReader, parseDiskstats } from '../../../electron/monitor/disk-io';
import { NetworkReader, parseNetDev } from '../../../electron/monitor/network';
import { parsePressure, PressureReader } from '../../../electron/monitor/pressure';
import { KernelFile, kernelUnits, parseAuxiliaryVector } from '../../../electron/monitor/proc';
import { CounterRates } from '../../../electron/monitor/rates';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function kernel() {
  const folder = mkdtempSync(join(os.tmpdir(), 'holdfast-kernel-'));
  folders.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  return { roots: { proc: join(folder, 'proc'), sys: join(folder, 'sys') }, write };
}

const looks = (...values: [atMs: number, counters: Record<string, number>][]) => {
  const rates = new CounterRates();
  return values.map(([atMs, counters]) => Object.fromEntries(rates.perSecond(new Map(Object.entries(counters)), atMs)));
};

test.each<[string, [number, Record<string, number>][], Record<string, number>[]]>([
  [
    'growth a second',
    [
      [0, { a: 100 }],
      [2_000, { a: 700 }],
    ],
    [{}, { a: 300 }],
  ],
  [
    'a counter that stands still',
    [
      [0, { a: 5 }],
      [1_000, { a: 5 }],
    ],
    [{}, { a: 0 }],
  ],
  [
    '32 bits that wrap',
    [
      [0, { a: 4_294_967_000 }],
      [1_000, { a: 200 }],
      [2_000, { a: 300 }],
    ],
    [{}, {}, { a: 100 }],
  ],
  [
    'a reset',
    [
      [0, { a: 9e12 }],
      [1_000, { a: 0 }],
      [2_000, { a: 10 }],
    ],
    [{}, {}, { a: 10 }],
  ],
  [
    'a new device with a history',
    [
      [0, { a: 1 }],
      [1_000, { a: 1, b: 9e12 }],
      [2_000, { a: 1, b: 9e12 }],
    ],
    [{}, { a: 0 }, { a: 0, b: 0 }],
  ],
  [
    'a device that was away',
    [
      [0, { a: 10 }],
      [1_000, {}],
      [2_000, { a: 9e12 }],
    ],
    [{}, {}, {}],
  ],
  [
    'two looks in one moment',
    [
      [0, { a: 0 }],
      [1, { a: 1e9 }],
      [1_000, { a: 2e9 }],
    ],
    [{}, {}, { a: 2e9 }],
  ],
  [
    'a clock that stands',
    [
      [5, { a: 0 }],
      [5, { a: 10 }],
    ],
    [{}, {}],
  ],
])('rates: %s', (_what, given, expected) => {
  expect(looks(...given)).toEqual(expected);
});

test('no rate spans a restart', () => {
  const rates = new CounterRates();
  rates.perSecond(new Map([['a', 1]]), 0);
  rates.restart();
  expect([...rates.perSecond(new Map([['a', 1e12]]), 1_000)]).toEqual([]);
  expect([...rates.perSecond(new Map([['a', 1e12 + 5]]), 2_000)]).toEqual([['a', 5]]);
});

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0: 484211612   12060    0    0    0     0          0         0  1196405    8699    0    0    0     0       0          0
  eth1:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
wlp2s0:123 1 0 0 0 0 0 0 456 1 0 0 0 0 0 0
   wg0:    10       1    0    0    0     0          0         0       20       1    0    0    0     0       0          0
docker0: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0
br-1f2e: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0
virbr0: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0
vethab12: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0
`;

test('real interfaces that carried something, also without a blank after the colon', () => {
  expect(parseNetDev(NET_DEV)).toEqual([
    { name: 'eth0', received: 484211612, sent: 1196405 },
    { name: 'wlp2s0', received: 123, sent: 456 },
    { name: 'wg0', received: 10, sent: 20 },
  ]);
  expect(parseNetDev('')).toEqual([]);
});

test('traffic of an interface, read again and again from one open file', () => {
  const { roots, write } = kernel();
  const line = (received: number, sent: number) => `  eth0: ${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`;
  write('proc/net/dev', line(1_000, 50));
  const reader = new NetworkReader(roots.proc);
  expect(reader.read(0)).toEqual([]);
  write('proc/net/dev', line(3_000, 150));
  expect(reader.read(1_000)).toEqual([{ name: 'eth0', receivedPerSecond: 2_000, sentPerSecond: 100 }]);
  reader.close();
});

const DISKSTATS = `   7       0 loop0 9 9 9 9 9 9 9 9 0 9 9
 254       0 vda 62061 14530 3541746 22313 9778 62037 4466072 12391 0 8728 35131 4121 50 161896 377 890 49
 254       1 vda1 1 1 8 1 1 1 8 1 0 1 1
 253       0 zram0 9 9 9 9 9 9 9 9 0 9 9
 252       0 dm-0 9 9 9 9 9 9 9 9 0 9 9
   9       0 md0 9 9 9 9 9 9 9 9 0 9 9
 259       0 nvme0n1 1 0 100 1 1 0 200 1 0 1 1
   8      16 sdb 0 0 0 0 0 0 0 0 0 0 0
 104       0 cciss/c0d0 1 0 2 1 1 0 4 1 0 1 1
`;

test('disks and partitions that were used, without what stands on them', () => {
  expect(parseDiskstats(DISKSTATS)).toEqual([
    { device: 'vda', read: 3541746 * 512, written: 4466072 * 512 },
    { device: 'vda1', read: 8 * 512, written: 8 * 512 },
    { device: 'nvme0n1', read: 100 * 512, written: 200 * 512 },
    { device: 'cciss/c0d0', read: 2 * 512, written: 4 * 512 },
  ]);
});

test('activity is told of whole disks', () => {
  const { roots, write } = kernel();
  for (const disk of ['vda', 'nvme0n1', 'cciss!c0d0']) write(`sys/block/${disk}/size`, '1');
  write('proc/diskstats', DISKSTATS);
  const reader = new DiskIoReader(roots);
  expect(reader.read(0)).toEqual([]);
  write('proc/diskstats', DISKSTATS.replace('nvme0n1 1 0 100 1 1 0 200', 'nvme0n1 1 0 102 1 1 0 208'));
  expect(reader.read(2_000)).toEqual([
    { device: 'vda', readPerSecond: 0, writtenPerSecond: 0 },
    { device: 'nvme0n1', readPerSecond: 512, writtenPerSecond: 2_048 },
    { device: 'cciss/c0d0', readPerSecond: 0, writtenPerSecond: 0 },
  ]);
  reader.close();
});

test('pressure is a share of the time, and absent where the kernel has none', () => {
  const { roots, write } = kernel();
  const text = (some: number) =>
    `some avg10=0.25 avg60=0.63 avg300=0.47 total=${some}\nfull avg10=0.00 avg60=0 avg300=0 total=7\n`;
  write('proc/pressure/cpu', text(1_000_000));
  const reader = new PressureReader(roots.proc);
  expect([...reader.read(0)]).toEqual([]);
  write('proc/pressure/cpu', text(1_500_000));
  expect([...reader.read(2_000)]).toEqual([['cpu', 0.25]]);
  write('proc/pressure/cpu', text(9_500_000));
  expect([...reader.read(4_000)]).toEqual([['cpu', 1]]);
  reader.close();
  expect([...new PressureReader(join(roots.proc, 'none')).read(0)]).toEqual([]);
  expect(parsePressure('full avg10=0.00 total=7\n')).toBeNull();
});

test('a file of the kernel longer than one piece is read whole', () => {
  const { roots, write } = kernel();
  const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index}`).join('\n');
  write('proc/long', lines);
  const file = new KernelFile(join(roots.proc, 'long'));
  expect(file.read()).toBe(lines);
  write('proc/long', 'short now');
  expect(file.read()).toBe('short now');
  file.close();
  const start = new KernelFile(join(roots.proc, 'long'), 5);
  expect(start.read()).toBe('short');
  start.close();
});

test('units of this kernel, and of one that differs', () => {
  const pairs = (...values: [number, number][]) => {
    const vector = Buffer.alloc(values.length * 16);
    for (const [index, [key, value]] of values.entries()) {
      const write = (number: number, at: number) =>
        os.endianness() === 'LE'
          ? vector.writeBigUInt64LE(BigInt(number), at)
          : vector.writeBigUInt64BE(BigInt(number), at);
      write(key, index * 16);
      write(value, index * 16 + 8);
    }
    return vector;
  };
  expect(parseAuxiliaryVector(pairs([16, 7], [6, 65_536], [17, 250], [0, 0]))).toEqual({
    pageBytes: 65_536,
    tickMs: 4,
  });
  expect(parseAuxiliaryVector(pairs([0, 0]))).toEqual({ pageBytes: 4_096, tickMs: 10 });
  expect(kernelUnits().pageBytes % 1_024).toBe(0);
});
