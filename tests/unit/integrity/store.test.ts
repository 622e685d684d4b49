import { expect, it } from 'vitest';
import type { IntegrityRecord, RepairRecord } from '@shared/integrity';
import { orders, scratchStore } from '../store/fixture';

const moment = (minute: number): string => new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString();

const check = (number: number, over: Partial<IntegrityRecord> = {}): IntegrityRecord => ({
  ...{ id: `check-${number}`, databaseId: orders.id, depth: 'quick', trigger: 'scheduled' },
  ...{ startedAt: moment(number), finishedAt: moment(number + 1), outcome: 'ok', faults: [], foreignKeyViolations: 0 },
  ...{ foreignKeyExamples: [], incomplete: null, tookMs: 12.5 },
  ...over,
});

it('checks are kept as they were found, the newest four hundred of each database', () => {
  const store = scratchStore();
  store.databases.add(orders);
  store.databases.add({ ...orders, id: 'other', name: 'other', path: '/data/other.db' });
  const found = check(0, {
    ...{
      id: 'other-0',
      databaseId: 'other',
      outcome: 'damaged',
      depth: 'full',
      faults: ['x'],
      foreignKeyViolations: 2,
      incomplete: 'y',
    },
    foreignKeyExamples: [
      { table: 'a', rowid: '9007199254740993', parent: 'b', columns: ['c', 'd'], values: [null, 'text'] },
      { table: 'a', rowid: null, parent: 'b', columns: [], values: [1.5] },
    ],
  });
  store.integrityChecks.insert(found);
  for (let number = 0; number < 405; number++) store.integrityChecks.insert(check(number));
  expect(store.integrityChecks.list('other')).toEqual([found]);
  const kept = store.integrityChecks.list(orders.id);
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([400, 'check-404', 'check-5']);
  store.integrityChecks.insert(check(406, { depth: 'full' }));
  store.integrityChecks.insert(check(407));
  expect(store.integrityChecks.newest(orders.id)?.id).toBe('check-407');
  expect(store.integrityChecks.newest(orders.id, 'full')?.id).toBe('check-406');
  expect(store.integrityChecks.newest('nobody')).toBeNull();
});

it('the backups behind the newest ten repairs are kept for undoing them', () => {
  const store = scratchStore();
  store.databases.add(orders);
  const repair = (number: number): RepairRecord => ({
    ...{ id: `repair-${number}`, databaseId: orders.id, startedAt: moment(number), finishedAt: moment(number) },
    ...{ outcome: 'repaired', steps: [{ id: 'reindex:a', kind: 'reindex', subject: 'a', reason: 'b' }] },
    ...{ safetyPointId: number === 11 ? null : `point-${number}`, faultsBefore: 2, faultsAfter: 0, errorCode: null },
  });
  for (let number = 0; number < 12; number++) store.repairs.insert(repair(number));
  expect(store.repairs.list(orders.id)[0]).toEqual(repair(11));
  expect([...store.repairs.undoPointIds(orders.id)].length).toBe(9);
  expect(store.repairs.undoPointIds(orders.id).has('point-1')).toBe(false);
  expect(store.repairs.undoPointIds('nobody').size).toBe(0);
});
