import Database from 'better-sqlite3';
import { DEFAULT_SCHEDULES } from '@shared/settings';
import { expect, test } from 'vitest';
import { at, backup, orders, scratchStore, thrownBy } from './fixture';

const other = { ...orders, id: 'db-other', name: 'Archive', path: '/data/archive.db' };

test('guarded databases are listed by name and found by id, name and path', () => {
  const { databases } = scratchStore();
  databases.add(orders);
  databases.add(other);
  expect(databases.list().map((database) => database.name)).toEqual(['Archive', 'orders']);
  expect(databases.get(orders.id)).toMatchObject(orders);
  expect(databases.byName('ORDERS')?.id).toBe(orders.id);
  expect(databases.byPath(other.path)?.id).toBe(other.id);
  expect(databases.get('nobody')).toBeNull();
});

test('neither a path nor a name is guarded twice', () => {
  const { databases } = scratchStore();
  databases.add(orders);
  expect(thrownBy(() => databases.add({ ...other, path: orders.path }))).toMatchObject({
    code: 'DATABASE_ALREADY_GUARDED',
    params: { path: orders.path, name: 'orders' },
  });
  expect(thrownBy(() => databases.add({ ...other, name: 'Orders' }))).toMatchObject({
    code: 'NAME_TAKEN',
    params: { name: 'Orders' },
  });
  expect(databases.list()).toHaveLength(1);
});

test('a removed database keeps its backups, gives its name free and comes back under its old id', () => {
  const { databases, backups } = scratchStore();
  databases.add(orders);
  backups.insert(backup('b1'));
  databases.remove(orders.id, at(5));
  expect(databases.list()).toEqual([]);
  expect(databases.byName('orders')).toBeNull();
  expect(databases.list({ includeRemoved: true })).toMatchObject([{ id: orders.id, removedAt: at(5) }]);
  expect(backups.list(orders.id)).toHaveLength(1);

  databases.add({ ...other, name: 'orders' });
  const back = databases.add({ ...orders, id: 'db-new', name: 'orders 2', addedAt: at(9) });
  expect(back).toMatchObject({ id: orders.id, name: 'orders 2', addedAt: at(9), removedAt: null });
  expect(back.schedulesSince.daily).toBe(at(9));
});

test('removing what is not guarded is told', () => {
  const { databases } = scratchStore();
  databases.add(orders);
  databases.remove(orders.id, at(1));
  expect(thrownBy(() => databases.remove(orders.id, at(2))).code).toBe('DATABASE_UNKNOWN');
  expect(thrownBy(() => databases.setSchedules('nobody', orders.schedules, at(2))).code).toBe('DATABASE_UNKNOWN');
});

test('only the schedules that changed count anew', () => {
  const { databases } = scratchStore();
  databases.add(orders);
  const changed = { ...DEFAULT_SCHEDULES, weekly: { enabled: false, cron: '0 3 * * 0' } };
  const after = databases.setSchedules(orders.id, changed, at(30));
  expect(after.schedules).toEqual(changed);
  expect(after.schedulesSince).toEqual({ incremental: at(0), daily: at(0), weekly: at(30), monthly: at(0) });
});

test('a database that only backups speak of is known but not guarded, until it is added', () => {
  const { databases } = scratchStore();
  expect(databases.remember(orders, at(3))).toMatchObject({ id: orders.id, removedAt: at(3) });
  expect(databases.list()).toEqual([]);
  expect(databases.remember({ ...orders, id: 'else' }, at(4)).id).toBe(orders.id);
  expect(databases.add({ ...orders, id: 'third' })).toMatchObject({ id: orders.id, removedAt: null });
});

test('a row that somebody else wrote is a damaged store, not a guess', () => {
  const { databases, file } = scratchStore();
  databases.add(orders);
  const foreign = new Database(file);
  foreign.exec(`UPDATE databases SET schedules = '{"daily":true}'`);
  foreign.close();
  expect(thrownBy(() => databases.list())).toMatchObject({ code: 'STORE_DAMAGED', params: { path: file } });
});
