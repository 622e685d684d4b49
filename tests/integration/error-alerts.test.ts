/** Groups of errors as alerts: from an event that is taken to what somebody is told, and until it is over. */
import type { ErrorGroup } from '@shared/error-groups';
import { beforeEach, expect, test } from 'vitest';
import { currentSignals } from '../../electron/core/signals';
import { ErrorBook } from '../../electron/errors/error-book';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { Bench, HOUR_MS, MINUTE_MS } from '../unit/alerts/fixture';
import { event } from '../unit/errors/events';
import { scratchStore } from '../unit/store/fixture';

let bench: Bench;
let book: ErrorBook;
let shop: string;

beforeEach(() => {
  bench = new Bench(scratchStore());
  book = new ErrorBook({
    store: bench.store,
    settings: () => bench.settings.errors,
    address: () => null,
    nowMs: () => bench.wallMs,
    onChange: () => undefined,
  });
  shop = book.saveApplication({ name: 'Shop' }).id;
});

const sync = (): void => {
  book.look();
  bench.engine.sync(
    currentSignals({
      ...{ problems: [], probes: [], business: [], dataRules: [], databaseName: () => null },
      errorGroups: book.needing(),
      nowMs: bench.wallMs,
    }),
  );
};
const pass = (spanMs: number): void => bench.pass(spanMs, sync, spanMs > HOUR_MS ? MINUTE_MS : 10_000);
const take = (name: string): void => book.take(shop, event({ message: name, fingerprint: [name], handled: false }));
const group = (name: string): ErrorGroup => {
  const found = book.groups({ ...ANY_ERROR_FILTER, search: name }, 1).groups[0];
  if (!found) throw new Error(`no group ${name}`);
  return found;
};
const titles = () => bench.engine.alerts(false).map(({ titleKey, params }) => `${titleKey} ${params['error']}`);

test('a hundred new errors at once are one message', () => {
  for (let i = 0; i < 100; i++) take(`fault ${i}`);
  pass(5 * MINUTE_MS);
  expect(book.groups(ANY_ERROR_FILTER, 1).total).toBe(100);
  expect(book.needing()).toHaveLength(50);
  expect(bench.said()).toEqual(['alert 20']);
});

test('the alert of a new error ends when somebody acknowledges, mutes or resolves it', () => {
  for (const name of ['one', 'two', 'three', 'four']) take(name);
  pass(MINUTE_MS);
  expect(titles()).toHaveLength(4);
  book.acknowledge(group('one').id);
  book.mute(group('two').id, { minutes: 60, untilPerHour: null });
  book.resolve(group('three').id);
  pass(MINUTE_MS);
  expect(titles()).toEqual(['error-new four']);
  // More of them are no news while they are looked after.
  for (const name of ['one', 'two']) take(name);
  pass(MINUTE_MS);
  expect(titles()).toEqual(['error-new four']);
});

test('an error that was resolved and comes again is told as one that is back', () => {
  take('one');
  pass(MINUTE_MS);
  book.resolve(group('one').id);
  pass(5 * HOUR_MS);
  expect(titles()).toEqual([]);
  take('one');
  pass(MINUTE_MS);
  expect(titles()).toEqual(['error-returned one']);
  expect(bench.said()).toEqual(['alert 1', 'resolved 1', 'alert 1']);
});

test('an error that comes no more for an hour is over, and needs somebody all the same', () => {
  take('one');
  pass(59 * MINUTE_MS);
  expect(titles()).toEqual(['error-new one']);
  pass(2 * MINUTE_MS);
  expect(titles()).toEqual([]);
  expect(book.needing()).toHaveLength(1);
});
