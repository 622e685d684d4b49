import type { ErrorCode, Result } from '@shared/errors';
import { DataRuleConfig } from '@shared/integrity';
import type { QueryResult } from '@shared/monitoring';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { QueryStatement } from '../../../electron/database/query-runner';
import { type HoldfastError, holdfastError } from '../../../electron/errors/holdfast-error';
import { DataRules } from '../../../electron/rules/data-rules';
import type { Store } from '../../../electron/store/open';
import { codeOf } from '../../helpers/engine';
import { orders, scratchStore } from '../store/fixture';

const MINUTE_MS = 60_000;
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 4, 1, 9, 1) }));
afterEach(() => void vi.useRealTimers());

const negative: DataRuleConfig = DataRuleConfig.parse({
  databaseId: orders.id,
  name: 'negative totals',
  sql: 'SELECT 3',
  enabled: true,
  intervalMinutes: 15,
  alert: { enabled: true, severity: 'HIGH', above: 0 },
  fixSql: null,
  preset: null,
});

const counted = (count: number, truncated = false): Result<QueryResult> => ({
  ok: true,
  value: { columns: ['count'], rows: [[count]], truncated, tookMs: 2 },
});
const refused = (code: ErrorCode): Result<QueryResult> => ({ ok: false, error: holdfastError(code).toView() });

/** Rules whose queries are answered by what stands in `answers`, else by the number in them. */
function scene(store: Store = scratchStore()) {
  if (!store.databases.get(orders.id)) {
    store.databases.add(orders);
    store.databases.add({ ...orders, id: 'db-shop', name: 'shop', path: '/data/shop.db' });
  }
  const seen = {
    answers: {} as Record<string, Result<QueryResult> | HoldfastError>,
    /** How long a database takes. */
    tookMs: {} as Record<string, number>,
    held: new Set<string>(),
    batches: [] as { databaseId: string; statements: readonly QueryStatement[] }[],
    records: [] as [string, number][],
    removed: [] as string[],
    errors: [] as HoldfastError[],
    changes: 0,
  };
  const asked = (databaseId: string): string[] =>
    seen.batches.flatMap((batch) => (batch.databaseId === databaseId ? batch.statements.map(({ sql }) => sql) : []));
  const run = async (databaseId: string, statements: readonly QueryStatement[]): Promise<Result<QueryResult>[]> => {
    if (statements.every(({ rowLimit }) => rowLimit > 0)) seen.batches.push({ databaseId, statements });
    const tookMs = seen.tookMs[databaseId] ?? 0;
    if (tookMs > 0) await new Promise((done) => setTimeout(done, tookMs));
    return statements.map(({ sql }) => {
      const found = seen.answers[sql] ?? counted(Number(/\d+/.exec(sql)?.[0]));
      if (found instanceof Error) throw found;
      return found;
    });
  };
  const rules = new DataRules({
    table: store.dataRules,
    databases: () => store.databases.list(),
    isHeld: (databaseId) => seen.held.has(databaseId),
    launch: () => {
      throw new Error('no process is started here');
    },
    queries: { run, one: () => Promise.reject(new Error('not asked')), stop: () => undefined },
    sink: { record: (key, value) => void seen.records.push([key, value]) },
    clock: { nowMs: () => Date.now() },
    language: () => 'en',
    onChange: () => void seen.changes++,
    onQuery: () => undefined,
    onRemoved: (id) => void seen.removed.push(id),
    report: (error) => void seen.errors.push(error),
  });
  return { rules, seen, store, asked };
}

const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * MINUTE_MS);

