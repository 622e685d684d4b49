/** The error book over a real store: what was taken is there, exactly, whatever was done to it since. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ErrorGroup, NewEvent } from '@shared/error-groups';
import { KEPT_EVENTS } from '@shared/error-groups';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { afterEach, describe, expect, test } from 'vitest';
import { ErrorBook, type ErrorBookParts } from '../../electron/errors/error-book';
import { MOST_GROUPS, upkeepStep } from '../../electron/errors/upkeep';
import { NO_FILTER } from '../../electron/store/error-filter';
import { openStore, type Store } from '../../electron/store/open';
import { event, python } from '../unit/errors/events';
import { scratchFolder, thrownBy } from '../unit/store/fixture';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday, half past noon in UTC. */
const START_MS = Date.parse('2026-05-04T12:30:00Z');

interface Bench {
  book: ErrorBook;
  store: Store;
  file: string;
  now: { ms: number };
  said: { crowdedOut: number; faults: string[] };
  /** Closes all and opens it again. */
  restart(): Bench;
}

const open: Bench[] = [];
afterEach(() => {
  for (const { book, store } of open.splice(0)) {
    book.stop();
    store.close();
  }
});

function bench(
  file = join(scratchFolder(), 'holdfast.db'),
  now = { ms: START_MS },
  change: Partial<ErrorBookParts> = {},
): Bench {
  const store = openStore(file);
  const said: Bench['said'] = { crowdedOut: 0, faults: [] };
  const book = new ErrorBook({
    store,
    settings: () => ({ objectivePercent: 1, keepDays: 90 }),
    address: () => 'http://127.0.0.1:47600',
    nowMs: () => now.ms,
    onChange: () => undefined,
    timeZone: () => 'UTC',
    report: (error) => said.faults.push(error.message),
    onCrowdedOut: (groups) => (said.crowdedOut += groups),
    ...change,
  });
  const made: Bench = {
    ...{ book, store, file, now, said },
    restart: () => {
      book.stop();
      store.close();
      open.splice(open.indexOf(made), 1);
      return bench(file, now, change);
    },
  };
  open.push(made);
  return made;
}

const filter = (change: Partial<ErrorFilter> = {}): ErrorFilter => ({ ...NO_FILTER, ...change });
const all = ({ book }: Bench): ErrorGroup[] => book.groups(NO_FILTER, 1_000).groups;
const only = (one: Bench): ErrorGroup => {
  const groups = all(one);
  if (groups.length !== 1 || !groups[0]) throw new Error(`there are ${groups.length} groups`);
  return groups[0];
};
const fault = (name: string, change: Partial<NewEvent> = {}): NewEvent => ({
  ...python('KeyError', `no ${name}`, `shop ${name}`),
  ...change,
});
const takeMany = ({ book }: Bench, count: number, name = 'cart', application: string | null = null): void => {
  for (let i = 0; i < count; i++) book.take(application, fault(name));
};
const clearUp = ({ store, now }: Bench, keepDays = 90): void => {
  while (upkeepStep(store, keepDays, now.ms).more);
};

