import { expect, test } from 'vitest';
import { listMetrics, type MetricNames } from '../../../electron/core/metric-list';

const NAMES = {
  probes: [{ id: 'p', config: { name: 'Shop' } }],
  business: [{ id: 'b', config: { name: 'Approval rate', unit: 'fraction', unitLabel: '' } }],
  dataRules: [{ id: 'r', config: { name: 'Negative views' } }],
  databases: [{ id: 'd', name: 'orders' }],
  scrapes: [{ id: 's', name: 'node' }],
} as unknown as MetricNames;

const list = (...keys: string[]) =>
  listMetrics(
    keys.map((key) => ({ key, lastValue: 1, lastAtMs: 5 })),
    NAMES,
  );

test('subjects are called by the names that people gave', () => {
  const labels = list(
    ...['probe.time:p', 'business.value:b', 'data.rule-violations:r', 'backup.age:d', 'app.up:s', 'disk.used:/srv'],
    'cpu.busy',
  );
  expect(labels.map(({ subjectLabel }) => subjectLabel)).toEqual([
    'Shop',
    'Approval rate',
    'Negative views',
    'orders',
    'node',
    '/srv',
    null,
  ]);
});

test('a business figure has the unit that it was given', () => {
  expect(list('business.value:b')[0]).toMatchObject({ unit: 'fraction', group: 'business', histogram: false });
  expect(list('operation.time:backup')[0]).toMatchObject({ unit: 'milliseconds', histogram: true });
});

test('what was removed, or is not known, is left out', () => {
  expect(list('probe.time:gone', 'business.value:gone', 'backup.age:gone', 'no.such.metric', 'app.up:gone')).toEqual(
    [],
  );
});