test('a new rule is counted at once, then at each of its periods, and its counts are kept', async () => {
  const { rules, seen, store } = scene();
  rules.start();
  const { id } = await rules.save({ config: negative });
  expect(rules.list()[0]).toMatchObject({ last: null, course: [] });
  await pass(0.1);
  expect(rules.list()[0]).toMatchObject({ last: { count: 3, atLeast: false, tookMs: 2, error: null } });
  seen.answers['SELECT 3'] = counted(0);
  await pass(16);
  expect(rules.list()[0]?.course.map(({ count }) => count)).toEqual([3, 0]);
  expect(seen.batches).toHaveLength(2);
  expect(seen.batches[0]?.statements).toEqual([{ sql: 'SELECT 3', rowLimit: 1000, as: 'count' }]);
  expect(seen.records).toEqual([
    [`data.rule-violations:${id}`, 3],
    [`data.rule-violations:${id}`, 0],
  ]);
  await rules.stop();
  const again = scene(store);
  expect(again.rules.list()[0]).toMatchObject({ id, last: { count: 0 } });
  expect(again.rules.list()[0]?.course).toHaveLength(2);
});

test('a slow database holds up nobody else, and is never asked twice at the same time', async () => {
  const { rules, seen, asked } = scene();
  seen.tookMs = { [orders.id]: 200_000 };
  rules.start();
  await rules.save({ config: { ...negative, databaseId: 'db-shop', sql: 'SELECT 4', intervalMinutes: 1 } });
  const saving = rules.save({ config: { ...negative, intervalMinutes: 1 } });
  await pass(4);
  await saving;
  await pass(9);
  expect(asked(orders.id).length).toBeGreaterThanOrEqual(2);
  expect(asked(orders.id).length).toBeLessThanOrEqual(4);
  expect(asked('db-shop').length).toBeGreaterThanOrEqual(12);
});

test('rules of a database wait while it is restored, and are asked soon after', async () => {
  const { rules, seen, asked } = scene();
  await rules.save({ config: negative });
  await rules.save({ config: { ...negative, databaseId: 'db-shop', sql: 'SELECT 4' } });
  seen.held.add(orders.id);
  rules.start();
  await pass(3);
  expect(asked(orders.id)).toEqual([]);
  expect(asked('db-shop')).toEqual(['SELECT 4']);
  seen.held.clear();
  await pass(0.05);
  expect(asked(orders.id)).toEqual(['SELECT 3']);
});

test('rules of a database that was restored are asked at once, whatever their interval, and once', async () => {
  const { rules, seen, asked } = scene();
  rules.start();
  await rules.save({ config: { ...negative, intervalMinutes: 1_440 } });
  await rules.save({ config: { ...negative, databaseId: 'db-shop', sql: 'SELECT 4', intervalMinutes: 1_440 } });
  await pass(1);
  expect(asked(orders.id)).toEqual(['SELECT 3']);
  seen.held.add(orders.id);
  rules.contentChanged(orders.id);
  await pass(0.5);
  expect(asked(orders.id)).toEqual(['SELECT 3']);
  seen.held.clear();
  await pass(5);
  expect(asked(orders.id)).toEqual(['SELECT 3', 'SELECT 3']);
  expect(asked('db-shop')).toEqual(['SELECT 4']);
});

test('a rule that cannot be asked keeps what was counted, and is neither well nor newly broken', async () => {
  const { rules, seen } = scene();
  const { id } = await rules.save({ config: negative });
  seen.answers['SELECT 3'] = refused('QUERY_TIMED_OUT');
  expect(await rules.runNow(id)).toMatchObject({ last: { count: 0, error: { code: 'QUERY_TIMED_OUT' } }, course: [] });
  expect(rules.summary(orders.id)).toMatchObject({ rules: 1, brokenRules: 0, failingRules: 1 });
  expect(rules.health()).toEqual({ count: 1, broken: 0, critical: 0, failing: 1 });
  seen.answers['SELECT 3'] = counted(1000, true);
  expect(await rules.runNow(id)).toMatchObject({ last: { count: 1000, atLeast: true, error: null } });
  seen.answers['SELECT 3'] = holdfastError('DATABASE_MISSING');
  expect(await rules.runNow(id)).toMatchObject({ last: { count: 1000, error: { code: 'DATABASE_MISSING' } } });
  expect(rules.summary(orders.id)).toMatchObject({ brokenRules: 1, offendingRows: 1000, failingRules: 1 });
  expect(seen.records).toEqual([[`data.rule-violations:${id}`, 1000]]);
  expect(seen.errors).toEqual([]);
});

