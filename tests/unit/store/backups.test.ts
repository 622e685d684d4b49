import { expect, test } from 'vitest';
import { at, backup, orders, scratchStore, thrownBy } from './fixture';

function filled() {
  const store = scratchStore();
  store.databases.add(orders);
  store.databases.add({ ...orders, id: 'db-2', name: 'two', path: '/data/two.db' });
  store.backups.insert(backup('b2', { createdAt: at(2) }));
  store.backups.insert(backup('b3', { createdAt: at(3), state: 'failed', verifiedAt: null }));
  store.backups.insert(backup('b1', { createdAt: at(1), state: 'missing' }));
  store.backups.insert(backup('other', { databaseId: 'db-2', createdAt: at(9) }));
  return store;
}

test('an entry comes back as it was written', () => {
  const { backups } = filled();
  expect(backups.get('b2')).toEqual({ ...backup('b2', { createdAt: at(2) }), verified: true });
  expect(backups.get('b3')?.verified).toBe(false);
  expect(backups.byFile('/backups/orders/b3.sqlite.gz')?.id).toBe('b3');
  expect(backups.get('nobody')).toBeNull();
});

test('entries are listed newest first, of one database or of all', () => {
  const { backups } = filled();
  expect(backups.list(orders.id).map((entry) => entry.id)).toEqual(['b3', 'b2', 'b1']);
  expect(backups.list().map((entry) => entry.id)).toEqual(['other', 'b3', 'b2', 'b1']);
  expect(backups.count()).toBe(4);
});

test('the newest proved one is not the newest one', () => {
  const { backups } = filled();
  expect(backups.newestProved(orders.id)?.id).toBe('b2');
  expect(backups.newest(orders.id)?.id).toBe('b3');
  expect(backups.newestProved('nobody')).toBeNull();
});

test('totals count what is on disk', () => {
  const { backups } = filled();
  expect(backups.totals(orders.id)).toEqual({ points: 2, bytes: 200 });
  expect(backups.totals('nobody')).toEqual({ points: 0, bytes: 0 });
});

test('a proof replaces state, time and checks', () => {
  const { backups } = filled();
  const checks = [{ step: 'file-sha256' as const, outcome: 'failed' as const, detail: 'differs' }];
  expect(backups.updateProof('b2', { state: 'failed', verifiedAt: null, checks })).toMatchObject({
    state: 'failed',
    verified: false,
    verifiedAt: null,
    checks,
  });
  expect(backups.newestProved(orders.id)).toBeNull();
});

test('a state change keeps what was proved', () => {
  const { backups } = filled();
  backups.setState('b2', 'missing');
  expect(backups.get('b2')).toMatchObject({ state: 'missing', verifiedAt: at(1), checks: backup('b2').checks });
});

test('removed entries are gone; unknown ones are told', () => {
  const { backups } = filled();
  backups.remove('b2');
  expect(backups.get('b2')).toBeNull();
  expect(thrownBy(() => backups.remove('b2')).code).toBe('BACKUP_UNKNOWN');
  expect(thrownBy(() => backups.setState('b2', 'proved')).code).toBe('BACKUP_UNKNOWN');
  const proof = { state: 'proved' as const, verifiedAt: at(1), checks: [] };
  expect(thrownBy(() => backups.updateProof('b2', proof)).code).toBe('BACKUP_UNKNOWN');
});

test.each([
  { what: 'id', change: { file: '/elsewhere' } },
  { what: 'file', change: { id: 'new' } },
  { what: 'unknown database', change: { id: 'new', file: '/elsewhere', databaseId: 'nobody' } },
])('an entry with a $what that cannot be is refused', ({ change }) => {
  const { backups } = filled();
  expect(() => backups.insert({ ...backup('b2'), ...change })).toThrow(/constraint failed/);
  expect(backups.count()).toBe(4);
});

test('what is built on a restore point is known, newest first', () => {
  const { backups } = filled();
  const link = { form: 'changes', parentId: 'b2', chainId: 'b2', chainLength: 1, changedPages: 7 } as const;
  backups.insert(backup('c1', { ...link, createdAt: at(4) }));
  backups.insert(backup('c2', { ...link, createdAt: at(5) }));
  backups.insert(backup('c3', { ...link, parentId: 'c1', chainLength: 2, createdAt: at(6) }));
  expect(backups.children('b2').map(({ id }) => id)).toEqual(['c2', 'c1']);
  expect(backups.children('c1').map(({ id, changedPages }) => [id, changedPages])).toEqual([['c3', 7]]);
  expect(backups.children('c3')).toEqual([]);
});

test('a list that was read before is read anew after every change, and after one that was undone', () => {
  const store = filled();
  const { backups } = store;
  const ids = () => backups.list(orders.id).map(({ id, state }) => `${id} ${state}`);
  const before = ids();
  expect(ids()).toEqual(before);
  const undone = (): void =>
    store.atomically(() => {
      backups.remove('b3');
      // Read inside: it must not be taken for what is kept.
      expect(ids()).toHaveLength(2);
      throw new Error('undo');
    });
  expect(undone).toThrow('undo');
  expect(ids()).toEqual(before);
  backups.setState('b2', 'missing');
  expect(ids()).toContain('b2 missing');
  backups.updateProof('b2', { state: 'failed', verifiedAt: at(5), checks: [] });
  expect(ids()).toContain('b2 failed');
  backups.setPlace('b2', '/elsewhere/b2.sqlite.gz', 5);
  expect(ids()).toContain('b2 unproved');
  backups.remove('b2');
  backups.insert(backup('b9', { createdAt: at(9) }));
  expect(ids()).toEqual(['b9 proved', 'b3 failed', 'b1 missing']);
});

test('what was listed is nobody’s to change', () => {
  const { backups } = filled();
  backups.list(orders.id).pop();
  expect(backups.list(orders.id)).toHaveLength(3);
  const [entry] = backups.list(orders.id);
  expect(() => Object.assign(entry ?? {}, { state: 'proved' })).toThrow(TypeError);
});

test('what another home made is never the newest proved one', () => {
  const { backups } = filled();
  backups.insert(backup('theirs', { createdAt: at(8) }));
  expect(backups.newestProved(orders.id)?.id).toBe('theirs');
  backups.setOtherHome('theirs', 'another-home');
  expect(backups.newestProved(orders.id)?.id).toBe('b2');
});