describe('taking', () => {
  test('a flood is counted exactly, and leaves its first event and the newest', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    for (let i = 0; i < 5_000; i++) one.book.take(app, fault('cart', { message: `m${i}`, id: `e${i}` }));
    const group = only(one);
    expect(group).toMatchObject({ count: 5_000, applicationName: 'shop', title: 'KeyError: no cart', trend: 'new' });
    expect(group.hours).toHaveLength(24);
    expect([group.hours.at(-1), group.hours.reduce((a, b) => a + b, 0)]).toEqual([5_000, 5_000]);
    const { events } = one.book.group(group.id);
    expect(events.map(({ id }) => id)).toEqual([
      ...Array.from({ length: KEPT_EVENTS }, (_, i) => `e${4_999 - i}`),
      'e0',
    ]);
    expect(one.book.applications()).toMatchObject([{ events: 5_000, refused: 0 }]);
    expect(one.store.errorEvents.count()).toBe(KEPT_EVENTS + 1);
  });

  test('events taken little by little are the same as all at once', () => {
    const one = bench();
    for (let i = 0; i < 130; i++) {
      one.book.take(null, fault('cart', { id: `e${i}` }));
      if (i % 7 === 0) expect(only(one).count).toBe(i + 1);
    }
    expect(one.book.group(only(one).id).events.map(({ id }) => id)).toEqual([
      ...Array.from({ length: KEPT_EVENTS }, (_, i) => `e${129 - i}`),
      'e0',
    ]);
  });

  test('what is in memory is written when it stops, and a restart goes on counting', () => {
    let one = bench();
    takeMany(one, 7);
    one.book.countOperation('backup', false);
    one = one.restart();
    takeMany(one, 5);
    expect(only(one).count).toBe(12);
    expect(one.book.summary(NO_FILTER, one.now.ms - HOUR_MS, one.now.ms + 1).budget.days).toEqual([
      { day: '2026-05-04', total: 1, failed: 1 },
    ]);
  });

  test('what is taken inside a transaction that is undone is not lost', () => {
    const one = bench();
    expect(() =>
      one.store.atomically(() => {
        takeMany(one, 300);
        one.book.needing();
        throw new Error('undone');
      }),
    ).toThrow('undone');
    expect(only(one).count).toBe(300);
  });

  test('a store that cannot be written keeps what was taken, says so, and goes on afterwards', () => {
    const one = bench();
    takeMany(one, 1);
    all(one);
    const other = new Database(one.file);
    other.exec("CREATE TRIGGER refuse BEFORE UPDATE ON error_fingerprints BEGIN SELECT RAISE(ABORT, 'no room'); END");
    takeMany(one, 4);
    expect(only(one).count).toBe(1);
    expect(one.said.faults).toHaveLength(1);
    expect(one.said.faults[0]).toContain('no room');
    other.exec('DROP TRIGGER refuse');
    other.close();
    const again = one.restart();
    expect(only(again).count).toBe(5);
  });

  test('memory is bounded while nothing can be written; what finds no room is counted as refused', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    const other = new Database(one.file);
    other.exec("CREATE TRIGGER refuse BEFORE INSERT ON error_groups BEGIN SELECT RAISE(ABORT, 'no room'); END");
    for (let i = 0; i < 2_500; i++) one.book.take(app, event({ fingerprint: [`f${i}`] }));
    other.exec('DROP TRIGGER refuse');
    other.close();
    const again = one.restart();
    expect(again.book.groups(NO_FILTER, 1).total).toBe(2_000);
    expect(again.book.applications()).toMatchObject([{ events: 2_000, refused: 500 }]);
  });

  test('events of an application that was removed meanwhile are dropped', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    takeMany(one, 3, 'cart', app);
    one.book.removeApplication(app);
    expect(all(one)).toEqual([]);
  });

  test('a huge event is cut and says so', () => {
    const one = bench();
    const long = 'x'.repeat(300_000);
    const tags = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`tag${i}`, long.slice(0, 2_000)]));
    one.book.take(
      null,
      event({ message: long, tags, contexts: { extra: tags }, fingerprint: Array.from({ length: 500 }, () => long) }),
    );
    const [kept] = one.book.group(only(one).id).events;
    expect(kept?.isCut).toBe(true);
    expect(JSON.stringify(kept).length).toBeLessThan(110_000);
  });
});

