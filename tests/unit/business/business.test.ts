import type { Result } from '@shared/errors';
import type { BusinessConfig, BusinessStatus, QueryResult } from '@shared/monitoring';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Business, createBusiness } from '../../../electron/business/business';
import { offsetOf } from '../../../electron/business/due';
import type { QueryStatement } from '../../../electron/database/query-runner';
import { type HoldfastError, holdfastError } from '../../../electron/errors/holdfast-error';
import type { Store } from '../../../electron/store/open';
import { codeOf } from '../../helpers/engine';
import { orders, scratchStore } from '../store/fixture';

const MINUTE_MS = 60_000;
// Just after a period of every quarter of an hour began for the databases below.
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 4, 1, 9, 1) }));
afterEach(() => void vi.useRealTimers());

const open: BusinessConfig = {
  databaseId: orders.id,
  name: 'open orders',
  enabled: true,
  sql: 'SELECT 5',
  rowsSql: '',
  unit: 'count',
  unitLabel: 'orders',
  intervalMinutes: 15,
  target: { direction: 'at-most', value: 10 },
  severity: 'HIGH',
  preset: null,
};

const answer = (...values: (string | number | null)[]): Result<QueryResult> => ({
  ok: true,
  value: { columns: ['n'], rows: values.map((value) => [value]), truncated: false, tookMs: 2 },
});

/** Figures whose queries are answered by what stands in `answers`, by their text. */
function scene(store: Store = scratchStore()) {
  if (!store.databases.get(orders.id)) {
    store.databases.add(orders);
    store.databases.add({ ...orders, id: 'db-shop', name: 'shop', path: '/data/shop.db' });
  }
  const seen = {
    answers: {} as Record<string, Result<QueryResult> | HoldfastError>,
    tookMs: 0,
    batches: [] as { databaseId: string; sql: string[]; atMs: number }[],
    underWay: new Map<string, number>(),
    mostUnderWay: 0,
    records: [] as [string, number][],
    verdicts: [] as BusinessStatus['targetMet'][],
    removed: [] as string[],
    errors: [] as HoldfastError[],
  };
  const run = async (databaseId: string, statements: readonly QueryStatement[]): Promise<Result<QueryResult>[]> => {
    seen.batches.push({ databaseId, sql: statements.map(({ sql }) => sql), atMs: Date.now() });
    const now = (seen.underWay.get(databaseId) ?? 0) + 1;
    seen.underWay.set(databaseId, now);
    seen.mostUnderWay = Math.max(seen.mostUnderWay, now);
    if (seen.tookMs > 0) await new Promise((done) => setTimeout(done, seen.tookMs));
    seen.underWay.set(databaseId, now - 1);
    return statements.map(({ sql }) => {
      const found = seen.answers[sql] ?? answer(Number(/\d+/.exec(sql)?.[0]));
      if (found instanceof Error) throw found;
      return found;
    });
  };
  const business = createBusiness({
    table: store.businessMetrics,
    databases: () => store.databases.list(),
    launch: () => {
      throw new Error('no process is started here');
    },
    queries: { run, one: () => Promise.reject(new Error('not asked')), stop: () => undefined },
    sink: {
      record: (key, value) => void seen.records.push([key, value]),
      observe: () => undefined,
      merge: () => undefined,
    },
    clock: { nowMs: () => Date.now() },
    language: () => 'en',
    onChange: () => undefined,
    onVerdict: (status) => void seen.verdicts.push(status.targetMet),
    onQuery: () => undefined,
    onRemoved: (id) => void seen.removed.push(id),
    report: (error) => void seen.errors.push(error),
  });
  return { business, seen, store };
}

const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * MINUTE_MS);
const only = (business: Business) => business.list()[0]!;

test('a new figure is read at once, then at each of its periods', async () => {
  const { business, seen } = scene();
  business.start();
  const { id } = business.save({ config: open });
  expect(only(business)).toMatchObject({ value: null, atMs: null, targetMet: null });
  await pass(0.1);
  expect(only(business)).toMatchObject({ value: 5, tookMs: 2, targetMet: true, error: null });
  expect(seen.records).toEqual([[`business.value:${id}`, 5]]);
  await pass(31);
  expect(seen.batches.map(({ atMs }) => (atMs - offsetOf(orders.id)) % (15 * MINUTE_MS))).toEqual([
    expect.any(Number),
    0,
    0,
  ]);
  expect(seen.verdicts).toEqual([true]);
});

