import { expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_RULES } from '../../../electron/alerts/default-rules';
import type { StoredAlert } from '../../../electron/store/alerts';
import { at, scratchStore, thrownBy } from './fixture';

const alert = (id: string, change: Partial<StoredAlert> = {}): StoredAlert => ({
  id,
  key: `rule:r:${id}`,
  source: { type: 'rule', ruleId: 'r', metric: `disk.used:${id}` },
  severity: 'HIGH',
  state: 'firing',
  titleKey: 'disk-used',
  params: { subject: id, free: 3 },
  value: 0.93,
  threshold: 0.9,
  unit: 'fraction',
  startedAt: at(1),
  firingSince: at(2),
  resolvedAt: null,
  acknowledgedAt: null,
  snoozedUntil: null,
  unstable: true,
  inhibitedBy: null,
  notifications: 2,
  lastNotifiedAt: at(3),
  memory: '{"owed":0}',
  ...change,
});
const over = (id: string, minute: number, change: Partial<StoredAlert> = {}) =>
  alert(id, { state: 'resolved', resolvedAt: at(minute), ...change });

test('an alert comes back as it was written, also after a restart, and again when it was changed', () => {
  const store = scratchStore();
  store.alerts.save(alert('a'));
  const changed = alert('a', {
    state: 'no-data',
    value: null,
    unstable: false,
    acknowledgedAt: at(4),
    inhibitedBy: 'b',
  });
  store.alerts.save(changed);
  store.close();
  const { alerts } = scratchStore(store.file);
  expect(alerts.open()).toEqual([changed]);
  expect(alerts.get('a')).toEqual(changed);
  expect(alerts.get('b')).toBeNull();
});

test('a key has one open alert', () => {
  const { alerts } = scratchStore();
  alerts.save(over('a', 5, { key: 'k' }));
  alerts.save(alert('b', { key: 'k' }));
  expect(thrownBy(() => alerts.save(alert('c', { key: 'k' }))).code).toBe('INTERNAL');
});

test('those that ended lately, and those whose end is still owed to somebody', () => {
  const { alerts } = scratchStore();
  alerts.save(alert('open'));
  alerts.save(over('long-ago', 10));
  alerts.save(over('owed', 11, { memory: '{"owed":1}' }));
  alerts.save(over('lately', 50));
  expect(alerts.lately(at(40)).map(({ id }) => id)).toEqual(['owed', 'lately']);
  expect(alerts.resolved(2).map(({ id }) => id)).toEqual(['lately', 'owed']);
});

test('the story is in the order in which it happened, and goes with its alert', () => {
  const { alerts } = scratchStore();
  alerts.save(alert('a'));
  alerts.addEvent('a', { at: at(3), kind: 'fired', params: { value: 0.93 } });
  alerts.addEvent('a', { at: at(2), kind: 'notified', params: { channel: 'desk' } });
  expect(alerts.timeline('a').map(({ kind, params }) => [kind, params])).toEqual([
    ['fired', { value: 0.93 }],
    ['notified', { channel: 'desk' }],
  ]);
  alerts.remove('a');
  expect([alerts.open(), alerts.timeline('a')]).toEqual([[], []]);
});

test('what is over goes by age and by number, a batch at a time; what is open stays', () => {
  const store = scratchStore();
  const { alerts } = store;
  store.atomically(() => {
    for (let index = 0; index < 450; index += 1) alerts.save(over(`old-${index}`, 1));
    for (let index = 0; index < 30; index += 1) alerts.save(over(`new-${index}`, 10 + index));
    alerts.save(alert('open', { startedAt: at(0) }));
  });
  const deleted: number[] = [];
  for (let last = 1; last > 0; ) deleted.push((last = alerts.prune(at(5), 20)));
  expect(deleted).toEqual([200, 200, 50, 10, 0]);
  expect(alerts.resolved(100)).toHaveLength(20);
  expect(alerts.resolved(100).at(-1)?.id).toBe('new-10');
  expect(alerts.open()).toHaveLength(1);
});

test('rules are replaced, not doubled, and stay in the order in which they were added', () => {
  const { alertRules } = scratchStore();
  const [first, second] = DEFAULT_RULES;
  alertRules.save({ id: 'z', config: first! }, at(1));
  alertRules.save({ id: 'a', config: second! }, at(2));
  alertRules.save({ id: 'z', config: { ...first!, enabled: false } }, at(3));
  expect(alertRules.list().map(({ id, config }) => [id, config.enabled])).toEqual([
    ['z', false],
    ['a', true],
  ]);
  expect([alertRules.remove('z'), alertRules.remove('z')]).toEqual([true, false]);
});

test('a fact is read by its shape; one that does not fit is not known', () => {
  const { facts } = scratchStore();
  expect(facts.read('alerts.digest', z.string())).toBeNull();
  facts.write('alerts.digest', '2026-05-04');
  facts.write('alerts.digest', '2026-05-05');
  expect(facts.read('alerts.digest', z.string())).toBe('2026-05-05');
  expect(facts.read('alerts.digest', z.number())).toBeNull();
  facts.write('alerts.digest', null);
  expect(facts.read('alerts.digest', z.string())).toBeNull();
});
