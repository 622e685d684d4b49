import { expect, test } from 'vitest';
import type { ProblemReport } from '../../../electron/store/problems';
import { at, scratchStore } from './fixture';

const locked: ProblemReport = {
  code: 'DATABASE_LOCKED',
  severity: 'HIGH',
  databaseId: 'db-orders',
  params: { name: 'orders', tries: 3 },
  detail: 'SQLITE_BUSY',
  at: at(1),
};

test('the same problem of the same database is counted, not repeated', () => {
  const { problems } = scratchStore();
  const first = problems.record(locked);
  expect(first).toMatchObject({ count: 1, state: 'open', firstSeenAt: at(1), notifiedAt: null });
  const again = problems.record({ ...locked, at: at(2), params: { name: 'orders', tries: 9 }, detail: 'again' });
  expect(again).toMatchObject({ id: first.id, count: 2, firstSeenAt: at(1), lastSeenAt: at(2), detail: 'again' });
  expect(again.params).toEqual({ name: 'orders', tries: 9 });
  problems.record({ ...locked, databaseId: 'db-2' });
  problems.record({ ...locked, databaseId: null });
  problems.record({ ...locked, databaseId: null });
  problems.record({ ...locked, code: 'DISK_FULL' });
  expect(problems.countOpen()).toBe(4);
  expect(problems.find('DATABASE_LOCKED', null)?.count).toBe(2);
});

test('the worst is first, then the one seen last, the resolved ones at the end', () => {
  const { problems } = scratchStore();
  const record = (code: ProblemReport['code'], severity: ProblemReport['severity'], minute: number) =>
    problems.record({ ...locked, code, severity, at: at(minute) });
  record('DATABASE_BUSY', 'LOW', 9);
  record('DISK_FULL', 'CRITICAL', 1);
  record('IO_ERROR', 'HIGH', 2);
  record('DATABASE_LOCKED', 'HIGH', 3);
  const gone = record('DATABASE_CORRUPT', 'CRITICAL', 8);
  expect(problems.resolve(gone.id, at(10))).toBe(true);
  const codes = (resolved: boolean) => problems.list(resolved).map((problem) => problem.code);
  expect(codes(false)).toEqual(['DISK_FULL', 'DATABASE_LOCKED', 'IO_ERROR', 'DATABASE_BUSY']);
  expect(codes(true)).toEqual([...codes(false), 'DATABASE_CORRUPT']);
});

test('a problem that returns after it was resolved is a new one', () => {
  const { problems } = scratchStore();
  const first = problems.record(locked);
  problems.resolve(first.id, at(2));
  expect(problems.resolve(first.id, at(3))).toBe(false);
  const second = problems.record({ ...locked, at: at(4) });
  expect(second).toMatchObject({ count: 1, firstSeenAt: at(4) });
  expect(second.id).not.toBe(first.id);
  expect(problems.get(first.id)).toMatchObject({ state: 'resolved', resolvedAt: at(2) });
});

test('success resolves the codes of that database and no others', () => {
  const { problems } = scratchStore();
  problems.record(locked);
  problems.record({ ...locked, code: 'BACKUP_OVERDUE' });
  problems.record({ ...locked, code: 'DISK_FULL', severity: 'CRITICAL' });
  problems.record({ ...locked, databaseId: 'db-2' });
  problems.record({ ...locked, databaseId: null });
  expect(problems.resolveFor('db-orders', ['DATABASE_LOCKED', 'BACKUP_OVERDUE', 'IO_ERROR'], at(5))).toBe(2);
  expect(problems.resolveFor(null, ['DATABASE_LOCKED'], at(5))).toBe(1);
  expect(problems.list(false).map((problem) => [problem.code, problem.databaseId])).toEqual([
    ['DISK_FULL', 'db-orders'],
    ['DATABASE_LOCKED', 'db-2'],
  ]);
});

test('that a notification spoke of it survives a restart and a repetition', () => {
  const store = scratchStore();
  const { id } = store.problems.record(locked);
  store.problems.setNotified(id, at(3));
  store.close();
  const { problems } = scratchStore(store.file);
  expect(problems.record({ ...locked, at: at(4) })).toMatchObject({ id, notifiedAt: at(3) });
});

test('at most a thousand resolved ones are kept, the newest', () => {
  const { problems } = scratchStore();
  const ids = Array.from({ length: 1_005 }, (_, n) => {
    const { id } = problems.record({ ...locked, databaseId: `db-${n}` });
    problems.resolve(id, at(n));
    return id;
  });
  problems.record(locked);
  expect(problems.list(true)).toHaveLength(1_001);
  expect(ids.slice(0, 6).map((id) => problems.get(id) !== null)).toEqual([false, false, false, false, false, true]);
});

test('a detail without end is cut', () => {
  const { problems } = scratchStore();
  expect(problems.record({ ...locked, detail: 'x'.repeat(1_000_000) }).detail).toHaveLength(20_000);
});