describe('states', () => {
  test('acknowledged, resolved and reopened by hand', () => {
    const one = bench();
    takeMany(one, 1);
    const { id } = only(one);
    expect(one.book.needing()).toHaveLength(1);
    expect(one.book.acknowledge(id)).toMatchObject({
      state: 'acknowledged',
      acknowledgedAt: '2026-05-04T12:30:00.000Z',
      trend: 'steady',
    });
    expect(one.book.needing()).toEqual([]);
    takeMany(one, 1);
    expect(only(one)).toMatchObject({ state: 'acknowledged', count: 2 });
    expect(one.book.reopen(id)).toMatchObject({ state: 'open', acknowledgedAt: null });
    expect(one.book.resolve(id)).toMatchObject({ state: 'resolved', resolvedAt: '2026-05-04T12:30:00.000Z' });
    for (const work of [() => one.book.resolve('?'), () => one.book.group('?'), () => one.book.split('?', 'x')]) {
      expect(thrownBy(work).code).toBe('ITEM_UNKNOWN');
    }
  });

  test('what was decided last is taken back whole: what was new is new again, once', () => {
    const one = bench();
    one.book.take(null, fault('cart'));
    const { id } = only(one);
    const before = only(one);
    for (const decide of ['acknowledge', 'resolve', 'reopen'] as const) {
      one.book[decide](id);
      expect(one.book.needing()).toEqual([]);
      expect(one.book.undo(id)).toEqual(before);
      expect(one.book.needing()).toEqual([before]);
    }
    one.book.mute(id, { minutes: 60, untilPerHour: null });
    const muted = only(one);
    one.book.resolve(id);
    expect(one.book.undo(id)).toEqual(muted);
    expect(thrownBy(() => one.book.undo(id))).toMatchObject({ code: 'ITEM_UNKNOWN' });
    expect(thrownBy(() => one.book.undo('nobody'))).toMatchObject({ code: 'ITEM_UNKNOWN' });
  });

  test('a resolved group that comes again is open, returned, and as bad as what came', () => {
    const one = bench();
    one.book.take(null, fault('cart', { level: 'fatal' }));
    const { id } = only(one);
    expect(only(one).severity).toBe('CRITICAL');
    one.book.resolve(id);
    one.now.ms += 5 * DAY_MS;
    one.book.take(null, fault('cart', { level: 'warning' }));
    expect(only(one)).toMatchObject({
      ...{ id, state: 'open', trend: 'returned', severity: 'MEDIUM', count: 2 },
      ...{ returnedAt: '2026-05-09T12:30:00.000Z', firstSeenAt: '2026-05-04T12:30:00.000Z' },
    });
    expect(one.book.needing()).toHaveLength(1);
    expect(one.book.acknowledge(id)).toMatchObject({ returnedAt: null, trend: 'steady' });
  });

  test('a mute for a time ends by itself, without events', () => {
    const one = bench();
    takeMany(one, 1);
    const { id } = only(one);
    expect(one.book.mute(id, { minutes: 30, untilPerHour: null })).toMatchObject({
      state: 'muted',
      mutedUntil: '2026-05-04T13:00:00.000Z',
    });
    takeMany(one, 500);
    one.now.ms += 30 * 60_000 - 1;
    expect(only(one)).toMatchObject({ state: 'muted', count: 501 });
    one.now.ms += 1;
    expect(only(one)).toMatchObject({ state: 'open', mutedUntil: null });
  });

  test('a mute until more than so many an hour ends with the one that is more, and needs somebody', () => {
    const one = bench();
    takeMany(one, 30);
    const { id } = only(one);
    // What came before is known to whoever mutes.
    one.book.mute(id, { minutes: null, untilPerHour: 10 });
    takeMany(one, 10);
    expect(only(one).state).toBe('muted');
    one.now.ms += HOUR_MS;
    takeMany(one, 10);
    expect(only(one).state).toBe('muted');
    takeMany(one, 1);
    expect(only(one)).toMatchObject({ state: 'open', trend: 'growing', mutedUntilPerHour: null });
    expect(one.book.needing()).toHaveLength(1);
  });

  test('sudden growth is seen and is over after a calm hour; quiet after a day', () => {
    const one = bench();
    for (let hour = 0; hour < 30; hour++) {
      takeMany(one, 3);
      all(one);
      one.now.ms += HOUR_MS;
    }
    expect(only(one).trend).toBe('steady');
    takeMany(one, 80);
    expect(only(one).trend).toBe('growing');
    one.now.ms += HOUR_MS / 2;
    one.book.look();
    expect(only(one).trend).toBe('growing');
    one.now.ms += 2 * HOUR_MS;
    one.book.look();
    expect(only(one).trend).toBe('steady');
    one.now.ms += DAY_MS;
    expect(only(one).trend).toBe('quiet');
  });
});

