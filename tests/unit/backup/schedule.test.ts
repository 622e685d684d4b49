import { expect, test } from 'vitest';
import { momentOf, wallKey, wallOf } from '../../../electron/backup/local-time';
import { latestDue, latestOccurrence, nextOccurrence, validateCron } from '../../../electron/backup/schedule';
import { nextWall, previousWall } from '../../../electron/backup/schedule-walk';
import cronParser from 'cron-parser';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEOUL = 'Asia/Seoul';
const NEW_YORK = 'America/New_York';
const LONDON = 'Europe/London';
const LORD_HOWE = 'Australia/Lord_Howe';

const utc = (iso: string) => Date.parse(`${iso}Z`);
const iso = (atMs: number) => new Date(atMs).toISOString().slice(0, 16);

/** All occurrences in (from, to], one after the other. */
function walkOver(cron: string, fromMs: number, toMs: number, timeZone: string): string[] {
  const found: string[] = [];
  for (let next = nextOccurrence(cron, fromMs, timeZone); next.atMs <= toMs; ) {
    found.push(`${next.key} at ${iso(next.atMs)}`);
    next = nextOccurrence(cron, next.atMs, timeZone);
  }
  return found;
}

test.each<[cron: string, why: RegExp | null]>([
  ['0 2 * * *', null],
  ['  0   3 * * 0 ', null],
  ['*/15 8-18 * * MON-FRI', null],
  ['0 4 31 * *', null],
  ['0 4 29 2 *', null],
  ['0 4 L * *', null],
  ['', /five fields, this has 0/],
  ['0 2 * *', /five fields, this has 4/],
  ['0 0 2 * * *', /five fields, this has 6/],
  ['@daily', /five fields, this has 1/],
  ['60 2 * * *', /0-59/],
  ['0 24 * * *', /0-23/],
  ['0 2 * * 8', /0-7/],
  ['0 2 * * someday', /alias/],
  ['0 4 30 2 *', /day of month/],
  ['0 4 31 2,4 *', /no such day ever comes/],
])('%j is refused for: %s', (cron, why) => {
  const found = validateCron(cron);
  if (why) expect(found).toMatch(why);
  else expect(found).toBeNull();
});

test('an expression that is no schedule is refused with its reason', () => {
  const refused = expect.objectContaining({
    code: 'SETTING_INVALID',
    params: { setting: 'schedule', reason: expect.stringContaining('0 99 * * *: Constraint error') },
  });
  expect(() => nextOccurrence('0 99 * * *', 0, SEOUL)).toThrow(refused);
  expect(() => latestDue('0 99 * * *', 0, 1, SEOUL)).toThrow(refused);
});

