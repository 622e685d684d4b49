import type { ScrapeConfig } from '@shared/monitoring';
import { expect, test } from 'vitest';
import { at, scratchStore, thrownBy } from './fixture';

const config = (name: string): ScrapeConfig => ({
  name,
  enabled: true,
  url: 'http://127.0.0.1:9100/metrics',
  intervalSeconds: 30,
  timeoutMs: 5_000,
  prefixes: ['node_'],
});

test('targets are kept in the order in which they were set up, changed and removed', () => {
  const { scrapeTargets: table } = scratchStore();
  table.save({ id: 'b', config: config('first') }, at(1));
  table.save({ id: 'a', config: config('second') }, at(2));
  table.save({ id: 'b', config: { ...config('first'), enabled: false } }, at(3));
  expect(table.list()).toEqual([
    { id: 'b', config: { ...config('first'), enabled: false } },
    { id: 'a', config: config('second') },
  ]);
  expect([table.remove('b'), table.remove('b')]).toEqual([true, false]);
  expect(table.list().map(({ id }) => id)).toEqual(['a']);
});

test('a configuration that is none is a damaged store', () => {
  const { scrapeTargets: table } = scratchStore();
  table.save({ id: 'a', config: { ...config('x'), intervalSeconds: 1 } }, at(1));
  expect(thrownBy(() => table.list()).code).toBe('STORE_DAMAGED');
});