describe('lists', () => {
  test('what needs somebody comes first, then what was seen last; each filter narrows', () => {
    const one = bench();
    const shop = one.book.saveApplication({ name: 'shop' }).id;
    takeMany(one, 1, 'old', shop);
    one.now.ms += 1_000;
    takeMany(one, 2, 'known');
    one.now.ms += 1_000;
    one.book.take(null, event({ message: '100% of_it', level: 'info' }));
    one.now.ms += 1_000;
    takeMany(one, 1, 'seen');
    const find = (title: string) => all(one).find((group) => group.title.includes(title))?.id ?? '';
    one.book.acknowledge(find('seen'));
    const titles = (change: Partial<ErrorFilter>) =>
      one.book.groups(filter(change), 100).groups.map(({ title }) => title);
    expect(titles({})).toEqual(['100% of_it', 'KeyError: no known', 'KeyError: no old', 'KeyError: no seen']);
    expect(titles({ applicationId: 'holdfast' })).toHaveLength(3);
    expect(titles({ applicationId: shop })).toEqual(['KeyError: no old']);
    expect(titles({ states: ['acknowledged', 'muted'] })).toEqual(['KeyError: no seen']);
    expect(titles({ severities: ['LOW'] })).toEqual(['100% of_it']);
    expect(titles({ type: 'KeyError' })).toHaveLength(3);
    expect(titles({ search: 'SHOP in old' })).toEqual(['KeyError: no old']);
    expect(titles({ search: '100%' })).toEqual(['100% of_it']);
    expect(titles({ search: '_' })).toEqual(['100% of_it']);
    expect(titles({ fromMs: one.now.ms })).toEqual(['KeyError: no seen']);
    expect(one.book.groups(NO_FILTER, 2)).toMatchObject({ total: 4, groups: { length: 2 } });
  });

  test('ten thousand groups: one list reads what it shows, not all of them', () => {
    const one = bench();
    takeMany(one, 1);
    all(one);
    const raw = new Database(one.file);
    raw.exec(`INSERT INTO error_groups (id, title, severity, state, params, first_seen_at, last_seen_at, count, because)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
      SELECT 'g' || i, 'x ' || i, i % 4, 'open', '{}', '2026-05-01T00:00:00.000Z', '2026-05-03T00:00:00.000Z', 1,
        (SELECT because FROM error_groups) FROM n`);
    raw.close();
    const { groups, total } = one.book.groups(NO_FILTER, 200);
    expect([groups.length, total]).toEqual([200, 10_000]);
    const plan = new Database(one.file, { readonly: true });
    const steps = plan
      .prepare(
        'EXPLAIN QUERY PLAN SELECT * FROM error_groups AS g LEFT JOIN error_applications AS a ON a.id = g.application_id WHERE g.last_seen_at >= ?',
      )
      .all('x') as { detail: string }[];
    plan.close();
    expect(steps.map(({ detail }) => detail).join('\n')).toContain('error_groups_seen');
  });

  test('the summary counts by hour, day, severity, type and application', () => {
    const one = bench();
    const shop = one.book.saveApplication({ name: 'shop' }).id;
    takeMany(one, 4, 'cart', shop);
    one.now.ms += 2 * HOUR_MS;
    one.book.take(shop, fault('cart', { level: 'fatal' }));
    one.book.take(null, event({ code: 'DISK_FULL' }));
    const day = one.book.summary(NO_FILTER, START_MS - HOUR_MS, one.now.ms + 1);
    expect(day).toMatchObject({
      events: 6,
      byType: [
        { type: 'KeyError', count: 5 },
        { type: 'DISK_FULL', count: 1 },
      ],
      byApplication: [
        { applicationId: shop, name: 'shop', count: 5 },
        { applicationId: null, name: 'Holdfast', count: 1 },
      ],
    });
    expect(day.course.map(({ bySeverity }) => Object.values(bySeverity))).toEqual([
      [0, 0, 0, 0],
      [0, 4, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 2],
    ]);
    const week = one.book.summary(filter({ applicationId: shop }), START_MS - 6 * DAY_MS, one.now.ms + 1);
    expect(week.course).toHaveLength(7);
    expect(week.course.at(-1)).toEqual({
      fromMs: Date.parse('2026-05-04T00:00:00Z'),
      bySeverity: { LOW: 0, MEDIUM: 4, HIGH: 0, CRITICAL: 1 },
    });
  });

  test('days are those of the zone, with 23 and 25 hours', () => {
    const zone = 'Europe/Berlin';
    // The clocks were put forward on 29 March 2026.
    const one = bench(undefined, { ms: Date.parse('2026-03-28T23:30:00Z') }, { timeZone: () => zone });
    for (const iso of ['2026-03-28T23:30:00Z', '2026-03-29T21:30:00Z', '2026-03-29T22:00:00Z']) {
      one.now.ms = Date.parse(iso);
      takeMany(one, 1);
      one.book.countOperation('backup', iso.endsWith('22:00:00Z'));
      all(one);
    }
    const { course, budget } = one.book.summary(NO_FILTER, Date.parse('2026-03-27T12:00:00Z'), one.now.ms + 1);
    expect(course.map(({ fromMs, bySeverity }) => [new Date(fromMs).toISOString(), bySeverity.MEDIUM])).toEqual([
      ['2026-03-26T23:00:00.000Z', 0],
      ['2026-03-27T23:00:00.000Z', 0],
      ['2026-03-28T23:00:00.000Z', 2],
      ['2026-03-29T22:00:00.000Z', 1],
    ]);
    expect(budget).toEqual({
      objective: 0.01,
      days: [
        { day: '2026-03-29', total: 2, failed: 2 },
        { day: '2026-03-30', total: 1, failed: 0 },
      ],
      operations: [{ operation: 'backup', total: 3, failed: 2 }],
    });
  });

  test('an export holds groups and events; a spreadsheet runs nothing of it', () => {
    const one = bench();
    for (const message of ['=1+1', '+1', '-1', '@SUM(A1)', '  =x', 'a "b", c', 'plain'])
      one.book.take(null, event({ message, fingerprint: [message] }));
    const rows = one.book.exported(NO_FILTER, 'csv').split('\r\n');
    expect(rows).toHaveLength(9);
    const titles = rows.slice(1, -1).map((row) => row.slice(row.indexOf(',') + 1));
    for (const shown of ["'=1+1,", "'+1,", "'-1,", "'@SUM(A1),", '"a ""b"", c",', 'plain,']) {
      expect(titles.some((title) => title.startsWith(shown))).toBe(true);
    }
    const text = one.book.exported(filter({ search: 'plain' }), 'json');
    expect(JSON.parse(text)).toMatchObject({
      complete: true,
      groups: [{ title: 'plain', count: 1, events: [{ message: 'plain' }] }],
    });
  });
});

