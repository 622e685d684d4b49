import { expect, test } from 'vitest';
import { at, backup, orders, scratchStore, thrownBy } from './fixture';

function filled() {
  const store = scratchStore();
  store.databases.add(orders);
  return store;
}
const request = (id: string, minute: number) => ({
  id,
  databaseId: orders.id,
  sourcePointId: 'b1',
  sourceFile: '/backups/orders/b1.sqlite.gz',
  startedAt: at(minute),
  contentSha256: null,
  contentAt: at(0),
  tables: null,
});

test('a restore is followed from its beginning to its end', () => {
  const { restores, backups } = filled();
  expect(restores.begin(request('r1', 1))).toMatchObject({
    database: 'orders',
    outcome: 'running',
    phase: 'prepare',
    finishedAt: null,
    undone: false,
    errorCode: null,
  });
  backups.insert(backup('safety', { kind: 'safety' }));
  restores.setUndoPoint('r1', 'safety');
  restores.setContent('r1', 'c'.repeat(64));
  restores.setPhase('r1', 'apply');
  expect(restores.unfinished()).toMatchObject([
    { id: 'r1', phase: 'apply', undoPointId: 'safety', contentSha256: 'c'.repeat(64) },
  ]);
  expect(restores.finish('r1', { outcome: 'restored', finishedAt: at(2), errorCode: null })).toMatchObject({
    outcome: 'restored',
    phase: 'done',
    finishedAt: at(2),
  });
  restores.markUndone('r1');
  expect(restores.get('r1')?.undone).toBe(true);
  expect(restores.unfinished()).toEqual([]);
});

test('one that was interrupted is found after a restart', () => {
  const store = filled();
  store.restores.begin(request('r1', 1));
  store.restores.setPhase('r1', 'verify');
  store.close();
  expect(scratchStore(store.file).restores.unfinished()).toMatchObject([{ id: 'r1', phase: 'verify' }]);
});

test('restores are listed newest first and keep the name of a database that is guarded no more', () => {
  const { restores, databases } = filled();
  restores.begin(request('r1', 1));
  restores.begin(request('r2', 2));
  databases.remove(orders.id, at(3));
  expect(restores.list(orders.id).map((restore) => restore.id)).toEqual(['r2', 'r1']);
  expect(restores.list(undefined, 1)).toMatchObject([{ id: 'r2', database: 'orders' }]);
});

test('the undo points are those of the last restores only', () => {
  const { restores, backups } = filled();
  for (let n = 1; n <= 12; n += 1) {
    backups.insert(backup(`s${n}`, { kind: 'safety' }));
    restores.begin(request(`r${n}`, n));
    if (n !== 7) restores.setUndoPoint(`r${n}`, `s${n}`);
  }
  expect([...restores.undoPointIds(orders.id)].sort()).toEqual(
    ['s10', 's11', 's12', 's3', 's4', 's5', 's6', 's8', 's9'].sort(),
  );
});

test('deleting a safety backup takes the undo away, deleting the source does not rewrite what happened', () => {
  const { restores, backups } = filled();
  backups.insert(backup('b1'));
  backups.insert(backup('safety', { kind: 'safety' }));
  restores.begin(request('r1', 1));
  restores.setUndoPoint('r1', 'safety');
  backups.remove('safety');
  backups.remove('b1');
  expect(restores.get('r1')).toMatchObject({ undoPointId: null, sourcePointId: 'b1' });
});

test('an id that is not known is told', () => {
  const { restores } = filled();
  expect(restores.get('r9')).toBeNull();
  expect(thrownBy(() => restores.setPhase('r9', 'apply')).code).toBe('INVALID_INPUT');
});