test.each<[what: string, cron: string, zone: string, from: string, to: string, expected: string[]]>([
  [
    'a zone without clock changes',
    '0 2 * * *',
    SEOUL,
    '2026-03-06T17:00',
    '2026-03-08T17:00',
    ['2026-03-08T02:00 at 2026-03-07T17:00', '2026-03-09T02:00 at 2026-03-08T17:00'],
  ],
  [
    'a time that clocks jump over runs once, later by the jump',
    '30 2 * * *',
    NEW_YORK,
    '2026-03-07T08:00',
    '2026-03-09T12:00',
    ['2026-03-08T02:30 at 2026-03-08T07:30', '2026-03-09T02:30 at 2026-03-09T06:30'],
  ],
  [
    'two times of which one is jumped over onto the other',
    '30 2,3 * * *',
    NEW_YORK,
    '2026-03-08T06:00',
    '2026-03-09T06:00',
    ['2026-03-08T03:30 at 2026-03-08T07:30'],
  ],
  [
    'a jumped-over time that comes after a later one',
    '10,45 2,3 * * *',
    NEW_YORK,
    '2026-03-08T06:00',
    '2026-03-08T08:00',
    ['2026-03-08T03:10 at 2026-03-08T07:10', '2026-03-08T03:45 at 2026-03-08T07:45'],
  ],
  [
    'a time that clocks show twice runs once, the first time',
    '30 1 * * *',
    NEW_YORK,
    '2026-10-31T06:00',
    '2026-11-02T12:00',
    ['2026-11-01T01:30 at 2026-11-01T05:30', '2026-11-02T01:30 at 2026-11-02T06:30'],
  ],
  [
    'every half hour while clocks go back: each wall time once',
    '0,30 * * * *',
    NEW_YORK,
    '2026-11-01T04:30',
    '2026-11-01T07:30',
    [
      '2026-11-01T01:00 at 2026-11-01T05:00',
      '2026-11-01T01:30 at 2026-11-01T05:30',
      '2026-11-01T02:00 at 2026-11-01T07:00',
      '2026-11-01T02:30 at 2026-11-01T07:30',
    ],
  ],
  [
    'London jumps at 01:00',
    '30 1 * * *',
    LONDON,
    '2026-03-28T02:00',
    '2026-03-30T02:00',
    ['2026-03-29T01:30 at 2026-03-29T01:30', '2026-03-30T01:30 at 2026-03-30T00:30'],
  ],
  [
    'London falls back at 02:00',
    '30 1 * * *',
    LONDON,
    '2026-10-24T02:00',
    '2026-10-26T02:00',
    ['2026-10-25T01:30 at 2026-10-25T00:30', '2026-10-26T01:30 at 2026-10-26T01:30'],
  ],
  [
    'Lord Howe jumps by half an hour',
    '15 2 * * *',
    LORD_HOWE,
    '2026-10-03T00:00',
    '2026-10-05T00:00',
    ['2026-10-04T02:15 at 2026-10-03T15:45', '2026-10-05T02:15 at 2026-10-04T15:15'],
  ],
  [
    'Lord Howe falls back by half an hour',
    '45 1 * * *',
    LORD_HOWE,
    '2026-04-03T20:00',
    '2026-04-05T20:00',
    ['2026-04-05T01:45 at 2026-04-04T14:45', '2026-04-06T01:45 at 2026-04-05T15:15'],
  ],
  [
    'months without a 31st are left out',
    '0 4 31 * *',
    SEOUL,
    '2026-01-31T00:00',
    '2026-06-30T00:00',
    ['2026-03-31T04:00 at 2026-03-30T19:00', '2026-05-31T04:00 at 2026-05-30T19:00'],
  ],
  [
    'the weekly default over a year border',
    '0 3 * * 0',
    SEOUL,
    '2026-12-25T00:00',
    '2027-01-05T00:00',
    ['2026-12-27T03:00 at 2026-12-26T18:00', '2027-01-03T03:00 at 2027-01-02T18:00'],
  ],
])('%s', (_what, cron, zone, from, to, expected) => {
  expect(walkOver(cron, utc(from), utc(to), zone)).toEqual(expected);
});

test.each<[what: string, cron: string, zone: string, after: string, now: string, key: string | null]>([
  ['not yet', '0 2 * * *', SEOUL, '2026-05-01T17:00', '2026-05-02T16:59', null],
  ['at the very moment', '0 2 * * *', SEOUL, '2026-05-01T17:00', '2026-05-02T17:00', '2026-05-03T02:00'],
  ['a week asleep: the newest only', '0 2 * * *', SEOUL, '2026-05-01T17:00', '2026-05-09T03:00', '2026-05-09T02:00'],
  ['the clock was set back', '0 2 * * *', SEOUL, '2026-05-02T17:00', '2026-05-02T16:00', null],
  ['same moment', '* * * * *', SEOUL, '2026-05-02T17:00', '2026-05-02T17:00', null],
  ['before the shifted time', '30 2 * * *', NEW_YORK, '2026-03-07T07:30', '2026-03-08T07:29', null],
  ['at the shifted time', '30 2 * * *', NEW_YORK, '2026-03-07T07:30', '2026-03-08T07:30', '2026-03-08T02:30'],
  ['after the shifted time', '30 2 * * *', NEW_YORK, '2026-03-08T07:30', '2026-03-09T06:29', null],
  ['the first 01:30', '30 1 * * *', NEW_YORK, '2026-10-31T05:30', '2026-11-01T05:30', '2026-11-01T01:30'],
  ['between the two', '30 1 * * *', NEW_YORK, '2026-11-01T05:30', '2026-11-01T06:15', null],
  [
    'asleep until 01:15 is shown again',
    '30 1 * * *',
    NEW_YORK,
    '2026-10-31T05:30',
    '2026-11-01T06:15',
    '2026-11-01T01:30',
  ],
  ['the second 01:30', '30 1 * * *', NEW_YORK, '2026-11-01T05:30', '2026-11-01T06:30', null],
  ['Lord Howe, between the two', '45 1 * * *', LORD_HOWE, '2026-04-04T14:45', '2026-04-04T15:20', null],
  ['no 31st in this month', '0 4 31 * *', SEOUL, '2026-05-30T19:00', '2026-06-30T12:00', null],
  ['the last 31st', '0 4 31 * *', SEOUL, '2026-03-30T19:00', '2026-06-30T12:00', '2026-05-31T04:00'],
])('due: %s', (_what, cron, zone, after, now, key) => {
  expect(latestDue(cron, utc(after), utc(now), zone)?.key ?? null).toBe(key);
});

