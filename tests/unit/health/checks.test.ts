import type { HealthComponent, HealthStatus, MetricSample } from '@shared/models';
import { createTranslator } from '@shared/text';
import { expect, test } from 'vitest';
import { checkHealth, type DatabaseInput, type HealthInputs } from '../../../electron/health/checks';

const NOW_MS = Date.parse('2026-05-02T12:00:00Z');
const iso = (agoMs: number) => new Date(NOW_MS - agoMs).toISOString();
const HOUR_MS = 3_600_000;

const well: DatabaseInput = { problems: [], lastProvedAt: iso(2 * HOUR_MS), overdue: false, backingUp: false };
const GB = 1e9;

interface SampleChange {
  agoMs?: number;
  cpu?: number;
  memory?: number;
  disks?: MetricSample['disks'];
  p99?: number;
  max?: number;
}
const sample = ({ agoMs = 0, cpu = 0.1, memory = 0.5, disks, p99 = 1, max = 5 }: SampleChange = {}): MetricSample => ({
  at: iso(agoMs),
  cpuFraction: cpu,
  memoryUsedBytes: memory * 100,
  memoryTotalBytes: 100,
  swapUsedBytes: 0,
  swapTotalBytes: 0,
  disks: disks ?? [{ mount: '/', usedBytes: 50 * GB, totalBytes: 100 * GB }],
  own: { cpuFraction: 0, memoryBytes: 1, loopDelayP99Ms: p99, loopDelayMaxMs: max },
});

/** Ten minutes of samples every five seconds, oldest first. */
const tenMinutes = (change: (n: number) => SampleChange) =>
  Array.from({ length: 120 }, (_, n) => sample({ agoMs: (119 - n) * 5_000, ...change(n) }));

const inputs = (change: Partial<HealthInputs> = {}): HealthInputs => ({
  now: iso(0),
  databases: [well],
  backupFolder: 'usable',
  samples: [sample()],
  store: { fault: null, tookMs: 1 },
  before: [],
  ...change,
});
const before = (component: HealthComponent['component'], status: HealthStatus): HealthComponent[] => [
  { component, status, key: status, params: {}, observedValue: null, observedUnit: '', time: iso(0) },
];
const line = (component: HealthComponent['component'], change: Partial<HealthInputs>) =>
  checkHealth(inputs(change)).find((one) => one.component === component);

test('all is well: every component in its order, with its time and its text', () => {
  const lines = checkHealth(inputs());
  expect(lines.map((one) => one.component)).toEqual([
    'databases',
    'backups',
    'backup-folder',
    'disk',
    'memory',
    'cpu',
    'event-loop',
    'store',
  ]);
  const translate = createTranslator('en');
  for (const { status, key, time, component, params } of lines) {
    expect([status, key, time]).toEqual(['pass', 'pass', iso(0)]);
    expect(translate(`health.${component}.${key}`, params)).toMatch(/\.$/);
  }
});

test('what was not measured yet is not said to be well', () => {
  const lines = checkHealth(inputs({ samples: [], backupFolder: null, store: null }));
  expect(lines.map((one) => one.component)).toEqual(['databases', 'backups']);
});

test.each<[what: string, databases: DatabaseInput[], status: HealthStatus, key: string, value: number]>([
  ['none guarded', [], 'pass', 'none', 0],
  ['one with a small problem', [well, { ...well, problems: ['DATABASE_LOCKED'] }], 'warn', 'warn', 1],
  ['one that is gone', [well, { ...well, problems: ['IO_ERROR', 'DATABASE_MISSING'] }], 'fail', 'fail', 1],
  [
    'one that is damaged, one with a problem',
    [
      { ...well, problems: ['DATABASE_CORRUPT'] },
      { ...well, problems: ['DISK_FULL'] },
    ],
    'fail',
    'fail',
    2,
  ],
])('databases: %s', (_what, databases, status, key, observedValue) => {
  expect(line('databases', { databases })).toMatchObject({ status, key, observedValue, observedUnit: 'databases' });
});

const bare = { ...well, lastProvedAt: null };
test.each<[what: string, databases: DatabaseInput[], status: HealthStatus, key: string, hours: number | null]>([
  ['none guarded', [], 'pass', 'none', null],
  ['the oldest proof counts', [well, { ...well, lastProvedAt: iso(30 * HOUR_MS) }], 'pass', 'pass', 30],
  ['a proof from a clock that stood ahead', [{ ...well, lastProvedAt: iso(-HOUR_MS) }], 'pass', 'pass', 0],
  ['one overdue', [well, { ...well, overdue: true }], 'warn', 'warn', 2],
  ['one without any', [well, bare], 'fail', 'fail', 2],
  ['the first one is being taken', [{ ...bare, backingUp: true }], 'warn', 'none', null],
  ['one is being taken, another has none', [{ ...bare, backingUp: true }, bare], 'fail', 'fail', null],
  [
    'one is being taken, another is overdue',
    [
      { ...bare, backingUp: true },
      { ...well, overdue: true },
    ],
    'warn',
    'warn',
    2,
  ],
])('backups: %s', (_what, databases, status, key, observedValue) => {
  expect(line('backups', { databases })).toMatchObject({ status, key, observedValue, observedUnit: 'h' });
});

test.each([
  ['usable', [well], 'pass', 'pass'],
  ['absent', [], 'pass', 'absent'],
  ['absent', [bare], 'pass', 'absent'],
  ['absent', [bare, well], 'fail', 'gone'],
  ['unusable', [], 'fail', 'fail'],
] as const)('a backup folder that is %s with the backups of %o: %s', (backupFolder, databases, status, key) => {
  expect(line('backup-folder', { backupFolder, databases })).toMatchObject({ status, key });
});

