import { expect, test } from 'vitest';
import { RestartLimit } from '../../../electron/desktop/restart-limit';

test('allows so many starts within the time, and again when the first is long ago', () => {
  const limit = new RestartLimit(3, 600_000);
  expect([0, 1_000, 2_000, 3_000, 599_999].map((now) => limit.allow(now))).toEqual([true, true, true, false, false]);
  expect(limit.allow(600_000)).toBe(true);
  expect(limit.allow(600_500)).toBe(false);
  expect(limit.allow(601_000)).toBe(true);
});