// Each local wall time is one occurrence: over the day of each change, walking forward, looking back from
// every twentieth minute and naming wall times by hand must agree.
test.each([
  [NEW_YORK, '2026-03-07T12:00'],
  [NEW_YORK, '2026-10-31T12:00'],
  [LONDON, '2026-03-28T12:00'],
  [LONDON, '2026-10-24T12:00'],
  [LORD_HOWE, '2026-10-03T00:00'],
  [LORD_HOWE, '2026-04-04T00:00'],
])('in %s from %s looking forward and looking back agree', (zone, from) => {
  const fromMs = utc(from);
  const toMs = fromMs + 24 * HOUR_MS;
  for (const cron of ['30 2 * * *', '15,45 1,2,3 * * *']) {
    const forward = walkOver(cron, fromMs, toMs, zone);
    const back: string[] = [];
    for (let servedMs = fromMs, nowMs = fromMs; nowMs <= toMs; nowMs += 20 * MINUTE_MS) {
      const due = latestDue(cron, servedMs, nowMs, zone);
      if (!due) continue;
      back.push(`${due.key} at ${iso(due.atMs)}`);
      servedMs = due.atMs;
    }
    expect(back).toEqual(forward);
    expect(new Set(forward.map((line) => line.slice(0, 16))).size).toBe(forward.length);
  }
});

test('looking back finds what looking forward finds, for expressions of every shape', () => {
  const crons = [
    '0 2 * * *',
    '0 3 * * 0',
    '0 4 1 * *',
    '0 4 31 * *',
    '*/7 */5 * * *',
    '5 0 1,15 * 5',
    '0 0 29 2 *',
    '9 9 L * *',
  ];
  for (const cron of crons) {
    for (let n = 0; n < 12; n += 1) {
      const nowMs = utc('2026-01-01T00:00') + n * 777 * HOUR_MS + n * 13 * MINUTE_MS;
      const latest = latestOccurrence(cron, nowMs, LONDON);
      expect(latest.atMs).toBeLessThanOrEqual(nowMs);
      expect(nextOccurrence(cron, latest.atMs - 1, LONDON)).toEqual(latest);
      expect(nextOccurrence(cron, latest.atMs, LONDON).atMs).toBeGreaterThan(nowMs);
    }
  }
});

test.each([
  ['2026-03-08T01:59', NEW_YORK, '2026-03-08T06:59'],
  ['2026-03-08T02:00', NEW_YORK, '2026-03-08T07:00'],
  ['2026-03-08T03:00', NEW_YORK, '2026-03-08T07:00'],
  ['2026-11-01T01:59', NEW_YORK, '2026-11-01T05:59'],
  ['2026-11-01T02:00', NEW_YORK, '2026-11-01T07:00'],
  ['2026-10-04T02:29', LORD_HOWE, '2026-10-03T15:59'],
  ['2026-10-04T02:30', LORD_HOWE, '2026-10-03T15:30'],
  ['2026-01-01T00:00', SEOUL, '2025-12-31T15:00'],
])('%s in %s is the moment %s', (wall, zone, moment) => {
  expect(iso(momentOf(utc(wall), zone))).toBe(moment);
});

test.each([0.5, -0.5, -86_400_000.25, 1_777_777_777_777])('the wall time of %d keeps its milliseconds', (atMs) => {
  expect(wallOf(atMs, 'UTC')).toBe(atMs);
  expect(wallKey(wallOf(0, SEOUL))).toBe('1970-01-01T09:00');
});

// cron-parser steps by itself, slowly: both must name the same times, forward and back.
test.each([
  '0 2 * * *',
  '*/15 8-18 * * MON-FRI',
  '0 3 * * 0',
  '0 3 * * 7',
  '0 4 31 * *',
  '0 4 29 2 *',
  '0 0 1,15 * 5',
  '9 9 L * *',
  '9 9 L 2 *',
  '30 6 * * 5L',
  '0 12 * * 1#2',
  '0 12 * 6-8 2,4',
  '59 23 31 12 *',
  '7 */5 */3 */2 *',
  '0 5 1-7 * 1-5',
])('%s names the times that cron-parser names', (cron) => {
  for (const from of ['2026-02-27T10:07', '2027-12-31T23:59']) {
    const start = { currentDate: new Date(utc(from)), tz: 'UTC' };
    const [forward, back] = [cronParser.parseExpression(cron, start), cronParser.parseExpression(cron, start)];
    let [ahead, behind] = [utc(from), utc(from)];
    for (let step = 0; step < 3; step++) {
      ahead = nextWall(cron, ahead);
      behind = previousWall(cron, behind);
      expect(iso(ahead)).toBe(iso(forward.next().getTime()));
      expect(iso(behind)).toBe(iso(back.prev().getTime()));
    }
  }
});