test('rows that a rule allows do not break it, and one that is switched off counts nowhere', async () => {
  const { rules } = scene();
  const { id } = await rules.save({ config: { ...negative, alert: { ...negative.alert, above: 3 } } });
  await rules.runNow(id);
  expect(rules.summary(orders.id)).toMatchObject({ rules: 1, brokenRules: 0, offendingRows: 0 });
  await rules.save({ id, config: { ...negative, alert: { ...negative.alert, severity: 'CRITICAL', above: 2 } } });
  expect(rules.summary(orders.id)).toMatchObject({ brokenRules: 1, offendingRows: 3 });
  expect(rules.health()).toEqual({ count: 1, broken: 1, critical: 1, failing: 0 });
  await rules.save({ id, config: { ...negative, enabled: false } });
  expect(rules.summary(orders.id)).toMatchObject({ rules: 0, brokenRules: 0, offendingRows: 0, rulesAskedAt: null });
});

test('a rule that asks something else forgets what it said; another name or interval does not', async () => {
  const { rules } = scene();
  const { id } = await rules.save({ config: negative });
  await rules.runNow(id);
  expect(await rules.save({ id, config: { ...negative, name: 'n', intervalMinutes: 5 } })).toMatchObject({
    last: { count: 3 },
    course: [{ count: 3 }],
  });
  expect(await rules.save({ id, config: { ...negative, sql: 'SELECT 9' } })).toMatchObject({ last: null, course: [] });
});

test('an answer to what a rule asked before is not taken', async () => {
  const { rules, seen } = scene();
  const { id } = await rules.save({ config: negative });
  seen.tookMs = { [orders.id]: 10_000 };
  const old = rules.runNow(id);
  await pass(0.05);
  seen.tookMs = {};
  await rules.save({ id, config: { ...negative, sql: 'SELECT 9' } });
  await pass(1);
  await old;
  expect(rules.list()[0]?.last).toBeNull();
  expect(seen.records).toEqual([]);
});

test('only rules whose answer can be relied on are mended, and only those that name a fix', async () => {
  const { rules, seen } = scene();
  const fixSql = 'UPDATE t SET a = 0';
  const broken = await rules.save({ config: { ...negative, fixSql } });
  await rules.save({ config: { ...negative, sql: 'SELECT 5' } });
  await rules.save({ config: { ...negative, sql: 'SELECT 0', fixSql } });
  await rules.save({ config: { ...negative, sql: 'SELECT 6', fixSql, enabled: false } });
  const failing = await rules.save({ config: { ...negative, sql: 'SELECT 7', fixSql } });
  await rules.runNow(failing.id);
  seen.answers['SELECT 7'] = refused('DATABASE_LOCKED');
  expect(await rules.withFixes(orders.id)).toEqual([
    { ruleId: broken.id, name: negative.name, sql: 'SELECT 3', fixSql, count: 3 },
  ]);
  expect(
    (await rules.runAll(orders.id)).map(({ config, last }) => [config.sql, last?.count, last?.error?.code]),
  ).toEqual([
    ['SELECT 3', 3, undefined],
    ['SELECT 5', 5, undefined],
    ['SELECT 0', 0, undefined],
    ['SELECT 7', 7, 'DATABASE_LOCKED'],
  ]);
});

test('what cannot be a rule is refused before anything is kept', async () => {
  const { rules, seen } = scene();
  const refusal = (change: Partial<DataRuleConfig>) => codeOf(rules.save({ config: { ...negative, ...change } }));
  for (const sql of ['ATTACH ":memory:" AS x', 'PRAGMA user_version', 'DELETE FROM t', '/* SELECT */ VACUUM']) {
    expect(await refusal({ sql }), sql).toBe('QUERY_NOT_READ_ONLY');
  }
  const fixes = ['SELECT 1', 'REPLACE INTO t VALUES (1)', 'UPDATE OR REPLACE t SET a = 1', 'DROP TABLE t', 'PRAGMA x'];
  for (const fixSql of fixes) expect(await refusal({ fixSql }), fixSql).toBe('RULE_FIX_REFUSED');
  expect(await refusal({ databaseId: 'gone' })).toBe('DATABASE_UNKNOWN');
  seen.answers['SELECT 8'] = refused('QUERY_INVALID');
  expect(await refusal({ sql: 'SELECT 8' })).toBe('QUERY_INVALID');
  expect(await codeOf(rules.save({ id: 'gone', config: negative }))).toBe('ITEM_UNKNOWN');
  expect(rules.list()).toEqual([]);
  // The word in a text or a name replaces nothing.
  await rules.save({
    config: { ...negative, fixSql: `UPDATE t SET a = 'or replace', "or replace" = replace(b, 1, 2)` },
  });
});

