import type { ScheduledKind } from '@shared/models';
import { DEFAULT_SCHEDULES } from '@shared/settings';
import { expect, test } from 'vitest';
import {
  coveredUntil,
  hoursSince,
  lastUnchangedAtMs,
  noteUnchanged,
  type OverdueInput,
  overdueSince,
} from '../../../electron/backup/overdue';
import { longestGapMs } from '../../../electron/backup/schedule';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import { at, backup, orders, scratchStore } from '../store/fixture';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-07-02T12:00:00+09:00');

const only = (...kinds: ScheduledKind[]): OverdueInput['schedules'] => ({
  incremental: { ...DEFAULT_SCHEDULES.incremental, enabled: kinds.includes('incremental') },
  daily: { ...DEFAULT_SCHEDULES.daily, enabled: kinds.includes('daily') },
  weekly: { ...DEFAULT_SCHEDULES.weekly, enabled: kinds.includes('weekly') },
  monthly: { ...DEFAULT_SCHEDULES.monthly, enabled: kinds.includes('monthly') },
});
const every = (cron: string): OverdueInput['schedules'] => ({
  ...only('daily'),
  incremental: { enabled: true, cron },
});

const input = (change: Partial<OverdueInput>): OverdueInput => ({
  lastProvedAtMs: null,
  lastUnchangedAtMs: null,
  addedAtMs: NOW - 90 * DAY_MS,
  schedules: DEFAULT_SCHEDULES,
  intervalSinceMs: 0,
  awakeSinceMs: null,
  nowMs: NOW,
  timeZone: 'Asia/Seoul',
  ...change,
});

test.each<[what: string, provedMs: number | null, addedMs: number, OverdueInput['schedules'], since: number | null]>([
  ['proved 47 h ago', NOW - 47 * HOUR_MS, NOW - 90 * DAY_MS, DEFAULT_SCHEDULES, null],
  ['proved 48 h ago', NOW - 48 * HOUR_MS, NOW - 90 * DAY_MS, DEFAULT_SCHEDULES, NOW],
  ['proved 49 h ago', NOW - 49 * HOUR_MS, NOW - 90 * DAY_MS, DEFAULT_SCHEDULES, NOW - HOUR_MS],
  ['weekly only, 13 days', NOW - 13 * DAY_MS, 0, only('weekly', 'monthly'), null],
  ['weekly only, 15 days', NOW - 15 * DAY_MS, 0, only('weekly'), NOW - DAY_MS],
  ['monthly only, 61 days', NOW - 61 * DAY_MS, 0, only('monthly'), null],
  ['monthly only, 63 days', NOW - 63 * DAY_MS, 0, only('monthly'), NOW - DAY_MS],
  ['never proved, added an hour ago', null, NOW - HOUR_MS, DEFAULT_SCHEDULES, null],
  ['never proved, added three days ago', null, NOW - 3 * DAY_MS, DEFAULT_SCHEDULES, NOW - DAY_MS],
  ['no schedule, no promise', null, 0, only(), null],
  ['proved a second in the future', NOW + 1_000, 0, DEFAULT_SCHEDULES, null],
  ['proved by a clock that stood a year ahead', NOW + 365 * DAY_MS, 0, DEFAULT_SCHEDULES, 48 * HOUR_MS],
])('%s', (_what, lastProvedAtMs, addedAtMs, schedules, since) => {
  expect(overdueSince(input({ lastProvedAtMs, addedAtMs, schedules }))).toBe(since);
});

const ago = (minutes: number) => NOW - minutes * MINUTE_MS;
test.each<[what: string, change: Partial<OverdueInput>, since: number | null]>([
  ['a quarter of an hour: 44 minutes', { lastProvedAtMs: ago(44) }, null],
  [
    'a quarter of an hour: 45 minutes, half an hour after the point that is not there',
    { lastProvedAtMs: ago(45) },
    NOW,
  ],
  ['a quarter of an hour: an hour', { lastProvedAtMs: ago(60) }, ago(15)],
  ['nothing changed since, looked 20 minutes ago', { lastProvedAtMs: ago(600), lastUnchangedAtMs: ago(20) }, null],
  ['nothing changed since, looked an hour ago', { lastProvedAtMs: ago(600), lastUnchangedAtMs: ago(60) }, ago(15)],
  ['a look before the newest point says nothing', { lastProvedAtMs: ago(60), lastUnchangedAtMs: ago(500) }, ago(15)],
  ['never proved, added an hour ago', { addedAtMs: ago(60), lastUnchangedAtMs: ago(1) }, ago(15)],
  ['the schedule was set ten minutes ago', { lastProvedAtMs: ago(600), intervalSinceMs: ago(10) }, null],
  [
    'the schedule was set while the clock stood ahead',
    { lastProvedAtMs: ago(60), intervalSinceMs: ago(-900) },
    ago(15),
  ],
  ['awake for ten minutes after a night asleep', { lastProvedAtMs: ago(600), awakeSinceMs: ago(10) }, null],
  ['awake for forty minutes after a night asleep', { lastProvedAtMs: ago(600), awakeSinceMs: ago(40) }, ago(10)],
  ['every hour: 119 minutes', { lastProvedAtMs: ago(119), schedules: every('0 * * * *') }, null],
  ['every hour: two hours', { lastProvedAtMs: ago(120), schedules: every('0 * * * *') }, NOW],
  [
    // Thursday noon. Last point on Wednesday evening, the pause of a night and of a weekend are known.
    'office hours, over night',
    { lastProvedAtMs: Date.parse('2026-07-01T18:45+09:00'), schedules: every('*/15 8-18 * * 1-5') },
    null,
  ],
  [
    'an expression that cannot be read is not judged here, and the others are',
    { lastProvedAtMs: NOW - 49 * HOUR_MS, schedules: every('99 * * * *') },
    NOW - HOUR_MS,
  ],
  [
    'a look that found nothing changed does not stand for a daily backup of the whole',
    { lastProvedAtMs: NOW - 49 * HOUR_MS, lastUnchangedAtMs: ago(5) },
    NOW - HOUR_MS,
  ],
  [
    'but for one that only stores what changed it does',
    {
      lastProvedAtMs: NOW - 49 * HOUR_MS,
      lastUnchangedAtMs: ago(5),
      schedules: { ...only('daily'), daily: { ...DEFAULT_SCHEDULES.daily, changesOnly: true } },
    },
    null,
  ],
])('an interval of %s', (_what, change, since) => {
  expect(overdueSince(input({ schedules: every('*/15 * * * *'), ...change }))).toBe(since);
});

