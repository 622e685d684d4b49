/** What the error book answers: lists, summaries, exports, applications. */
import Database from 'better-sqlite3';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { event } from '../unit/errors/events';
import { thrownBy } from '../unit/store/fixture';
import { describe, expect, test } from 'vitest';
import { all, bench, DAY_MS, fault, filter, HOUR_MS, only, START_MS, takeMany } from './error-bench';

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
    expect(one.book.groups(ANY_ERROR_FILTER, 2)).toMatchObject({ total: 4, groups: { length: 2 } });
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
    const { groups, total } = one.book.groups(ANY_ERROR_FILTER, 200);
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
    const day = one.book.summary(ANY_ERROR_FILTER, START_MS - HOUR_MS, one.now.ms + 1);
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
    const { course, budget } = one.book.summary(ANY_ERROR_FILTER, Date.parse('2026-03-27T12:00:00Z'), one.now.ms + 1);
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
    const rows = one.book.exported(ANY_ERROR_FILTER, 'csv').split('\r\n');
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
