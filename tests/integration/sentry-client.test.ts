/** Applications that send their errors: @sentry/node as it comes, and a flood. Into the real book of errors. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ErrorBook } from '../../electron/errors/error-book';
import { openStore, type Store } from '../../electron/store/open';
import { scratchFolder } from '../unit/store/fixture';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { type EndpointScene, openEndpoint } from './endpoint-scene';

const helper = (name: string) => join(import.meta.dirname, '../helpers', name);

let store: Store;
let book: ErrorBook;
let scene: EndpointScene;
beforeEach(async () => {
  store = openStore(join(scratchFolder(), 'holdfast.db'));
  book = new ErrorBook({
    store,
    settings: () => ({ objectivePercent: 1, keepDays: 90 }),
    address: () => scene.address,
    nowMs: Date.now,
    onChange: () => undefined,
  });
  scene = await openEndpoint({}, { book: () => book });
});
afterEach(async () => {
  await scene.close();
  book.stop();
  store.close();
});

/** Runs an application to its end; gives how it ended. */
async function run(dsn: string, ...scenarios: string[]): Promise<number> {
  const child = fork(helper('sentry-client.mjs'), [dsn, ...scenarios], { silent: true });
  const [status] = (await once(child, 'exit')) as [number];
  return status;
}
const groups = () => book.groups(ANY_ERROR_FILTER, 100).groups;

it('@sentry/node: handled, a message, large and packed, a burst, a rejection: each arrives once or is counted', async () => {
  const { dsn } = book.saveApplication({ name: 'shop' });
  expect(await run(dsn!, 'handled', 'message', 'large', 'burst', 'rejection')).toBe(0);
  const found = Object.fromEntries(groups().map((group) => [group.title, group]));
  const counts = Object.entries(found).map(([title, { count }]) => [title.replace(/\d+/, 'N'), count] as const);
  const burst = counts.filter(([title]) => title.includes('burst')).reduce((sum, [, count]) => sum + count, 0);
  expect(burst).toBeGreaterThan(0);
  expect(burst + book.applications()[0]!.refused).toBe(150);
  expect(counts.filter(([title]) => !title.includes('burst')).toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
    ['Error: nobody waits for this', 1],
    ['RangeError: a large one', 1],
    ['the stock is low', 1],
    ['TypeError: order N cannot be paid', 1],
  ]);
  const { events } = book.group(found['TypeError: order 1 cannot be paid']!.id);
  expect(events).toMatchObject([
    {
      level: 'error',
      handled: true,
      release: 'shop@1.0',
      environment: 'test',
      tags: { region: 'eu' },
      breadcrumbs: [{ category: 'cart', message: 'loaded' }],
      thrown: [{ type: 'Error', value: 'no connection' }, { type: 'TypeError' }],
    },
  ]);
  expect(events[0]!.thrown[1]!.frames.at(-1)).toMatchObject({ function: 'pay', inApp: true });
  expect(book.group(found['the stock is low']!.id).events[0]).toMatchObject({ level: 'warning' });
  expect(book.group(found['Error: nobody waits for this']!.id).events[0]).toMatchObject({ handled: false });
  expect(scene.reported).toEqual([]);
});

it('@sentry/node: what ends the process arrives before it ends', async () => {
  const { dsn } = book.saveApplication({ name: 'shop' });
  expect(await run(dsn!, 'uncaught')).toBe(1);
  const [group, ...others] = groups();
  expect([group?.title, group?.count, group?.severity, others]).toEqual([
    'TypeError: order 2 cannot be paid',
    1,
    'CRITICAL',
    [],
  ]);
  expect(book.group(group!.id).events[0]).toMatchObject({ level: 'fatal', handled: false });
});

it('@sentry/node: a key that is not known any more lets nothing in', async () => {
  const { id, dsn } = book.saveApplication({ name: 'shop' });
  book.newKey(id);
  expect(await run(dsn!, 'handled')).toBe(0);
  expect(groups()).toEqual([]);
});

/** Sends so many events as fast as they are answered; gives how many were taken and refused. Nothing else is answered. */
async function flood(count: number): Promise<{ taken: number; refused: number }> {
  const { dsn } = book.saveApplication({ name: 'shop' });
  const { username, pathname } = new URL(dsn!);
  const url = `${scene.address}/api${pathname}/envelope/?sentry_key=${username}`;
  const child = fork(helper('sentry-flood.mjs'), [url, String(count), '20']);
  const ended = once(child, 'exit');
  const [answers] = (await once(child, 'message')) as [Record<string, number>];
  await ended;
  const { 200: taken = 0, 429: refused = 0, ...others } = answers;
  expect([others, taken + refused]).toEqual([{}, count]);
  const [application] = book.applications();
  expect([application!.events, application!.refused]).toEqual([taken, refused]);
  expect(groups().reduce((sum, group) => sum + group.count, 0)).toBe(taken);
  expect(groups()).toHaveLength(20);
  expect(scene.reported).toEqual([]);
  return { taken, refused };
}

it('ten thousand events as fast as they come: each is in the book or was refused, and memory does not grow with them', async () => {
  const before = process.memoryUsage().rss;
  const { taken } = await flood(10_000);
  expect(taken).toBeGreaterThanOrEqual(4_000);
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(200);
}, 90_000);

it('more than may be taken: the others are refused, and counted as refused', async () => {
  await scene.close();
  scene = await openEndpoint({}, { book: () => book, limits: { eventsPerSecond: 1, burst: 100 } });
  const { taken, refused } = await flood(300);
  expect([taken >= 100, refused > 0]).toEqual([true, true]);
  scene.intake.tick();
  expect(scene.reported.splice(0)).toMatchObject([{ code: 'ERROR_FLOOD', params: { name: 'shop', count: refused } }]);
});
