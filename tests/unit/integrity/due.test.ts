import { describe, expect, it } from 'vitest';
import { checkOverdueDays, type CheckSchedule, dueCheck } from '../../../electron/integrity/due';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 5);
const daysAgo = (days: number): number => NOW_MS - days * DAY_MS;

const quick: CheckSchedule = { scheduledMs: daysAgo(0.1), periodMs: DAY_MS };
const full: CheckSchedule = { scheduledMs: daysAgo(2), periodMs: 7 * DAY_MS };
const LONG_GUARDED = daysAgo(400);

describe('which check is due', () => {
  it.each([
    ['both, never checked: the full one makes up for the quick one', { quick, full }, null, null, LONG_GUARDED, 'full'],
    ['the quick one alone', { quick, full }, daysAgo(1), daysAgo(1), LONG_GUARDED, 'quick'],
    ['none: both were done since', { quick, full }, NOW_MS, daysAgo(1), LONG_GUARDED, null],
    ['a quick check is no full one', { quick, full }, NOW_MS, daysAgo(8), LONG_GUARDED, 'full'],
    ['begun at the very moment', { quick }, quick.scheduledMs, null, LONG_GUARDED, null],
    ['after three weeks off: once', { full }, daysAgo(23), daysAgo(23), LONG_GUARDED, 'full'],
    ['guarded since a minute: nothing to make up for', { quick, full }, null, null, NOW_MS, null],
    ['nothing is switched on', {}, null, null, LONG_GUARDED, null],
  ])('%s', (_name, schedules, anyMs, fullMs, addedMs, expected) => {
    expect(dueCheck(schedules, { anyMs, fullMs }, addedMs)).toBe(expected);
  });
});

describe('checks are overdue', () => {
  it.each([
    ['not within twice the period', { quick, full }, daysAgo(2), daysAgo(14), null],
    ['after twice the period of the quick one', { quick, full }, daysAgo(2.5), daysAgo(2.5), 2],
    [
      'after twice the period of the full one, however many quick ones there were',
      { quick, full },
      NOW_MS,
      daysAgo(15),
      15,
    ],
    ['not while they are switched off', {}, null, null, null],
  ])('%s', (_name, schedules, anyMs, fullMs, days) => {
    expect(checkOverdueDays(schedules, { anyMs, fullMs }, LONG_GUARDED, NOW_MS)).toBe(days);
  });

  it('counted from the day on which guarding began', () => {
    expect(checkOverdueDays({ quick }, { anyMs: null, fullMs: null }, daysAgo(3), NOW_MS)).toBe(3);
    expect(checkOverdueDays({ quick }, { anyMs: null, fullMs: null }, daysAgo(1), NOW_MS)).toBeNull();
  });
});
