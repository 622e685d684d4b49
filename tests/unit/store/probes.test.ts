import type { ProbeConfig } from '@shared/monitoring';
import { expect, test } from 'vitest';
import type { ProbeVerdict } from '../../../electron/store/probes';
import { at, scratchFolder, scratchStore } from './fixture';

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
const down: ProbeVerdict = {
  state: 'down',
  sinceMs: 1000,
  last: {
    atMs: 1000,
    ok: false,
    timeMs: 5,
    certificateDays: null,
    error: {
      code: 'CONNECTION_REFUSED',
      severity: 'MEDIUM',
      retryable: true,
      params: { host: 'shop.internal', port: 443 },
      detail: '',
    },
  },
};

test('probes and their verdicts outlive the store that wrote them', () => {
  const file = `${scratchFolder()}/holdfast.db`;
  const store = scratchStore(file);
  store.probes.save('b', { ...shop, name: 'second' }, at(2));
  store.probes.save('a', shop, at(1));
  store.probes.setVerdict('a', down);
  store.close();
  const { probes } = scratchStore(file);
  expect(probes.list()).toEqual([
    { id: 'a', config: shop, verdict: down },
    { id: 'b', config: { ...shop, name: 'second' }, verdict: null },
  ]);
});

test('a change keeps place and verdict; a removed probe leaves nothing', () => {
  const { probes } = scratchStore();
  probes.save('a', shop, at(1));
  probes.save('b', shop, at(2));
  probes.setVerdict('a', down);
  probes.save('a', { ...shop, port: 80 }, at(3));
  expect(probes.list()[0]).toEqual({ id: 'a', config: { ...shop, port: 80 }, verdict: down });
  probes.setVerdict('a', { ...down, state: 'up' });
  expect(probes.get('a')?.verdict?.state).toBe('up');
  expect([probes.remove('a'), probes.remove('a'), probes.get('a')]).toEqual([true, false, null]);
  probes.setVerdict('a', down);
  probes.save('a', shop, at(4));
  expect(probes.get('a')?.verdict).toBeNull();
});

test('a verdict can be forgotten', () => {
  const { probes } = scratchStore();
  probes.save('a', shop, at(1));
  probes.setVerdict('a', down);
  probes.setVerdict('a', null);
  expect(probes.get('a')?.verdict).toBeNull();
});