describe('merge and split', () => {
  const whole = ({ book, store }: Bench) => {
    const groups = book.groups(NO_FILTER, 1_000).groups.toSorted((a, b) => (a.title < b.title ? -1 : 1));
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
    expect(one.book.groups(NO_FILTER, 9).total).toBe(3);
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
    expect(one.book.groups(NO_FILTER, 1).total).toBe(MOST_GROUPS + 406);
    one.book.look();
    while (one.book.look());
    expect(one.book.groups(NO_FILTER, 1).total).toBeLessThanOrEqual(MOST_GROUPS);
    expect(one.book.groups(NO_FILTER, 1).total + one.said.crowdedOut).toBe(MOST_GROUPS + 406);
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
      one.book.summary(NO_FILTER, START_MS, START_MS + 1).events,
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
    const rows = () => one.store.errorHours.course(NO_FILTER, 0, 1).length;
    expect(rows()).toBe(0);
    let steps = 0;
    while (upkeepStep(one.store, 90, one.now.ms).more) steps++;
    expect(steps).toBe(3);
  });
});

describe('applications', () => {
  test('an address for the SDK, a name of its own, a key that can be renewed', () => {
    const one = bench();
    const shop = one.book.saveApplication({ name: 'shop' });
    const found = /^http:\/\/([0-9a-f]{32})@127\.0\.0\.1:47600\/1$/.exec(shop.dsn ?? '');
    const key = found?.[1] ?? '';
    expect(one.book.applicationByKey(1, key)).toEqual({ id: shop.id, name: 'shop' });
    expect(one.book.applicationByKey(2, key)).toBeNull();
    expect(one.book.applicationByKey(1, '')).toBeNull();
    expect(one.book.saveApplication({ name: 'other' }).projectId).toBe(2);
    expect(thrownBy(() => one.book.saveApplication({ name: 'SHOP' })).code).toBe('NAME_TAKEN');
    expect(one.book.saveApplication({ id: shop.id, name: 'Shop' })).toMatchObject({ name: 'Shop', dsn: shop.dsn });
    expect(one.book.newKey(shop.id).dsn).not.toBe(shop.dsn);
    expect(one.book.applicationByKey(1, key)).toBeNull();
    expect(thrownBy(() => one.book.newKey('?')).code).toBe('ITEM_UNKNOWN');
    const closed = bench(undefined, undefined, { address: () => null });
    expect(closed.book.saveApplication({ name: 'shop' }).dsn).toBeNull();
  });

  test('what was refused is counted', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    one.book.countRefused(app, 40);
    one.book.countRefused(app, 2);
    expect(one.book.applications()).toMatchObject([{ refused: 42, events: 0, lastEventAt: null }]);
  });
});

