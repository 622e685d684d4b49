import type { DestinationConfig } from '@shared/destinations';
import { expect, test } from 'vitest';
import { NO_FACTS } from '../../../electron/store/destinations';
import { at, backup, orders, scratchStore, thrownBy } from './fixture';

const config: DestinationConfig = {
  ...{ kind: 'folder', name: 'Disk', enabled: true, offsite: false, encryption: { mode: 'none' }, path: '/disk' },
  retention: { incremental: 1, daily: 1, weekly: 1, monthly: 1 },
};
const error = holdfastView();
function holdfastView() {
  return {
    code: 'DESTINATION_FULL',
    severity: 'HIGH',
    retryable: true,
    params: { name: 'Disk' },
    detail: 'x',
  } as const;
}

function filled() {
  const store = scratchStore();
  store.databases.add(orders);
  for (const id of ['a', 'b']) store.backups.insert(backup(id));
  store.destinations.save('d1', config, at(1));
  store.destinations.save('d2', { ...config, name: 'Other' }, at(2));
  return store;
}

test('a destination comes back as it was saved, its facts apart, also after a restart', () => {
  const store = filled();
  store.destinations.note('d1', { marker: 'm', error, failures: 2 });
  store.destinations.note('d1', { failures: 3 });
  store.destinations.save('d1', { ...config, name: 'Renamed' }, at(9));
  store.destinations.note('gone', { failures: 1 });
  const expected = {
    id: 'd1',
    config: { ...config, name: 'Renamed' },
    facts: { ...NO_FACTS, marker: 'm', error, failures: 3 },
  };
  expect(store.destinations.list().map(({ id }) => id)).toEqual(['d1', 'd2']);
  expect(store.destinations.get('d1')).toEqual(expected);
  store.close();
  const again = scratchStore(store.file);
  expect(again.destinations.get('d1')).toEqual(expected);
  expect(again.destinations.get('none')).toBeNull();
});

test('a copy waits until it is changed; a change of one that is gone writes nothing', () => {
  const store = filled();
  store.copies.add({ pointId: 'a', destinationId: 'd1', remoteName: 'orders/a' });
  expect(store.copies.get('a', 'd1')).toEqual({
    ...{ pointId: 'a', destinationId: 'd1', remoteName: 'orders/a', state: 'waiting', sizeBytes: null, sha256: null },
    ...{ attempts: 0, nextTryAt: null, copiedAt: null, verifiedAt: null, rereadAt: null, error: null },
  });
  expect(store.copies.update('a', 'd1', { state: 'failed', attempts: 2, nextTryAt: at(5), error })).toBe(true);
  expect(store.copies.update('a', 'd1', { attempts: 3 })).toBe(true);
  expect(store.copies.get('a', 'd1')).toMatchObject({ state: 'failed', attempts: 3, nextTryAt: at(5), error });
  expect(store.copies.update('b', 'd1', { attempts: 3 })).toBe(false);
  expect(store.copies.list().length).toBe(1);
});

test('copies are found by restore point, destination and database, and go with the one or the other', () => {
  const store = filled();
  for (const [pointId, destinationId] of [
    ['a', 'd1'],
    ['a', 'd2'],
    ['b', 'd1'],
  ] as const) {
    store.copies.add({ pointId, destinationId, remoteName: pointId, state: 'copied', sizeBytes: 5 });
  }
  expect(store.copies.of('a').map(({ destinationId }) => destinationId)).toEqual(['d1', 'd2']);
  expect(store.copies.at('d1').map(({ pointId }) => pointId)).toEqual(['a', 'b']);
  expect(store.copies.ofPoints(orders.id).length).toBe(3);
  expect(store.copies.ofPoints('other')).toEqual([]);
  store.backups.remove('a');
  expect(store.copies.list().map(({ pointId }) => pointId)).toEqual(['b']);
  expect([store.destinations.remove('d1'), store.destinations.remove('d1')]).toEqual([true, false]);
  expect(store.copies.list()).toEqual([]);
  expect(store.destinations.list().map(({ id }) => id)).toEqual(['d2']);
});

test('a copy belongs to a restore point and a destination that are known', () => {
  const store = filled();
  expect(thrownBy(() => store.copies.add({ pointId: 'none', destinationId: 'd1', remoteName: 'x' })).code).toBe(
    'INTERNAL',
  );
  expect(thrownBy(() => store.copies.add({ pointId: 'a', destinationId: 'none', remoteName: 'x' })).code).toBe(
    'INTERNAL',
  );
});
