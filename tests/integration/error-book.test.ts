/** The error book over a real store: what was taken is there, exactly, and in the state that was decided. */
import Database from 'better-sqlite3';
import { KEPT_EVENTS } from '@shared/error-groups';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { event } from '../unit/errors/events';
import { thrownBy } from '../unit/store/fixture';
import { describe, expect, test } from 'vitest';
import { all, bench, DAY_MS, fault, HOUR_MS, only, takeMany } from './error-bench';

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
    expect(one.book.summary(ANY_ERROR_FILTER, one.now.ms - HOUR_MS, one.now.ms + 1).budget.days).toEqual([
      { day: '2026-05-04', total: 1, failed: 1 },
    ]);
  });

  test('what is taken inside a transaction that is undone is not lost', () => {
    const one = bench();
    expect(() =>
      one.store.atomically(() => {
        takeMany(one, 300);
        all(one);
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
    expect(again.book.groups(ANY_ERROR_FILTER, 1).total).toBe(2_000);
    expect(again.book.applications()).toMatchObject([{ events: 2_000, refused: 500 }]);
  });

  test('events of an application that was removed meanwhile are dropped', () => {
    const one = bench();
    const app = one.book.saveApplication({ name: 'shop' }).id;
    takeMany(one, 3, 'cart', app);
    one.book.removeApplication(app);
    expect(all(one)).toEqual([]);
    expect(one.store.errorEvents.count()).toBe(0);
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
    one.book.take(null, fault('cart', { level: 'warning' }));
    expect(only(one).severity).toBe('CRITICAL');
    one.book.resolve(id);
    one.now.ms += 5 * DAY_MS;
    one.book.take(null, fault('cart', { level: 'warning' }));
    expect(only(one)).toMatchObject({
      ...{ id, state: 'open', trend: 'returned', severity: 'MEDIUM', count: 3 },
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
    // That few are no growth by themselves; it stays for the hour all the same.
    one.book.look();
    expect(only(one).trend).toBe('growing');
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
