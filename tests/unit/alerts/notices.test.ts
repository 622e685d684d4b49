import type { RestoreRecord } from '@shared/models';
import { expect, test } from 'vitest';
import { restoreNotice } from '../../../electron/core/alerting';

const CONTENT_AT = '2026-11-20T02:00:00.000Z';
const restore = (change: Partial<RestoreRecord> = {}): RestoreRecord => ({
  id: 'r1',
  databaseId: 'db-orders',
  database: 'orders',
  sourcePointId: 'b1',
  sourceFile: '/b1',
  startedAt: '2026-05-02T11:00:00Z',
  finishedAt: '2026-05-02T12:00:00Z',
  outcome: 'restored',
  undoPointId: 's1',
  undone: false,
  errorCode: null,
  writtenSince: false,
  contentAt: null,
  tables: null,
  ...change,
});

test.each<[what: string, change: Partial<RestoreRecord>, key: string, params: Record<string, string>, tab: string]>([
  ['a restore', {}, 'restore-ended', { name: 'orders', contentAt: CONTENT_AT }, 'backups'],
  [
    'a restore of rows',
    { tables: ['a', 'b'] },
    'rows-restored',
    { name: 'orders', contentAt: CONTENT_AT, tables: 'a, b' },
    'backups',
  ],
  [
    'a restore that was rolled back',
    { outcome: 'rolled-back', errorCode: 'RESTORE_ROLLED_BACK' },
    'restore-failed',
    { name: 'orders', code: 'RESTORE_ROLLED_BACK' },
    'errors',
  ],
  [
    'a restore that was interrupted',
    { outcome: 'interrupted' },
    'restore-failed',
    { name: 'orders', code: 'RESTORE_INTERRUPTED' },
    'errors',
  ],
])('%s is news', (_what, change, key, params, tab) => {
  expect(restoreNotice(restore(change), CONTENT_AT)).toMatchObject({
    kind: 'notice',
    alerts: [],
    idempotencyKey: 'restore:r1',
    place: { tab, databaseId: 'db-orders' },
    notice: { key, params },
  });
});

test.each<[what: string, change: Partial<RestoreRecord>]>([
  ['one that runs', { outcome: 'running' }],
  ['one that was refused', { outcome: 'unchanged', errorCode: 'PARTIAL_WOULD_BREAK', tables: ['a'] }],
  ['one that was cancelled', { outcome: 'unchanged', errorCode: 'CANCELLED' }],
])('%s is none', (_what, change) => {
  expect(restoreNotice(restore(change), CONTENT_AT)).toBeNull();
});
