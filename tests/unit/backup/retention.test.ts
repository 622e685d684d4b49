import type { ProofState } from '@shared/models';
import { expect, test } from 'vitest';
import { decideRetention, type RetentionOptions, type RetentionPoint } from '../../../electron/backup/retention';

const SEOUL = 'Asia/Seoul';
const NONE: ReadonlySet<string> = new Set();

/** `id createdAt [kind] [state] [parent]`, a point a line; one with a parent holds its changes. */
function points(text: string): RetentionPoint[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', createdAt = '', kind = 'daily', state = 'proved', parentId = null] = line.trim().split(/\s+/);
      const point = { id, databaseId: 'db', createdAt: new Date(createdAt).toISOString(), state: state as ProofState };
      const form = parentId === null ? 'full' : 'changes';
      return { ...point, kind: kind as RetentionPoint['kind'], form, parentId };
    });
}

interface Case {
  name: string;
  points: string;
  policy?: [daily: number, weekly: number, monthly: number, incremental?: number];
  options?: Partial<RetentionOptions>;
  /** `id: reason[=period], …` of those that stay. */
  kept: Record<string, string>;
}

const cases: Case[] = [
  {
    name: 'the newest of each of the last days',
    points: `
      mon-a 2026-05-04T02:00+09:00
      mon-b 2026-05-04T14:00+09:00
      tue   2026-05-05T02:00+09:00
      wed   2026-05-06T02:00+09:00`,
    policy: [2, 0, 0],
    kept: { wed: 'last-proved, daily-period=2026-05-06', tue: 'daily-period=2026-05-05' },
  },
  {
    name: 'periods without a backup are not counted: a machine that was off for weeks keeps its days',
    points: `
      old   2026-01-10T02:00+09:00
      older 2026-01-09T02:00+09:00
      new   2026-05-06T02:00+09:00`,
    policy: [2, 0, 0],
    kept: { new: 'last-proved, daily-period=2026-05-06', old: 'daily-period=2026-01-10' },
  },
  {
    name: 'one backup can stand for a day, a week and a month',
    points: `
      a 2026-04-30T02:00+09:00
      b 2026-05-01T02:00+09:00
      c 2026-05-02T02:00+09:00`,
    policy: [1, 1, 2],
    kept: {
      c: 'last-proved, daily-period=2026-05-02, weekly-period=2026-W18, monthly-period=2026-05',
      a: 'monthly-period=2026-04',
    },
  },
  {
    name: 'ISO weeks over a year border: 2026-12-31 and 2027-01-03 are one week, 53 of 2026',
    points: `
      sun 2026-12-27T03:00+09:00
      thu 2026-12-31T03:00+09:00
      sat 2027-01-02T03:00+09:00
      end 2027-01-03T03:00+09:00
      mon 2027-01-04T03:00+09:00`,
    policy: [0, 3, 0],
    kept: { mon: 'last-proved, weekly-period=2027-W01', end: 'weekly-period=2026-W53', sun: 'weekly-period=2026-W52' },
  },
  {
    name: 'the first days of a year can be in the last week of the year before',
    points: `
      a 2025-12-29T03:00+09:00
      b 2022-01-01T03:00+09:00
      c 2021-01-03T03:00+09:00`,
    policy: [0, 9, 0],
    kept: { a: 'last-proved, weekly-period=2026-W01', b: 'weekly-period=2021-W52', c: 'weekly-period=2020-W53' },
  },
  {
    name: 'days are those of the local zone',
    points: `
      a 2026-05-04T14:59:59Z
      b 2026-05-04T15:00:00Z
      c 2026-05-05T14:59:59Z`,
    policy: [7, 0, 0],
    kept: { c: 'last-proved, daily-period=2026-05-05', a: 'daily-period=2026-05-04' },
  },
  {
    name: 'a day of 23 hours and the days beside it',
    points: `
      before 2026-03-08T04:59Z
      first  2026-03-08T05:00Z
      last   2026-03-09T03:59Z
      after  2026-03-09T04:00Z`,
    policy: [7, 0, 0],
    options: { timeZone: 'America/New_York' },
    kept: {
      after: 'last-proved, daily-period=2026-03-09',
      last: 'daily-period=2026-03-08',
      before: 'daily-period=2026-03-07',
    },
  },
  {
    name: 'a day of 25 hours is one day',
    points: `
      first  2026-11-01T04:00Z
      twice  2026-11-01T06:30Z
      last   2026-11-02T04:59Z
      after  2026-11-02T05:00Z`,
    policy: [7, 0, 0],
    options: { timeZone: 'America/New_York' },
    kept: { after: 'last-proved, daily-period=2026-11-02', last: 'daily-period=2026-11-01' },
  },
  {
    name: 'what is not proved stays and pushes nothing out',
    points: `
      a 2026-05-01T02:00+09:00
      b 2026-05-02T02:00+09:00
      f 2026-05-03T02:00+09:00 daily failed
      u 2026-05-04T02:00+09:00 daily unproved
      c 2026-05-05T02:00+09:00`,
    policy: [2, 0, 0],
    kept: {
      c: 'last-proved, daily-period=2026-05-05',
      u: 'not-proved',
      f: 'not-proved',
      b: 'daily-period=2026-05-02',
    },
  },
  {
    name: 'nothing goes while the newest one is not proved',
    points: `
      a 2026-05-01T02:00+09:00
      b 2026-05-02T02:00+09:00
      c 2026-05-03T02:00+09:00
      f 2026-05-04T02:00+09:00 daily failed`,
    policy: [1, 0, 0],
    kept: {
      f: 'not-proved',
      c: 'last-proved, daily-period=2026-05-03',
      b: 'newer-not-proved',
      a: 'newer-not-proved',
    },
  },
  {
    name: 'a missing one stands for nothing, and is not let go: its disk may come back',
    points: `
      a 2026-05-01T02:00+09:00
      b 2026-05-02T02:00+09:00 manual missing
      c 2026-05-03T02:00+09:00 daily missing
      z 2026-04-30T02:00+09:00`,
    policy: [1, 0, 0],
    kept: { a: 'last-proved, daily-period=2026-05-01', b: 'manual, not-proved', c: 'not-proved' },
  },
  {
    name: 'the last proved one stays whatever the policy says',
    points: `
      a 2020-05-01T02:00+09:00
      b 2020-05-02T02:00+09:00`,
    policy: [0, 0, 0],
    kept: { b: 'last-proved' },
  },
  {
    name: 'the last proved one stays even when it is a safety backup',
    points: 's 2026-05-01T02:00+09:00 safety',
    policy: [1, 1, 1],
    kept: { s: 'last-proved' },
  },
  {
    name: 'a safety backup taken last does not stand for the last good one',
    points: `
      safety 2026-05-02T15:00+09:00 safety
      good   2026-05-01T02:00+09:00 monthly`,
    policy: [0, 0, 0],
    kept: { safety: 'last-proved', good: 'last-proved' },
  },
  {
    name: 'backups made by hand stay, and stand for their period as others do',
    points: `
      hand  2026-05-01T12:00+09:00 manual
      night 2026-05-01T02:00+09:00
      next  2026-05-02T02:00+09:00
      loose 2026-04-01T12:00+09:00 manual
      bad   2026-03-01T12:00+09:00 manual failed`,
    policy: [2, 0, 0],
    kept: {
      next: 'last-proved, daily-period=2026-05-02',
      hand: 'daily-period=2026-05-01, manual',
      loose: 'manual',
      bad: 'manual, not-proved',
    },
  },
  {
    name: 'a safety backup stays while it undoes a restore, and never stands for a period',
    points: `
      night 2026-05-01T02:00+09:00
      undo  2026-05-01T15:00+09:00 safety
      old   2026-04-30T15:00+09:00 safety
      next  2026-05-02T02:00+09:00`,
    policy: [7, 4, 12],
    options: { undoPointIds: new Set(['undo', 'night']) },
    kept: {
      next: 'last-proved, daily-period=2026-05-02, weekly-period=2026-W18, monthly-period=2026-05',
      night: 'daily-period=2026-05-01',
      undo: 'undo',
    },
  },
  {
    name: 'backups made while the clock stood ahead do not push out those of today',
    points: `
      f1 2030-01-01T02:00+09:00
      f2 2030-01-02T02:00+09:00
      f3 2030-01-03T02:00+09:00
      a  2026-05-01T02:00+09:00
      b  2026-05-02T02:00+09:00
      c  2026-05-03T02:00+09:00`,
    policy: [2, 0, 0],
    options: { nowMs: Date.parse('2026-05-03T12:00Z') },
    kept: {
      f3: 'last-proved, daily-period=2030-01-03',
      f2: 'daily-period=2030-01-02',
      c: 'last-proved, daily-period=2026-05-03',
      b: 'daily-period=2026-05-02',
    },
  },
  {
    name: 'equal times are decided by id',
    points: `
      a 2026-05-01T02:00+09:00
      c 2026-05-01T02:00+09:00
      b 2026-05-01T02:00+09:00`,
    policy: [3, 0, 0],
    kept: { c: 'last-proved, daily-period=2026-05-01' },
  },
  {
    name: 'the newest interval points, a full one among them, and what they are built on',
    points: `
      base  2026-05-01T00:00+09:00 incremental
      one   2026-05-01T01:00+09:00 incremental proved base
      two   2026-05-01T02:00+09:00 incremental proved one
      three 2026-05-01T03:00+09:00 incremental proved two
      next  2026-05-01T04:00+09:00 incremental
      four  2026-05-01T05:00+09:00 incremental proved next`,
    policy: [0, 0, 0, 3],
    kept: {
      four: 'last-proved, newest-incrementals',
      next: 'newest-incrementals, base=four',
      three: 'newest-incrementals',
      two: 'base=three',
      one: 'base=three',
      base: 'base=three',
    },
  },
  {
    name: 'interval points past their number go, when nothing is built on them',
    points: `
      old   2026-05-01T00:00+09:00 incremental
      old1  2026-05-01T01:00+09:00 incremental proved old
      base  2026-05-02T00:00+09:00 incremental
      one   2026-05-02T01:00+09:00 incremental proved base
      two   2026-05-02T02:00+09:00 incremental proved one`,
    policy: [0, 0, 0, 2],
    kept: { two: 'last-proved, newest-incrementals', one: 'newest-incrementals, base=two', base: 'base=two' },
  },
  {
    name: 'the newest point of a day stands for it, of whatever form',
    points: `
      full 2026-05-01T02:00+09:00
      late 2026-05-01T22:00+09:00 incremental proved full
      next 2026-05-02T02:00+09:00`,
    policy: [2, 0, 0],
    kept: { next: 'last-proved, daily-period=2026-05-02', late: 'daily-period=2026-05-01', full: 'base=late' },
  },
  {
    name: 'for a week and a month a full point goes before a newer one of changed pages',
    points: `
      sun   2026-05-03T03:00+09:00
      mon   2026-05-04T02:00+09:00
      tue   2026-05-05T02:00+09:00
      wed   2026-05-06T02:00+09:00 incremental proved tue
      june  2026-06-30T02:00+09:00`,
    policy: [0, 2, 2],
    kept: {
      june: 'last-proved, weekly-period=2026-W27, monthly-period=2026-06',
      tue: 'weekly-period=2026-W19, monthly-period=2026-05',
    },
  },
  {
    name: 'a week without a full point has its newest one of changed pages, and the chain it hangs on',
    points: `
      full  2026-04-30T02:00+09:00
      mon   2026-05-04T02:00+09:00 incremental proved full
      tue   2026-05-05T02:00+09:00 incremental proved mon
      june  2026-06-30T02:00+09:00`,
    policy: [0, 2, 0],
    kept: {
      june: 'last-proved, weekly-period=2026-W27',
      tue: 'weekly-period=2026-W19',
      mon: 'base=tue',
      full: 'base=tue',
    },
  },
  {
    name: 'a chain stays for a point that is only kept because it is not proved, and for one that is missing',
    points: `
      base  2026-05-01T00:00+09:00
      one   2026-05-01T01:00+09:00 incremental proved base
      bad   2026-05-01T02:00+09:00 incremental failed one
      base2 2026-05-02T00:00+09:00
      gone  2026-05-02T01:00+09:00 incremental missing base2
      next  2026-05-03T02:00+09:00`,
    policy: [0, 0, 0],
    kept: {
      next: 'last-proved',
      gone: 'not-proved',
      base2: 'base=gone',
      bad: 'not-proved',
      one: 'base=bad',
      base: 'base=bad',
    },
  },
  {
    name: 'a chain stays for a point that undoes a restore, or was made by hand',
    points: `
      base  2026-05-01T00:00+09:00
      hand  2026-05-01T01:00+09:00 manual proved base
      base2 2026-05-02T00:00+09:00
      undo  2026-05-02T01:00+09:00 safety proved base2
      next  2026-05-03T02:00+09:00`,
    policy: [0, 0, 0],
    options: { undoPointIds: new Set(['undo']) },
    kept: { next: 'last-proved', undo: 'undo', base2: 'base=undo', hand: 'manual', base: 'base=hand' },
  },
  {
    name: 'the last proved point keeps its whole chain, whatever the policy says',
    points: `
      base 2026-05-01T00:00+09:00
      one  2026-05-01T01:00+09:00 incremental proved base
      two  2026-05-01T02:00+09:00 incremental proved one`,
    policy: [0, 0, 0],
    kept: { two: 'last-proved', one: 'base=two', base: 'base=two' },
  },
  {
    name: 'what lies elsewhere takes no place, pins nothing here, and is not said to go',
    points: `
      base 2026-05-01T00:00+09:00
      far1 2026-05-01T01:00+09:00 incremental elsewhere base
      far2 2026-05-04T00:00+09:00 daily elsewhere
      a    2026-05-02T00:00+09:00
      b    2026-05-03T00:00+09:00`,
    policy: [1, 0, 0],
    kept: { b: 'last-proved, daily-period=2026-05-03', far1: '', far2: '' },
  },
  {
    name: 'what another Holdfast made in a shared folder takes no place and is left to that one',
    points: `
      ours   2026-05-01T02:00+09:00
      older  2026-04-30T02:00+09:00
      theirs 2026-05-01T09:00+09:00
      bad    2026-05-02T09:00+09:00 daily unproved`,
    policy: [1, 0, 0],
    options: { otherHome: new Set(['theirs', 'bad']) },
    kept: { ours: 'last-proved, daily-period=2026-05-01', theirs: 'other-home', bad: 'other-home' },
  },
  {
    name: 'what a transaction log is replayed on stays, with its chain, and makes nothing else go',
    points: `
      base 2026-05-01T00:00+09:00
      one  2026-05-01T01:00+09:00 incremental proved base
      gone 2026-05-01T02:00+09:00
      next 2026-05-22T00:00+09:00`,
    policy: [1, 0, 0],
    options: { logBases: new Set(['one', 'of another database']) },
    kept: { next: 'last-proved, daily-period=2026-05-22', one: 'log-base', base: 'base=one' },
  },
  {
    name: 'a destination holds back what it still waits for, with its chain, for 14 days',
    points: `
      old  2026-05-01T00:00+09:00
      base 2026-05-20T00:00+09:00
      one  2026-05-20T01:00+09:00 incremental proved base
      done 2026-05-21T00:00+09:00
      next 2026-05-22T00:00+09:00`,
    policy: [0, 0, 0],
    options: { notCopied: new Set(['old', 'one']), nowMs: Date.parse('2026-05-22T12:00Z') },
    kept: { next: 'last-proved', one: 'not-copied', base: 'base=one' },
  },
  {
    name: 'at the end of the 14th day it is still held back',
    points: `
      a 2026-05-01T00:00Z
      b 2026-05-01T00:01Z
      z 2026-05-02T00:00Z`,
    policy: [0, 0, 0],
    options: { notCopied: new Set(['a', 'b']), nowMs: Date.parse('2026-05-15T00:00:30Z') },
    kept: { z: 'last-proved', b: 'not-copied' },
  },
  {
    name: 'a point of today that is not proved holds all, also when a clock that stood ahead left a proved one',
    points: `
      ahead 2030-01-01T02:00+09:00
      a     2026-05-01T02:00+09:00
      b     2026-05-02T02:00+09:00
      bad   2026-05-03T02:00+09:00 daily failed`,
    policy: [0, 0, 0],
    options: { nowMs: Date.parse('2026-05-03T12:00Z') },
    kept: { ahead: 'last-proved', bad: 'not-proved', b: 'last-proved', a: 'newer-not-proved' },
  },
  {
    name: 'a chain that leads back to itself ends there',
    points: `
      a 2026-05-01T02:00+09:00 incremental proved b
      b 2026-05-02T02:00+09:00 incremental proved a
      c 2026-05-03T02:00+09:00 incremental proved c`,
    policy: [0, 0, 0, 2],
    kept: { c: 'last-proved, newest-incrementals', b: 'newest-incrementals', a: 'base=b' },
  },
];

