import type { RestoreRecord } from '@shared/models';
import { expect, test } from 'vitest';
import { decideNotice, type NoticeDecision, type NoticeEvent } from '../../../electron/alerts/notices';
import type { StoredProblem } from '../../../electron/store/problems';
import { at, scratchStore } from '../store/fixture';

const NOW_MS = Date.parse('2026-05-02T12:00:00Z');
const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(NOW_MS - hours * HOUR_MS).toISOString();
const ON = { backupFailed: true, backupOverdue: true, restoreEnded: true };

const problem = (change: Partial<StoredProblem> = {}): StoredProblem => ({
  id: 'p1',
  code: 'DISK_FULL',
  severity: 'CRITICAL',
  databaseId: 'db-orders',
  params: { path: '/mnt/nas', freeBytes: 7 },
  detail: 'ENOSPC',
  firstSeenAt: ago(30),
  lastSeenAt: ago(0),
  count: 1,
  state: 'open',
  resolvedAt: null,
  notifiedAt: null,
  ...change,
});
const restore = (change: Partial<RestoreRecord> = {}): RestoreRecord => ({
  id: 'r1',
  databaseId: 'db-orders',
  database: 'orders',
  sourcePointId: 'b1',
  sourceFile: '/b1',
  startedAt: ago(1),
  finishedAt: ago(0),
  outcome: 'restored',
  undoPointId: 's1',
  undone: false,
  errorCode: null,
  writtenSince: false,
  ...change,
});
const failed = (change: Partial<StoredProblem> = {}): NoticeEvent => ({
  kind: 'backup-failed',
  problem: problem(change),
  database: 'orders',
});
const overdue = (change: Partial<StoredProblem> = {}): NoticeEvent => ({
  kind: 'backup-overdue',
  problem: problem({ code: 'BACKUP_OVERDUE', severity: 'HIGH', ...change }),
  database: 'orders',
  hours: 49,
});
const ended = (change: Partial<RestoreRecord> = {}): NoticeEvent => ({
  kind: 'restore-ended',
  contentAt: '2026-11-20T02:00:00.000Z',
  restore: restore(change),
});

test.each<[what: string, event: NoticeEvent, notice: NoticeDecision['notice']]>([
  [
    'a failed backup',
    failed(),
    {
      kind: 'backup-failed',
      severity: 'critical',
      params: { path: '/mnt/nas', freeBytes: 7, name: 'orders', code: 'DISK_FULL' },
      place: { tab: 'errors', problemId: 'p1', databaseId: 'db-orders' },
    },
  ],
  [
    'a failed backup whose fault belongs to no database',
    failed({ databaseId: null, code: 'IO_ERROR', severity: 'HIGH', params: {} }),
    {
      kind: 'backup-failed',
      severity: 'normal',
      params: { name: 'orders', code: 'IO_ERROR' },
      place: { tab: 'errors', problemId: 'p1' },
    },
  ],
  [
    'an overdue backup',
    overdue(),
    {
      kind: 'backup-overdue',
      severity: 'normal',
      params: { name: 'orders', hours: 49 },
      place: { tab: 'backups', databaseId: 'db-orders' },
    },
  ],
  [
    'a restore',
    ended(),
    {
      kind: 'restore-ended',
      severity: 'normal',
      params: { name: 'orders', contentAt: '2026-11-20T02:00:00.000Z' },
      place: { tab: 'backups', databaseId: 'db-orders' },
    },
  ],
  [
    'a restore that was rolled back',
    ended({ outcome: 'rolled-back', errorCode: 'RESTORE_ROLLED_BACK' }),
    {
      kind: 'restore-failed',
      severity: 'normal',
      params: { name: 'orders', code: 'RESTORE_ROLLED_BACK' },
      place: { tab: 'errors', databaseId: 'db-orders' },
    },
  ],
  [
    'a restore that could not be rolled back',
    ended({ outcome: 'failed', errorCode: 'RESTORE_ROLLBACK_FAILED' }),
    {
      kind: 'restore-failed',
      severity: 'critical',
      params: { name: 'orders', code: 'RESTORE_ROLLBACK_FAILED' },
      place: { tab: 'errors', databaseId: 'db-orders' },
    },
  ],
  [
    'a restore that was interrupted',
    ended({ outcome: 'interrupted' }),
    {
      kind: 'restore-failed',
      severity: 'normal',
      params: { name: 'orders', code: 'RESTORE_INTERRUPTED' },
      place: { tab: 'errors', databaseId: 'db-orders' },
    },
  ],
])('%s is said', (_what, event, notice) => {
  expect(decideNotice(event, ON, NOW_MS)).toEqual({ notice, why: 'said' });
});

test.each<[what: string, event: NoticeEvent, settings: typeof ON, why: NoticeDecision['why']]>([
  ['failed backups switched off', failed(), { ...ON, backupFailed: false }, 'switched-off'],
  ['overdue backups switched off', overdue(), { ...ON, backupOverdue: false }, 'switched-off'],
  ['restores switched off', ended(), { ...ON, restoreEnded: false }, 'switched-off'],
  ['failed restores switched off', ended({ outcome: 'failed' }), { ...ON, restoreEnded: false }, 'switched-off'],
  ['other switches do not matter', failed(), { ...ON, backupOverdue: false, restoreEnded: false }, 'said'],
  ['a cancelled backup', failed({ code: 'CANCELLED', severity: 'LOW' }), ON, 'too-small'],
  ['a cancelled restore', ended({ outcome: 'unchanged', errorCode: 'CANCELLED' }), ON, 'too-small'],
  ['a restore that runs', ended({ outcome: 'running' }), ON, 'too-small'],
  ['said an hour ago', failed({ notifiedAt: ago(1) }), ON, 'said-lately'],
  ['said 23 hours ago, seen often since', overdue({ notifiedAt: ago(23), count: 99 }), ON, 'said-lately'],
  ['said a day ago and still open', failed({ notifiedAt: ago(24) }), ON, 'said'],
  ['said a minute ahead of a clock that was put back', failed({ notifiedAt: ago(-0.02) }), ON, 'said-lately'],
  ['said by a clock that stood a year ahead', failed({ notifiedAt: ago(-365 * 24) }), ON, 'said'],
])('%s', (_what, event, settings, why) => {
  const decision = decideNotice(event, settings, NOW_MS);
  expect(decision.why).toBe(why);
  expect(decision.notice !== null).toBe(why === 'said');
});

test('through the store: said once while it stays open, also over a restart, and anew when it returns', () => {
  const store = scratchStore();
  const report = { code: 'DISK_FULL', severity: 'CRITICAL', databaseId: 'db', params: {}, detail: '' } as const;
  const say = (into: typeof store, minute: number) => {
    const seen = into.problems.record({ ...report, at: at(minute) });
    const event: NoticeEvent = { kind: 'backup-failed', problem: seen, database: 'orders' };
    const { notice, why } = decideNotice(event, ON, Date.parse(at(minute)));
    if (notice) into.problems.setNotified(seen.id, at(minute));
    return why;
  };
  expect([say(store, 1), say(store, 2)]).toEqual(['said', 'said-lately']);
  store.close();
  const again = scratchStore(store.file);
  expect(say(again, 3)).toBe('said-lately');
  again.problems.resolveFor('db', ['DISK_FULL'], at(4));
  expect(say(again, 5)).toBe('said');
});
