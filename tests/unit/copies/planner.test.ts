import { describe, expect, test } from 'vitest';
import { decideRetention } from '../../../electron/backup/retention';
import { type PlanCopy, planCopies, type PlanPoint, pointsFor } from '../../../electron/copies/planner';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY_MS = 86_400_000;
const KEEP_TWO = { incremental: 0, daily: 2, weekly: 0, monthly: 0 };
const KEEP_ALL = { incremental: 100, daily: 100, weekly: 10, monthly: 10 };

/** A point of a day of November; `parent` makes it one of changes. */
const point = (id: string, day: number, change: Partial<PlanPoint> = {}): PlanPoint => ({
  ...{ id, databaseId: 'db', kind: 'daily', state: 'proved', form: 'full', parentId: null },
  createdAt: new Date(Date.UTC(2026, 10, day, 2)).toISOString(),
  ...change,
});
const changes = (id: string, day: number, parentId: string, change: Partial<PlanPoint> = {}): PlanPoint =>
  point(id, day, { form: 'changes', parentId, ...change });
const copied = (...ids: string[]): PlanCopy[] =>
  ids.map((pointId) => ({
    pointId,
    state: 'copied',
    attempts: 0,
    nextTryAt: null,
    verifiedAt: '2026-11-30T00:00:00.000Z',
  }));
const waiting = (pointId: string, change: Partial<PlanCopy> = {}): PlanCopy => ({
  ...{ pointId, state: 'failed', attempts: 1, nextTryAt: null, verifiedAt: null },
  ...change,
});

function plan(
  points: PlanPoint[],
  copies: PlanCopy[],
  policy = KEEP_ALL,
  { guarded = true, nowMs = NOW, otherHome = [] as string[] } = {},
) {
  const options = { undoPointIds: new Set<string>(), timeZone: 'UTC', nowMs, otherHome: new Set(otherHome) };
  const decisions = decideRetention(pointsFor(points, copies), policy, options);
  const { copy, forget } = planCopies(points, decisions, copies, { guarded }, nowMs);
  return {
    copy: copy.map(({ pointId, reason, waitMs }) => `${pointId} ${reason}${waitMs > 0 ? ` in ${waitMs}` : ''}`),
    forget: forget.map(({ pointId, reason, keptInstead }) => `${pointId} ${reason} ${keptInstead ?? ''}`.trim()),
  };
}

describe('what is copied', () => {
  test('the newest first, but nothing before what it is built on', () => {
    const points = [point('a', 1), changes('b', 2, 'a'), changes('c', 3, 'b'), point('d', 4)];
    expect(plan(points, []).copy).toEqual(['d wanted', 'a base', 'b base', 'c wanted']);
    expect(plan(points, copied('a', 'd')).copy).toEqual(['b base', 'c wanted']);
  });

  test('only what its retention keeps, with the base of that also when it is older', () => {
    const points = [point('a', 1), changes('b', 2, 'a'), point('c', 3), changes('d', 4, 'c')];
    expect(plan(points, [], { ...KEEP_TWO, daily: 1 }).copy).toEqual(['c base', 'd wanted']);
  });

  test('no safety backup, nothing that is not proved, nothing of another home', () => {
    const points = [
      point('a', 1, { kind: 'safety' }),
      point('b', 2, { state: 'unproved' }),
      point('c', 3, { state: 'failed' }),
    ];
    expect(plan(points, []).copy).toEqual([]);
    expect(plan([point('a', 1), point('b', 2)], [], KEEP_ALL, { otherHome: ['a'] }).copy).toEqual(['b wanted']);
  });

  test('nothing whose base can be had neither here nor there', () => {
    const points = [point('a', 1, { state: 'missing' }), changes('b', 2, 'a'), changes('d', 3, 'unknown')];
    expect(plan(points, []).copy).toEqual([]);
    expect(plan(points, copied('a')).copy).toEqual(['b wanted']);
  });

  test('what failed waits for its pause, and what is built on it waits with it', () => {
    const points = [point('a', 1), changes('b', 2, 'a'), point('c', 3)];
    const pause = waiting('a', { nextTryAt: new Date(NOW + 60_000).toISOString() });
    expect(plan(points, [pause]).copy).toEqual(['c wanted', 'a base in 60000', 'b wanted in 60000']);
    const wrongClock = waiting('a', { nextTryAt: new Date(NOW + 40 * DAY_MS).toISOString() });
    expect(plan(points, [wrongClock]).copy).toEqual(['c wanted', 'a base', 'b wanted']);
  });

  test('what was damaged or lost there, while it is here', () => {
    const damaged = [waiting('a', { state: 'damaged' }), waiting('b', { state: 'missing' })];
    expect(plan([point('a', 1), point('b', 2)], damaged).copy).toEqual(['b missing', 'a damaged']);
    expect(plan([point('a', 1, { state: 'elsewhere' }), point('b', 2)], damaged)).toEqual({
      copy: ['b missing'],
      forget: [],
    });
  });

  test('while the newest is not proved nothing old is brought there for its sake', () => {
    const points = [point('a', 1), point('b', 2), point('c', 3), point('d', 4, { state: 'failed' })];
    expect(plan(points, [], { ...KEEP_TWO, daily: 1 })).toEqual({ copy: ['c wanted'], forget: [] });
    expect(plan(points, copied('a', 'b', 'c'), { ...KEEP_TWO, daily: 1 }).forget).toEqual([]);
  });
});

