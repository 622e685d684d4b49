/** Schedules in words: what can be said, and when it is next. */
import { describe, expect, it } from 'vitest';
import { nextSimpleRun, readSimpleCron, type SimpleCron } from '@/format/cron';

describe('reading', () => {
  it.each<[string, SimpleCron | null]>([
    ['0 2 * * *', { every: 'day', hour: 2, minute: 0 }],
    [' 30  3 * * 0 ', { every: 'week', weekday: 0, hour: 3, minute: 30 }],
    ['0 3 * * 7', { every: 'week', weekday: 0, hour: 3, minute: 0 }],
    ['0 4 1 * *', { every: 'month', day: 1, hour: 4, minute: 0 }],
    ['*/5 2 * * *', null],
    ['0 2 * 1 *', null],
    ['0 2 1 * 1', null],
    ['0 24 * * *', null],
    ['0 2 * *', null],
    ['0 0 2 * * *', null],
  ])('%s', (cron, read) => expect(readSimpleCron(cron)).toEqual(read));
});

describe('the next run', () => {
  const now = new Date(2026, 10, 21, 12, 0).getTime(); // a Saturday

  it.each<[SimpleCron, Date]>([
    [{ every: 'day', hour: 2, minute: 0 }, new Date(2026, 10, 22, 2, 0)],
    [{ every: 'day', hour: 12, minute: 1 }, new Date(2026, 10, 21, 12, 1)],
    [{ every: 'week', weekday: 0, hour: 3, minute: 0 }, new Date(2026, 10, 22, 3, 0)],
    [{ every: 'week', weekday: 6, hour: 3, minute: 0 }, new Date(2026, 10, 28, 3, 0)],
    [{ every: 'month', day: 1, hour: 4, minute: 0 }, new Date(2026, 11, 1, 4, 0)],
    [{ every: 'month', day: 31, hour: 4, minute: 0 }, new Date(2026, 11, 31, 4, 0)],
  ])('%j', (cron, next) => expect(nextSimpleRun(cron, now)).toEqual(next));
});