test('a database that is not guarded any more takes its rules with it', async () => {
  const { rules, seen, store } = scene();
  const { id } = await rules.save({ config: negative });
  store.databases.remove(orders.id, new Date().toISOString());
  expect(rules.list()).toEqual([]);
  rules.start();
  await pass(0.1);
  expect(seen.removed).toEqual([id]);
  expect(store.dataRules.list()).toEqual([]);
});

test('counts are kept whole for a week, then the highest of each hour, then of each day', () => {
  const { store } = scene();
  const { dataRules } = store;
  const HOUR_MS = 60 * MINUTE_MS;
  const DAY_MS = 24 * HOUR_MS;
  const nowMs = Date.UTC(2026, 4, 1, 12);
  dataRules.save('r', negative, new Date(nowMs).toISOString());
  dataRules.save('other', negative, new Date(nowMs).toISOString());
  const add = (id: string, atMs: number, count: number) =>
    dataRules.setLast(new Map([[id, { atMs, count, atLeast: false, tookMs: 1, error: null }]]));
  // Every twenty minutes for 100 days; one count of each hour is higher, and one of those of each day highest.
  store.atomically(() => {
    for (let atMs = nowMs - 100 * DAY_MS; atMs <= nowMs; atMs += 20 * MINUTE_MS) {
      const minuteOfDay = (atMs % DAY_MS) / MINUTE_MS;
      add('r', atMs, minuteOfDay === 340 ? 9 : minuteOfDay % 60 === 20 ? 4 : 1);
    }
  });
  add('other', nowMs - 20 * DAY_MS, 1);
  add('other', nowMs - 20 * DAY_MS + MINUTE_MS, 1);
  const all = (fromMs: number, toMs: number) =>
    dataRules.course('r', fromMs, 1).filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  dataRules.thin('r', nowMs);
  dataRules.thin('r', nowMs);
  expect(all(nowMs - 7 * DAY_MS, nowMs)).toHaveLength(7 * 72);
  const hourly = all(nowMs - 90 * DAY_MS + 12 * HOUR_MS, nowMs - 8 * DAY_MS);
  expect(hourly).toHaveLength(82 * 24 - 12);
  expect(new Set(hourly.map(({ count }) => count))).toEqual(new Set([4, 9]));
  const daily = all(nowMs - 100 * DAY_MS, nowMs - 90 * DAY_MS - 12 * HOUR_MS);
  expect(daily).toHaveLength(10);
  // The first day began after its highest.
  expect(daily.map(({ count }) => count)).toEqual([4, ...daily.slice(1).map(() => 9)]);
  expect(dataRules.course('other', 0, 1), 'another rule').toHaveLength(2);
});

test('a small chart has the highest of each span, and ends in the newest count', async () => {
  const { rules, seen } = scene();
  rules.start();
  await rules.save({ config: { ...negative, intervalMinutes: 1 } });
  for (let minute = 0; minute < 12 * 60; minute++) {
    seen.answers['SELECT 3'] = counted(minute === 300 ? 50 : 1);
    await pass(1);
  }
  seen.answers['SELECT 3'] = counted(0);
  await pass(1);
  const course = rules.list()[0]!.course;
  expect(course.length).toBeLessThanOrEqual(121);
  expect(Math.max(...course.map(({ count }) => count))).toBe(50);
  expect(course.at(-1)?.count).toBe(0);
  expect(course.map(({ at }) => at)).toEqual(course.map(({ at }) => at).toSorted());
});
