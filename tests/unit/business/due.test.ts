import { expect, test } from 'vitest';
import { isDue, nextDueMs, offsetOf } from '../../../electron/business/due';

const at = (time: string) => Date.parse(`2026-05-01T${time}Z`);

test.each<[last: string | null, now: string, minutes: number, offsetMs: number, due: boolean]>([
  [null, '09:00:00', 15, 0, true],
  ['09:00:00', '09:14:59', 15, 0, false],
  ['09:14:59', '09:15:00', 15, 0, true],
  ['09:00:30', '09:15:05', 15, 10_000, false],
  ['09:00:30', '09:15:10', 15, 10_000, true],
  // A clock that was set back.
  ['21:00:00', '09:00:00', 15, 0, true],
  ['00:00:00', '23:59:59', 1440, 0, false],
])('last at %s, now %s, every %i minutes, %i ms apart: due %s', (last, now, minutes, offsetMs, due) => {
  expect(isDue(last === null ? null : at(last), at(now), minutes, offsetMs)).toBe(due);
});

test('the next period begins at the same moments for all', () => {
  expect(nextDueMs(at('09:07:30'), 15, 0)).toBe(at('09:15:00'));
  expect(nextDueMs(at('09:15:00'), 15, 0)).toBe(at('09:30:00'));
  expect(nextDueMs(at('09:15:05'), 15, 10_000)).toBe(at('09:15:10'));
});

test('databases are apart by less than a minute, the same each time', () => {
  const offsets = Array.from({ length: 50 }, (_, n) => offsetOf(`database-${n}`));
  expect(offsets).toEqual(Array.from({ length: 50 }, (_, n) => offsetOf(`database-${n}`)));
  expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...offsets)).toBeLessThan(60_000);
  expect(new Set(offsets).size).toBeGreaterThan(40);
});