const disk = (used: number, totalGb = 100) => ({
  mount: '/d',
  usedBytes: used * totalGb * GB,
  totalBytes: totalGb * GB,
});
test.each<[what: string, disks: MetricSample['disks'], was: HealthStatus, status: HealthStatus]>([
  ['89 %', [disk(0.89)], 'pass', 'pass'],
  ['90 %', [disk(0.9)], 'pass', 'warn'],
  ['81 % after it was fuller', [disk(0.81)], 'warn', 'warn'],
  ['79 % after it was fuller', [disk(0.79)], 'warn', 'pass'],
  ['98 % of a small disk', [disk(0.98)], 'warn', 'fail'],
  ['91 % after it was full', [disk(0.91, 50)], 'fail', 'fail'],
  ['89 % after it was full', [disk(0.89, 50)], 'fail', 'warn'],
  ['98 % of a disk with much room left', [disk(0.98, 1_000)], 'pass', 'warn'],
  ['the fullest counts', [disk(0.5), disk(0.99), disk(0.7)], 'pass', 'fail'],
  ['one that says nothing of itself', [disk(0.5), { mount: '/none', usedBytes: 0, totalBytes: 0 }], 'pass', 'pass'],
])('disk: %s', (_what, disks, was, status) => {
  expect(line('disk', { samples: [sample({ disks })], before: before('disk', was) })).toMatchObject({ status });
});

test('without any disk that answers there is no line', () => {
  expect(line('disk', { samples: [sample({ disks: [] })] })).toBeUndefined();
});

test.each<[used: number, was: HealthStatus, status: HealthStatus]>([
  [0.89, 'pass', 'pass'],
  [0.9, 'pass', 'warn'],
  [0.85, 'warn', 'warn'],
  [0.79, 'warn', 'pass'],
  [0.98, 'warn', 'fail'],
  [0.91, 'fail', 'fail'],
  [0.85, 'fail', 'warn'],
])('memory at %d after %s: %s', (memory, was, status) => {
  expect(line('memory', { samples: [sample({ memory })], before: before('memory', was) })).toMatchObject({
    status,
    observedValue: memory * 100,
    observedUnit: '%',
  });
});

test.each<[what: string, samples: MetricSample[], was: HealthStatus, status: HealthStatus, value: number]>([
  ['calm', tenMinutes(() => ({ cpu: 0.2 })), 'pass', 'pass', 20],
  ['busy', tenMinutes(() => ({ cpu: 0.86 })), 'pass', 'warn', 86],
  ['less busy than it was', tenMinutes(() => ({ cpu: 0.76 })), 'warn', 'warn', 76],
  ['calm after it was busy', tenMinutes(() => ({ cpu: 0.74 })), 'warn', 'pass', 74],
  ['full', tenMinutes(() => ({ cpu: 1 })), 'pass', 'fail', 100],
  ['a peak of a minute', tenMinutes((n) => ({ cpu: n >= 108 ? 1 : 0 })), 'pass', 'pass', 10.1],
  ['full since it was started a minute ago', tenMinutes(() => ({ cpu: 1 })).slice(-12), 'pass', 'pass', 100],
  ['the first sample', [sample({ cpu: 1 })], 'pass', 'pass', 100],
  [
    'asleep in between: the gap weighs nothing',
    [sample({ agoMs: 500_000, cpu: 0 }), sample({ agoMs: 5_000, cpu: 1 }), sample({ cpu: 0.5 })],
    'pass',
    'pass',
    50,
  ],
  [
    'quick samples weigh less than slow ones',
    [sample({ agoMs: 11_000 }), sample({ agoMs: 1_000, cpu: 0.2 }), sample({ cpu: 1 })],
    'pass',
    'pass',
    27.3,
  ],
])('processor: %s', (_what, samples, was, status, observedValue) => {
  expect(line('cpu', { samples, before: before('cpu', was) })).toMatchObject({ status, observedValue });
});

test.each<[what: string, samples: MetricSample[], was: HealthStatus, status: HealthStatus, value: number]>([
  ['quick', [sample({ p99: 3, max: 90 })], 'pass', 'pass', 3],
  ['slow', [sample({ agoMs: 5_000, p99: 100 }), sample()], 'pass', 'warn', 100],
  ['less slow than it was', [sample({ p99: 60 })], 'warn', 'warn', 60],
  ['quick again', [sample({ p99: 49 })], 'warn', 'pass', 49],
  ['hanging', [sample({ p99: 1_500 })], 'pass', 'fail', 1_500],
  ['longer than a minute ago', [sample({ agoMs: 61_000, p99: 5_000 }), sample()], 'pass', 'pass', 1],
])('responsiveness: %s', (_what, samples, was, status, observedValue) => {
  expect(line('event-loop', { samples, before: before('event-loop', was) })).toMatchObject({ status, observedValue });
});

test('a loop that has not been sampled for a minute says nothing', () => {
  expect(line('event-loop', { samples: [sample({ agoMs: 61_000 })] })).toBeUndefined();
});

test.each<[what: string, store: HealthInputs['store'], was: HealthStatus, status: HealthStatus]>([
  ['well', { fault: null, tookMs: 249 }, 'pass', 'pass'],
  ['slow', { fault: null, tookMs: 250 }, 'pass', 'warn'],
  ['still slow', { fault: null, tookMs: 120 }, 'warn', 'warn'],
  ['quick again', { fault: null, tookMs: 99 }, 'warn', 'pass'],
  ['damaged', { fault: 'page 3 is gone', tookMs: 1 }, 'pass', 'fail'],
])('store: %s', (_what, store, was, status) => {
  expect(line('store', { store, before: before('store', was) })).toMatchObject({ status, key: status });
});