test("an error of the window is one of Holdfast's own, with its stack", () => {
  const told: unknown[] = [];
  const one = bench(undefined, undefined, { onWindowError: (error) => told.push(error.kind) });
  const stack = `TypeError: x is undefined
    at BackupList (app://holdfast/assets/index-Ab12cd34.js:10:20)
    at renderRoot (app://holdfast/assets/index-Ab12cd34.js:1:2)
    at app://holdfast/assets/index-Ab12cd34.js:7:8`;
  one.book.reportWindow({ kind: 'render', where: 'backups', message: 'x is undefined', stack });
  const group = only(one);
  expect(group).toMatchObject({
    ...{
      applicationName: 'Holdfast',
      code: 'TAB_FAILED',
      severity: 'MEDIUM',
      type: 'TypeError',
      params: { where: 'backups' },
    },
    groupedBecause: {
      by: 'stack',
      parts: ['TAB_FAILED', 'TypeError', 'index.js in renderRoot', 'index.js in BackupList'],
    },
  });
  const [kept] = one.book.group(group.id).events;
  expect(kept).toMatchObject({ tags: { where: 'backups', kind: 'render' } });
  expect(kept?.thrown[0]?.frames.at(-1)).toMatchObject({ function: 'BackupList', line: 10, column: 20 });
  one.book.reportWindow({ kind: 'rejection', where: 'window', message: 'refused', stack: '' });
  expect(new Set(all(one).map(({ code }) => code))).toEqual(new Set(['INTERNAL', 'TAB_FAILED']));
  expect(told).toEqual(['render', 'rejection']);
});
