import type { BusinessConfig } from '@shared/monitoring';
import { expect, test } from 'vitest';
import type { BusinessResult } from '../../../electron/store/business-metrics';
import { at, orders, scratchFolder, scratchStore, thrownBy } from './fixture';

const open: BusinessConfig = {
  databaseId: orders.id,
  name: 'open orders',
  enabled: true,
  sql: 'SELECT count(*) FROM orders',
  rowsSql: '',
  unit: 'count',
  unitLabel: 'orders',
  intervalMinutes: 15,
  target: { direction: 'at-most', value: 10 },
  severity: null,
  preset: null,
};
const result: BusinessResult = { value: 7.5, atMs: 1000, tookMs: 3, error: null };

test('figures and their last results outlive the store that wrote them', () => {
  const file = `${scratchFolder()}/holdfast.db`;
  const store = scratchStore(file);
  store.databases.add(orders);
  store.businessMetrics.save('b', { ...open, name: 'second' }, at(2));
  store.businessMetrics.save('a', open, at(1));
  const failed: BusinessResult = {
    value: null,
    atMs: 2000,
    tookMs: null,
    error: { code: 'QUERY_NO_NUMBER', severity: 'LOW', retryable: false, params: {}, detail: '' },
  };
  store.businessMetrics.setLast(
    new Map([
      ['a', result],
      ['b', failed],
      ['gone', result],
    ]),
  );
  store.close();
  const { businessMetrics } = scratchStore(file);
  expect(businessMetrics.list()).toEqual([
    { id: 'a', config: open, last: result },
    { id: 'b', config: { ...open, name: 'second' }, last: failed },
  ]);
});

test('a change keeps place and last result; a result can be forgotten; a removed figure is gone', () => {
  const { databases, businessMetrics } = scratchStore();
  databases.add(orders);
  businessMetrics.save('a', open, at(1));
  businessMetrics.save('b', open, at(2));
  businessMetrics.setLast(new Map([['a', result]]));
  businessMetrics.save('a', { ...open, name: 'all orders' }, at(3));
  expect(businessMetrics.list()[0]).toEqual({ id: 'a', config: { ...open, name: 'all orders' }, last: result });
  businessMetrics.setLast(new Map([['a', null]]));
  expect(businessMetrics.get('a')?.last).toBeNull();
  expect([businessMetrics.remove('a'), businessMetrics.remove('a'), businessMetrics.get('a')]).toEqual([
    true,
    false,
    null,
  ]);
});

test('a figure belongs to a database that is known', () => {
  const { businessMetrics } = scratchStore();
  expect(thrownBy(() => businessMetrics.save('a', open, at(1))).detail).toMatch(/FOREIGN KEY/);
});