test('figures of one database that are due together are read together, databases apart', async () => {
  const { business, seen } = scene();
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3']) business.save({ config: { ...open, sql } });
  business.save({ config: { ...open, databaseId: 'db-shop', sql: 'SELECT 4', intervalMinutes: 30 } });
  business.start();
  await pass(0.2);
  expect(seen.batches.map(({ sql }) => sql)).toEqual([['SELECT 1', 'SELECT 2', 'SELECT 3'], ['SELECT 4']]);
  seen.batches.length = 0;
  await pass(30);
  expect(seen.batches.map(({ sql }) => sql.length).toSorted((a, b) => a - b)).toEqual([1, 3, 3]);
  expect(business.list().map(({ value }) => value)).toEqual([1, 2, 3, 4]);
});

test('a batch that takes longer than the interval is never overtaken by the next', async () => {
  const { business, seen } = scene();
  seen.tookMs = 150_000;
  business.save({ config: { ...open, intervalMinutes: 1 } });
  business.start();
  await pass(11);
  expect(seen.mostUnderWay).toBe(1);
  expect(seen.batches.length).toBeGreaterThanOrEqual(4);
});

test('after a restart: what was read stays, what is due is caught up once', async () => {
  const first = scene();
  first.business.start();
  first.business.save({ config: open });
  await pass(1);
  await first.business.stop();
  const again = scene(first.store);
  expect(only(again.business)).toMatchObject({ value: 5, targetMet: true });
  again.business.start();
  await pass(1);
  expect(again.seen.batches).toEqual([]);
  await again.business.stop();
  vi.setSystemTime(Date.now() + 3 * 3_600_000);
  const late = scene(first.store);
  late.business.start();
  await pass(5);
  expect(late.seen.batches).toHaveLength(1);
  expect(late.seen.verdicts).toEqual([]);
  await late.business.stop();
});

test('after sleep it is caught up once', async () => {
  const { business, seen } = scene();
  business.start();
  business.save({ config: open });
  await pass(1);
  vi.setSystemTime(Date.now() + 8 * 3_600_000);
  business.resumed(8 * 3_600_000);
  await pass(5);
  expect(seen.batches).toHaveLength(2);
});

test('what is no number is an error on the figure, and no value', async () => {
  const { business, seen } = scene();
  const cases: [Result<QueryResult>, number | null][] = [
    [answer(null), null],
    [answer(), null],
    [answer('many'), null],
    [answer(''), null],
    [answer('BLOB (3 B)'), null],
    [answer(Number.POSITIVE_INFINITY), null],
    [answer('9007199254740993'), 9_007_199_254_740_992],
    [answer(' 3.5 '), 3.5],
    [answer(0), 0],
    [answer(-1, 7), -1],
  ];
  for (const [index, [result]] of cases.entries()) {
    business.save({ config: { ...open, sql: `SELECT ${index}` } });
    seen.answers[`SELECT ${index}`] = result;
  }
  business.start();
  await pass(1);
  for (const [index, { value, error, targetMet }] of business.list().entries()) {
    expect(value, String(index)).toBe(cases[index]?.[1]);
    expect(error?.code ?? null).toBe(value === null ? 'QUERY_NO_NUMBER' : null);
    expect(targetMet).toBe(value === null ? null : value <= 10);
  }
  expect(seen.records).toHaveLength(4);
});

test('the target: met, missed, unknown, each told once; a new target judges the value that is there', async () => {
  const { business, seen } = scene();
  business.start();
  const { id } = business.save({ config: open });
  await pass(0.1);
  seen.answers[open.sql] = answer(11);
  await pass(30);
  seen.answers[open.sql] = { ok: false, error: holdfastError('QUERY_INVALID').toView() };
  await pass(30);
  expect(seen.verdicts).toEqual([true, false, null]);
  seen.answers[open.sql] = answer(11);
  await pass(15);
  const { length } = seen.batches;
  const higher = { ...open, target: { direction: 'at-least', value: 11 } } as const;
  expect(business.save({ id, config: higher }).targetMet).toBe(true);
  expect(business.save({ id, config: { ...higher, target: null } }).targetMet).toBeNull();
  expect(business.save({ id, config: { ...higher, enabled: false } })).toMatchObject({ value: 11, targetMet: null });
  expect(seen.verdicts).toEqual([true, false, null, false, true, null]);
  await pass(60);
  expect(seen.batches).toHaveLength(length);
});

test('a database that cannot be read gives each of its figures the error, and others go on', async () => {
  const { business, seen } = scene();
  seen.answers['SELECT 1'] = holdfastError('DATABASE_MISSING', { params: { path: '/data/orders.db' } });
  business.save({ config: { ...open, sql: 'SELECT 1' } });
  business.save({ config: { ...open, sql: 'SELECT 2' } });
  business.save({ config: { ...open, sql: 'SELECT 3', databaseId: 'db-shop' } });
  business.start();
  await pass(1);
  expect(business.list().map(({ error, value }) => error?.code ?? value)).toEqual([
    'DATABASE_MISSING',
    'DATABASE_MISSING',
    3,
  ]);
  expect(seen.errors).toEqual([]);
  delete seen.answers['SELECT 1'];
  await pass(15);
  expect(business.list().map(({ value }) => value)).toEqual([1, 2, 3]);
});

