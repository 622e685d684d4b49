/** Errors in a whole core: each ends in the book once, and a problem is told once. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCore } from '../../electron/core/core';
import type { Core } from '../../electron/core/types';
import { holdfastError } from '../../electron/errors/holdfast-error';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { inThisProcess } from '../helpers/backup-service';
import { scratchFolder } from '../unit/store/fixture';

let core: Core;

beforeEach(async () => {
  const home = join(scratchFolder(), 'home');
  core = await createCore({
    home,
    role: 'command',
    launchJob: inThisProcess(() => undefined),
    defaultBackupFolder: join(home, 'backups'),
    helperThreads: 'inline',
  });
});
afterEach(() => core.stop());

test("each report of a problem is an event of Holdfast's own; a tab that failed is both, each once", () => {
  const { errors } = core.diagnosis;
  const full = holdfastError('DISK_FULL', { params: { path: '/srv' }, detail: 'ENOSPC' }).toView();
  core.reportError(full);
  core.reportError(full);
  errors.reportWindow({ kind: 'render', where: 'backups', message: 'x is undefined', stack: 'TypeError: x' });
  errors.reportWindow({ kind: 'rejection', where: 'window', message: 'refused', stack: 'Error: refused' });
  const groups = errors.groups({ ...ANY_ERROR_FILTER, applicationId: 'holdfast' }, 10).groups;
  expect(groups).toHaveLength(3);
  expect(new Map(groups.map(({ code, count, params }) => [code, { count, params }]))).toEqual(
    new Map([
      ['DISK_FULL', { count: 2, params: { path: '/srv' } }],
      ['TAB_FAILED', { count: 1, params: { where: 'backups' } }],
      ['INTERNAL', { count: 1, params: { where: 'window' } }],
    ]),
  );
  expect(new Map(core.problems(false).map(({ code, count }) => [code, count]))).toEqual(
    new Map([
      ['DISK_FULL', 2],
      ['TAB_FAILED', 1],
    ]),
  );
});

test('operations that end count against the objective', () => {
  core.diagnosis.countOperation('request', true);
  core.diagnosis.countOperation('request', false);
  core.diagnosis.countOperation('notify', true);
  const nowMs = Date.now();
  const { budget } = core.diagnosis.errors.summary(ANY_ERROR_FILTER, nowMs - 3_600_000, nowMs);
  expect(budget.objective).toBe(0.01);
  expect(budget.operations).toEqual([
    { operation: 'request', total: 2, failed: 1 },
    { operation: 'notify', total: 1, failed: 0 },
  ]);
});
