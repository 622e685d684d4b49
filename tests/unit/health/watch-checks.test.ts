import type { HealthComponent, HealthStatus } from '@shared/models';
import { createTranslator } from '@shared/text';
import { expect, test } from 'vitest';
import { checkHealth } from '../../../electron/health/checks';
import { healthDocument } from '../../../electron/health/document';
import type { WatchInputs } from '../../../electron/health/watch-checks';

const NOW = '2026-05-02T12:00:00.000Z';
const check = (inputs: WatchInputs) =>
  checkHealth({ now: NOW, databases: [], backupFolder: null, samples: [], store: null, before: [], ...inputs });
const sampled = (sampleAgeMs: number, intervalMs = 5_000, recordFailing = false) => ({
  monitoring: { sampleAgeMs, intervalMs, recordFailing },
});

test.each<
  [
    what: string,
    inputs: WatchInputs,
    component: HealthComponent['component'],
    status: HealthStatus,
    key: string,
    value: number,
  ]
>([
  ['samples that come', sampled(5_100), 'monitoring', 'pass', 'pass', 5],
  ['samples every second that miss a few', sampled(29_000, 1_000), 'monitoring', 'pass', 'pass', 29],
  ['samples that stopped', sampled(31_000), 'monitoring', 'fail', 'fail', 31],
  ['a long interval', sampled(31_000, 60_000), 'monitoring', 'pass', 'pass', 31],
  ['a record that cannot be written', sampled(0, 5_000, true), 'monitoring', 'warn', 'warn', 0],
  ['no sample and no record', sampled(60_000, 5_000, true), 'monitoring', 'fail', 'fail', 60],
  ['no service', { services: { count: 0, down: 0 } }, 'services', 'pass', 'none', 0],
  ['services that answer', { services: { count: 3, down: 0 } }, 'services', 'pass', 'pass', 0],
  ['some that do not', { services: { count: 3, down: 2 } }, 'services', 'warn', 'warn', 2],
  ['none that does', { services: { count: 3, down: 3 } }, 'services', 'fail', 'fail', 3],
  ['no channel', { notifiers: { count: 0, failing: 0 } }, 'notifiers', 'pass', 'none', 0],
  ['channels that work', { notifiers: { count: 2, failing: 0 } }, 'notifiers', 'pass', 'pass', 0],
  ['one that does not', { notifiers: { count: 2, failing: 1 } }, 'notifiers', 'warn', 'warn', 1],
  ['none that does', { notifiers: { count: 2, failing: 2 } }, 'notifiers', 'fail', 'fail', 2],
  [
    'an endpoint',
    { endpoint: { wanted: true, port: 1, address: 'http://127.0.0.1:1' } },
    'endpoint',
    'pass',
    'pass',
    1,
  ],
  ['one that is off', { endpoint: { wanted: false, port: 1, address: null } }, 'endpoint', 'pass', 'off', 0],
  ['one that cannot listen', { endpoint: { wanted: true, port: 1, address: null } }, 'endpoint', 'warn', 'warn', 0],
  ['a keyring', { keyring: 'keyring' }, 'keyring', 'pass', 'pass', 1],
  ['no keyring', { keyring: 'file' }, 'keyring', 'pass', 'absent', 0],
  ['a locked keyring', { keyring: 'locked' }, 'keyring', 'warn', 'warn', 0],
])('%s', (_, inputs, component, status, key, value) => {
  const line = check(inputs).find((one) => one.component === component);
  expect(line).toMatchObject({ status, key, observedValue: value, time: NOW });
  for (const language of ['en', 'ko'] as const) {
    const text = createTranslator(language)(`health.${component}.${line!.key}`, line!.params);
    expect(text).toMatch(/\.$/);
    expect(text).not.toContain('{{');
  }
});

test('what is not known has no line', () => {
  const nothing = check({ monitoring: null, services: null, notifiers: null, endpoint: null, keyring: null });
  expect(nothing.map(({ component }) => component)).toEqual(['databases', 'backups']);
  expect(check({})).toEqual(nothing);
});

test('every line has its place in the document, and an old one is a warning', () => {
  const lines = check({ ...sampled(0), services: { count: 1, down: 0 }, keyring: 'keyring' });
  const document = healthDocument(lines, '1', new Date(Date.parse(NOW) + 4 * 60_000));
  expect(Object.keys(document.checks)).toEqual([
    'databases:protection',
    'backups:age',
    'monitoring:age',
    'services:down',
    'keyring:available',
  ]);
  expect(document.status).toBe('pass');
  const later = healthDocument(lines, '1', new Date(Date.parse(NOW) + 6 * 60_000));
  expect([later.status, later.checks['services:down']![0]!.output]).toEqual(['warn', expect.stringContaining('stale')]);
});