test('where clocks go back, the hour that comes twice is no pause of the schedule', () => {
  // 02:00 falls due for the first time at 01:00 UTC; the point of 02:45 is followed by that of 03:00, 75 minutes later.
  const lastProvedAtMs = Date.parse('2026-10-25T00:45:00Z');
  const berlin = { schedules: every('*/15 * * * *'), timeZone: 'Europe/Berlin', lastProvedAtMs };
  const since = (nowMs: number) => overdueSince(input({ ...berlin, nowMs, addedAtMs: 0 }));
  expect(since(Date.parse('2026-10-25T02:29:00Z'))).toBeNull();
  expect(since(Date.parse('2026-10-25T02:31:00Z'))).toBe(Date.parse('2026-10-25T02:30:00Z'));
});

test.each([
  ['*/15 * * * *', 15 * MINUTE_MS],
  ['* * * * *', MINUTE_MS],
  ['0 * * * *', HOUR_MS],
  ['5,50 * * * *', 45 * MINUTE_MS],
  ['0 2 * * *', DAY_MS],
  ['*/15 8-18 * * *', 13 * HOUR_MS + 15 * MINUTE_MS],
  ['*/15 8-18 * * 1-5', 61 * HOUR_MS + 15 * MINUTE_MS],
  ['0,30 8,12 * * *', 19 * HOUR_MS + 30 * MINUTE_MS],
  ['0 3 * * 0', 7 * DAY_MS],
  ['0 4 31 * *', 61 * DAY_MS],
])('the longest pause of %s', (cron, gapMs) => {
  expect(longestGapMs(cron, NOW)).toBe(gapMs);
});

test.each([
  [null, null, null],
  [null, 5, null],
  [3, null, 3],
  [3, 5, 5],
  [5, 3, 5],
])('covered until: proved %s, unchanged %s', (proved, unchanged, until) => {
  expect(coveredUntil(proved, unchanged)).toBe(until);
});

test.each([
  [0, 0],
  [45 * MINUTE_MS, 0.75],
  [59 * MINUTE_MS + 59_000, 59 / 60],
  [HOUR_MS, 1],
  [49 * HOUR_MS + 59 * MINUTE_MS, 49],
  [-HOUR_MS, 0],
])('an age of %d ms is %d hours for people', (ageMs, hours) => {
  expect(hoursSince(NOW - ageMs, NOW)).toBe(hours);
});

test('what was found unchanged counts while the point that it was compared with is the newest proved one', () => {
  const store = scratchStore();
  store.databases.add(orders);
  store.backups.insert(backup('older', { createdAt: at(1) }));
  store.backups.insert(backup('newer', { createdAt: at(2) }));
  const nothing = holdfastError('NOTHING_CHANGED', { params: { name: 'orders', pointId: 'newer' } });
  expect(lastUnchangedAtMs(store, orders.id)).toBeNull();
  noteUnchanged(store, orders.id, 1_000, holdfastError('DISK_FULL'));
  expect(lastUnchangedAtMs(store, orders.id)).toBeNull();
  noteUnchanged(store, orders.id, 1_000, nothing);
  expect(lastUnchangedAtMs(store, orders.id)).toBe(1_000);
  expect(lastUnchangedAtMs(store, 'other')).toBeNull();
  // Damaged, or deleted by hand: the older one was never compared.
  store.backups.setState('newer', 'failed');
  expect(lastUnchangedAtMs(store, orders.id)).toBeNull();
  store.backups.setState('newer', 'proved');
  expect(lastUnchangedAtMs(store, orders.id)).toBe(1_000);
  store.backups.remove('newer');
  expect(lastUnchangedAtMs(store, orders.id)).toBeNull();
});
