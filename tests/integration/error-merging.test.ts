/** Groups merged and split add up; what is old or too much goes, and nothing else. */
import Database from 'better-sqlite3';
import { KEPT_EVENTS } from '@shared/error-groups';
import { MOST_GROUPS, upkeepStep } from '../../electron/errors/upkeep';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { event } from '../unit/errors/events';
import { thrownBy } from '../unit/store/fixture';
import { describe, expect, test } from 'vitest';
import { all, bench, type Bench, DAY_MS, fault, filter, only, START_MS, takeMany } from './error-bench';

const clearUp = ({ store, now }: Bench, keepDays = 90): void => {
  while (upkeepStep(store, keepDays, now.ms).more);
};

describe('merge and split', () => {
  const whole = ({ book, store }: Bench) => {
    const groups = book.groups(ANY_ERROR_FILTER, 1_000).groups.toSorted((a, b) => (a.title < b.title ? -1 : 1));
    return groups.map(({ id, ...group }) => ({
      ...{ ...group, id: '', fingerprints: 0 },
      events: book.group(id).events.map((one) => ({ ...one, groupId: '' })),
      parts: book.group(id).parts,
      hours: store.errorHours.of([id], 0, 1e9).map(({ hour, count }) => ({ hour, count })),
    }));
  };

  test('split into all its parts, what was merged is what it was before, to the last event', () => {
    // A small generator with a fixed seed: each run makes the same histories.
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 3; round++) {
      const one = bench();
      const names = ['a', 'b', 'c', 'd', 'e'].slice(0, 2 + next(4));
      for (let i = 0; i < 150; i++) {
        one.now.ms += next(40) * 60_000 + 1;
        const level = (['fatal', 'error', 'warning', 'info'] as const)[next(4)] ?? 'error';
        // Each name once at first, so that all are there.
        one.book.take(null, fault(names[i < names.length ? i : next(names.length)] ?? 'a', { level }));
        if (next(9) === 0) all(one);
      }
      const before = whole(one);
      const [into, ...others] = all(one);
      if (!into) throw new Error('there are no groups');
      const merged = one.book.merge(into.id, [into.id, ...others.map(({ id }) => id)]);
      expect(merged).toMatchObject({ count: 150, fingerprints: names.length });
      expect(merged.firstSeenAt).toBe(before.map(({ firstSeenAt }) => firstSeenAt).toSorted()[0]);
      expect(one.store.errorHours.of([merged.id], 0, 1e9).reduce((sum, { count }) => sum + count, 0)).toBe(150);
      // What comes now goes into the one group, and with its fingerprint out of it again.
      for (const { fingerprint } of one.book.group(merged.id).parts.slice(1)) one.book.split(merged.id, fingerprint);
      expect(whole(one)).toEqual(before);
    }
  });

  test('later events follow their fingerprint', () => {
    const one = bench();
    takeMany(one, 2, 'a');
    takeMany(one, 3, 'b');
    const [a, b] = ['no a', 'no b'].map((title) => all(one).find((group) => group.title.endsWith(title))?.id ?? '');
    one.book.merge(a ?? '', [b ?? '']);
    takeMany(one, 4, 'b');
    expect(only(one).count).toBe(9);
    const part = one.book.group(only(one).id).parts.find(({ title }) => title.endsWith('no b'));
    const taken = one.book.split(only(one).id, part?.fingerprint ?? '');
    takeMany(one, 1, 'b');
    expect(one.book.group(taken.id).group.count).toBe(8);
    expect(one.book.group(a ?? '').group.count).toBe(2);
    expect(thrownBy(() => one.book.split(taken.id, part?.fingerprint ?? '')).code).toBe('INVALID_INPUT');
  });

  test('groups of different applications are not merged; a resolved one is open when an open one joins it', () => {
    const one = bench();
    const shop = one.book.saveApplication({ name: 'shop' }).id;
    takeMany(one, 1, 'a', shop);
    takeMany(one, 1, 'a');
    takeMany(one, 1, 'b');
    const [own, other] = one.book.groups(filter({ applicationId: 'holdfast' }), 9).groups.map(({ id }) => id);
    const [foreign] = one.book.groups(filter({ applicationId: shop }), 9).groups.map(({ id }) => id);
    expect(thrownBy(() => one.book.merge(own ?? '', [foreign ?? ''])).code).toBe('INVALID_INPUT');
    expect(one.book.groups(ANY_ERROR_FILTER, 9).total).toBe(3);
    one.book.resolve(own ?? '');
    expect(one.book.merge(own ?? '', [other ?? '']).state).toBe('open');
  });
});

