import { expect, it } from 'vitest';
import { copies, drills } from '../../../electron/health/copy-checks';

it.each([
  ['no destination', { databases: 3, behind: 3, destinations: 0, failing: 0 }, 'pass', 'none'],
  ['all complete', { databases: 3, behind: 0, destinations: 2, failing: 0 }, 'pass', 'pass'],
  ['one of two fails, all complete', { databases: 3, behind: 0, destinations: 2, failing: 1 }, 'pass', 'pass'],
  ['one database behind', { databases: 3, behind: 1, destinations: 2, failing: 0 }, 'warn', 'warn'],
  ['every destination fails', { databases: 3, behind: 0, destinations: 2, failing: 2 }, 'fail', 'fail'],
])('copies: %s', (_name, state, status, key) => {
  expect(copies({ copies: state })).toMatchObject({ status, key });
});

it.each([
  ['switched off', { enabled: false, databases: 2, held: 0, overdue: 0, failed: 0 }, 'pass', 'off'],
  ['none yet', { enabled: true, databases: 2, held: 0, overdue: 0, failed: 0 }, 'pass', 'none'],
  ['all passed', { enabled: true, databases: 2, held: 2, overdue: 0, failed: 0 }, 'pass', 'pass'],
  ['one overdue', { enabled: true, databases: 2, held: 2, overdue: 1, failed: 0 }, 'warn', 'warn'],
  ['one failed', { enabled: true, databases: 2, held: 2, overdue: 1, failed: 1 }, 'fail', 'fail'],
  ['one failed, then switched off', { enabled: false, databases: 2, held: 2, overdue: 0, failed: 1 }, 'fail', 'fail'],
])('drills: %s', (_name, state, status, key) => {
  expect(drills({ drills: state })).toMatchObject({ status, key });
});

it('says nothing of what is not known', () => {
  expect([copies({}), drills({ drills: null })]).toEqual([null, null]);
});
