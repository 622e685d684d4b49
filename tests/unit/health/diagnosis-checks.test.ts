import { describe, expect, test } from 'vitest';
import { logs, operationErrors } from '../../../electron/health/diagnosis-checks';

describe('operations against the objective', () => {
  test.each([
    [0, 0, 'pass', 'few'],
    [19, 19, 'pass', 'few'],
    [20, 0, 'pass', 'pass'],
    [100, 1, 'pass', 'pass'],
    [100, 2, 'warn', 'warn'],
    [100, 50, 'warn', 'warn'],
    [100, 51, 'fail', 'fail'],
  ])('%i operations, %i of them failed: %s, said as %s', (total, failed, status, key) => {
    expect(operationErrors({ operations: { total, failed, objective: 0.01 } })).toMatchObject({
      status,
      key,
      params: { total, failed, objective: 0.01 },
      observedValue: total === 0 ? 0 : failed / total,
    });
  });

  test('what is not known has no line', () => {
    expect([operationErrors({}), operationErrors({ operations: null })]).toEqual([null, null]);
  });
});

describe('logs', () => {
  const well = { dropped: 0, isWritten: true, sources: 2, failing: 0 };
  test.each([
    [well, 'pass', 'pass'],
    [{ ...well, sources: 0 }, 'pass', 'none'],
    [{ ...well, dropped: 7 }, 'warn', 'dropped'],
    [{ ...well, dropped: 7, failing: 1 }, 'warn', 'warn'],
    [{ ...well, isWritten: false, failing: 1 }, 'fail', 'fail'],
  ])('%j: %s, said as %s', (state, status, key) => {
    expect(logs({ logs: state })).toMatchObject({ status, key });
  });

  test('what is not known has no line', () => {
    expect([logs({}), logs({ logs: null })]).toEqual([null, null]);
  });
});
