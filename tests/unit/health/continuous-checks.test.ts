/** The line of Health that speaks of continuous protection. */
import { expect, test } from 'vitest';
import { continuous } from '../../../electron/health/continuous-checks';

test.each([
  ['nothing is known', null, null],
  ['no database wants it', { count: 0, running: 0, interrupted: 0 }, ['pass', 'none', 0]],
  ['all are covered', { count: 2, running: 2, interrupted: 0 }, ['pass', 'pass', 0]],
  ['one begins or waits', { count: 2, running: 1, interrupted: 0 }, ['warn', 'warn', 1]],
  ['one is interrupted', { count: 3, running: 1, interrupted: 1 }, ['fail', 'fail', 1]],
])('%s', (_name, state, expected) => {
  const verdict = continuous({ continuous: state });
  expect(verdict && [verdict.status, verdict.key, verdict.params['waiting']]).toEqual(expected);
});