function keptOf(list: RetentionPoint[], { policy = [7, 4, 12], options = {} }: Case): Record<string, string> {
  const [daily, weekly, monthly, incremental = 0] = policy;
  const decisions = decideRetention(
    list,
    { incremental, daily, weekly, monthly },
    { undoPointIds: NONE, timeZone: SEOUL, ...options },
  );
  expect(decisions.map((decision) => decision.id)).toEqual(list.map((point) => point.id));
  const elsewhere = new Set(list.flatMap(({ id, state }) => (state === 'elsewhere' ? [id] : [])));
  for (const { id, keep, reasons, letGo } of decisions) {
    expect(keep).toBe(reasons.length > 0 || elsewhere.has(id));
    expect(letGo === undefined).toBe(keep);
    if (letGo) expect(letGo.length).toBeGreaterThan(0);
  }
  const kept = decisions.filter((decision) => decision.keep);
  return Object.fromEntries(
    kept.map(({ id, reasons }) => [
      id,
      reasons.map(({ reason, period }) => (period ? `${reason}=${period}` : reason)).join(', '),
    ]),
  );
}

test.each(cases)('$name', (given) => {
  const list = points(given.points);
  expect(keptOf(list, given)).toEqual(given.kept);
  // The order in which the catalogue was read changes nothing.
  expect(keptOf(list.toReversed(), given)).toEqual(given.kept);
});