describe('what is let go', () => {
  const four = [point('a', 1), point('b', 2), point('c', 3), point('d', 4)];

  test('what retention there does not keep, for a newer one that was compared there', () => {
    expect(plan(four, copied('a', 'b', 'c', 'd'), KEEP_TWO).forget).toEqual(['b retention d', 'a retention d']);
  });

  test('nothing while nothing newer was compared there', () => {
    const unread = copied('a', 'b', 'c', 'd').map((copy) =>
      copy.pointId < 'c' ? copy : { ...copy, verifiedAt: null },
    );
    expect(plan(four, unread, KEEP_TWO).forget).toEqual([]);
  });

  test('children before what they are built on, and no base while a child is there', () => {
    const points = [point('a', 1), changes('b', 2, 'a'), changes('c', 3, 'b'), point('d', 20), point('e', 21)];
    expect(plan(points, copied('a', 'b', 'c', 'd', 'e'), KEEP_TWO).forget).toEqual([
      'c retention e',
      'b retention e',
      'a retention e',
    ]);
    const needed = [point('a', 1), point('b', 2), point('c', 3), changes('d', 4, 'a')];
    expect(plan(needed, copied('a', 'b', 'c', 'd'), KEEP_TWO).forget).toEqual(['b retention d']);
    // What is damaged may still be wanted by somebody who repairs it.
    const broken = [point('a', 1), changes('b', 2, 'a', { state: 'elsewhere' }), point('c', 3), point('d', 4)];
    const there = [...copied('a', 'c', 'd'), waiting('b', { state: 'damaged' })];
    expect(plan(broken, there, KEEP_TWO).forget).toEqual([]);
    // A newer one whose chain is not whole there replaces nothing.
    expect(plan(needed, [...copied('b', 'c'), ...copied('d'), waiting('a')], { ...KEEP_TWO, daily: 1 }).forget).toEqual(
      [],
    );
  });

  test('never the last one, whatever the clock says', () => {
    for (const nowMs of [NOW, NOW + 4_000 * DAY_MS, NOW - 4_000 * DAY_MS]) {
      for (const policy of [KEEP_TWO, { ...KEEP_TWO, daily: 0, monthly: 1 }]) {
        const { forget } = plan(four, copied('a', 'b', 'c', 'd'), policy, { nowMs });
        expect(forget.length).toBeLessThan(4);
        expect(forget.some((line) => line.startsWith('d '))).toBe(false);
      }
    }
    expect(plan([point('a', 1, { state: 'elsewhere' })], copied('a'), KEEP_TWO).forget).toEqual([]);
  });

  test('what was never copied and is no longer wanted; what is damaged there stays for people to see', () => {
    const copies = [
      ...copied('c', 'd'),
      waiting('a', { state: 'waiting', attempts: 0 }),
      waiting('b', { state: 'damaged' }),
    ];
    expect(plan(four, copies, KEEP_TWO).forget).toEqual(['a not-wanted']);
  });

  test('nothing of a database that others guard, nothing of another home', () => {
    expect(plan(four, copied('a', 'b', 'c', 'd'), KEEP_TWO, { guarded: false })).toEqual({ copy: [], forget: [] });
    const { forget } = plan(four, copied('a', 'b', 'c', 'd'), KEEP_TWO, { otherHome: ['a'] });
    expect(forget).toEqual(['b retention d']);
  });
});