describe('clearing up', () => {
  test('groups not seen for long go with their events and hours; those seen stay', () => {
    const one = bench();
    takeMany(one, 60, 'old');
    all(one);
    one.now.ms += 89 * DAY_MS;
    takeMany(one, 60, 'young');
    all(one);
    one.now.ms += 2 * DAY_MS;
    clearUp(one);
    expect(only(one).title).toBe('KeyError: no young');
    const raw = new Database(one.file, { readonly: true });
    const left = ['error_fingerprints', 'error_events', 'error_hours', 'error_gone'].map((table) =>
      raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
    );
    raw.close();
    expect(left).toEqual([1, KEPT_EVENTS + 1, 1, 0]);
    // The same error again is a new group: nothing of the old one clings to it.
    takeMany(one, 1, 'old');
    expect(all(one).find(({ title }) => title.endsWith('old'))).toMatchObject({ count: 1, trend: 'new' });
  });

  test('a flood of errors of which none is like the other: what comes often and what is new stays', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    for (let i = 0; i < 5; i++) takeMany(one, 10, `often${i}`, app);
    for (let i = 0; i < MOST_GROUPS + 400; i++) {
      one.book.take(app, event({ message: `x ${i}`, fingerprint: [`f${i}`] }));
      if (i % 500 === 0) one.now.ms += 1_000;
    }
    one.now.ms += 1_000;
    takeMany(one, 1, 'new', app);
    expect(one.book.groups(ANY_ERROR_FILTER, 1).total).toBe(MOST_GROUPS + 406);
    one.book.look();
    while (one.book.look());
    expect(one.book.groups(ANY_ERROR_FILTER, 1).total).toBeLessThanOrEqual(MOST_GROUPS);
    expect(one.book.groups(ANY_ERROR_FILTER, 1).total + one.said.crowdedOut).toBe(MOST_GROUPS + 406);
    expect(one.book.groups(filter({ search: 'no often' }), 9).total).toBe(5);
    expect(one.book.groups(filter({ search: 'no new' }), 9).total).toBe(1);
    // What was counted stays counted.
    expect(one.book.applications()).toMatchObject([{ events: MOST_GROUPS + 451 }]);
  });

  test('groups of a removed application are not shown any more, and then gone', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    takeMany(one, 60, 'cart', app);
    takeMany(one, 1);
    const foreign = one.book.groups(filter({ applicationId: app }), 1).groups[0]?.id ?? '';
    one.book.removeApplication(app);
    expect([
      all(one).length,
      one.book.needing().length,
      one.book.summary(ANY_ERROR_FILTER, START_MS, START_MS + 1).events,
    ]).toEqual([1, 1, 1]);
    expect(thrownBy(() => one.book.group(foreign)).code).toBe('ITEM_UNKNOWN');
    clearUp(one);
    expect(one.store.errorEvents.count()).toBe(1);
  });

  test('no step deletes more than some thousand rows', () => {
    const one = bench();
    const raw = new Database(one.file);
    raw.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO error_hours SELECT i, 1, 0, 1 FROM n`);
    raw.close();
    const rows = () => one.store.errorHours.course(ANY_ERROR_FILTER, 0, 1).length;
    expect(rows()).toBe(0);
    let steps = 0;
    while (upkeepStep(one.store, 90, one.now.ms).more) steps++;
    expect(steps).toBe(3);
  });
});