test('nothing to decide', () => {
  expect(decideRetention([], { incremental: 0, daily: 7, weekly: 4, monthly: 12 }, { undoPointIds: NONE })).toEqual([]);
});

test('each database has its own last proved backup and its own periods', () => {
  const mixed = points('a 2026-05-01T02:00Z\nb 2026-05-02T02:00Z\nc 2020-05-02T02:00Z').map((point) =>
    point.id === 'c' ? { ...point, databaseId: 'other' } : point,
  );
  const decisions = decideRetention(
    mixed,
    { incremental: 0, daily: 1, weekly: 0, monthly: 0 },
    { undoPointIds: NONE, timeZone: SEOUL },
  );
  expect(decisions.filter((decision) => decision.keep).map((decision) => decision.id)).toEqual(['b', 'c']);
});

test('two years of nights and the default policy: 7 days, 4 weeks, 12 months, and the same after what went is gone', () => {
  const policy = { incremental: 0, daily: 7, weekly: 4, monthly: 12 };
  const options = { undoPointIds: NONE, timeZone: SEOUL };
  const nights = Array.from({ length: 730 }, (_, n): RetentionPoint => {
    const createdAt = new Date(Date.parse('2024-06-01T02:00+09:00') + n * 86_400_000).toISOString();
    return { id: `n${n}`, databaseId: 'db', kind: 'daily', createdAt, state: 'proved', form: 'full', parentId: null };
  });
  const first = decideRetention(nights, policy, options).filter((decision) => decision.keep);
  const count = (reason: string) => first.filter(({ reasons }) => reasons.some((one) => one.reason === reason)).length;
  expect([count('daily-period'), count('weekly-period'), count('monthly-period')]).toEqual([7, 4, 12]);
  const left = nights.filter((night) => first.some((decision) => decision.id === night.id));
  expect(decideRetention(left, policy, options)).toEqual(first);
});