test('faults inside are reported, and the next period is read all the same', async () => {
  const { business, seen } = scene();
  seen.answers[open.sql] = holdfastError('CHILD_CRASHED', { params: { job: 'query' } });
  business.save({ config: open });
  business.start();
  await pass(1);
  expect(seen.errors.map(({ code }) => code)).toEqual(['CHILD_CRASHED']);
  expect(only(business).error?.code).toBe('CHILD_CRASHED');
  delete seen.answers[open.sql];
  await pass(15);
  expect(only(business)).toMatchObject({ value: 5, error: null });
});

test('slow figures come last, so that killing one costs the others nothing', async () => {
  const { business, seen } = scene();
  seen.answers['SELECT 1'] = { ok: false, error: holdfastError('QUERY_TIMED_OUT').toView() };
  seen.answers['SELECT 2'] = { ok: true, value: { columns: [], rows: [[2]], truncated: false, tookMs: 900 } };
  for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3']) business.save({ config: { ...open, sql } });
  business.start();
  await pass(16);
  expect(seen.batches[1]?.sql).toEqual(['SELECT 3', 'SELECT 2', 'SELECT 1']);
});

test('a database that is not guarded any more takes its figures with it', async () => {
  const { business, seen, store } = scene();
  const { id } = business.save({ config: open });
  business.save({ config: { ...open, databaseId: 'db-shop' } });
  business.start();
  await pass(1);
  store.databases.remove(orders.id, new Date().toISOString());
  expect(business.list()).toHaveLength(1);
  await pass(1.5);
  expect(seen.removed).toEqual([id]);
  expect(store.businessMetrics.list()).toHaveLength(1);
});

test('what was changed or removed while it was read does not take the result', async () => {
  const { business, seen } = scene();
  seen.tookMs = 10_000;
  business.start();
  const { id } = business.save({ config: open });
  await pass(0.1);
  business.save({ id, config: { ...open, sql: 'SELECT 6' } });
  await pass(0.1);
  expect(only(business).value).toBeNull();
  await pass(0.5);
  expect(only(business).value).toBe(6);
  const removed = business.save({ config: { ...open, sql: 'SELECT 7' } }).id;
  await pass(0.05);
  business.remove(removed);
  await pass(1);
  expect(seen.records.map(([, value]) => value)).toEqual([6]);
});

test('reading now: a value, or an error in the status; also for one that is switched off', async () => {
  const { business, seen } = scene();
  const { id } = business.save({ config: { ...open, enabled: false } });
  expect(await business.runNow(id)).toMatchObject({ value: 5, targetMet: null });
  seen.answers[open.sql] = holdfastError('DATABASE_LOCKED');
  expect((await business.runNow(id)).error?.code).toBe('DATABASE_LOCKED');
  expect(await codeOf(business.runNow('none'))).toBe('ITEM_UNKNOWN');
});

test('what cannot be a figure is refused when it is saved', async () => {
  const { business } = scene();
  const saving = (change: Partial<BusinessConfig>, id?: string) =>
    codeOf(() => business.save({ ...(id ? { id } : {}), config: { ...open, ...change } }));
  expect(await saving({ sql: 'DELETE FROM orders' })).toBe('QUERY_NOT_READ_ONLY');
  expect(await saving({ rowsSql: "ATTACH 'x' AS y" })).toBe('QUERY_NOT_READ_ONLY');
  expect(await saving({ databaseId: 'db-gone' })).toBe('DATABASE_UNKNOWN');
  expect(await saving({}, 'none')).toBe('ITEM_UNKNOWN');
  expect(await codeOf(() => business.remove('none'))).toBe('ITEM_UNKNOWN');
  expect(await codeOf(business.rows('none'))).toBe('ITEM_UNKNOWN');
  expect(business.list()).toEqual([]);
});

test('nothing is read before the start or after the end', async () => {
  const { business, seen } = scene();
  business.save({ config: open });
  await pass(60);
  expect(seen.batches).toEqual([]);
  business.start();
  seen.tookMs = 10_000;
  await pass(0.1);
  const stopping = business.stop();
  await pass(1);
  await stopping;
  expect(only(business).value).toBeNull();
  await pass(60);
  expect([seen.batches.length, seen.records.length]).toEqual([1, 0]);
});
