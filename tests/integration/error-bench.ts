/** An error book over a real store, with a clock that tests hold in their hands. */
import { join } from 'node:path';
import type { ErrorGroup, NewEvent } from '@shared/error-groups';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { afterEach } from 'vitest';
import { ErrorBook, type ErrorBookParts } from '../../electron/errors/error-book';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { openStore, type Store } from '../../electron/store/open';
import { python } from '../unit/errors/events';
import { scratchFolder } from '../unit/store/fixture';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday, half past noon in UTC. */
export const START_MS = Date.parse('2026-05-04T12:30:00Z');

export interface Bench {
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

export function bench(
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

export const filter = (change: Partial<ErrorFilter> = {}): ErrorFilter => ({ ...ANY_ERROR_FILTER, ...change });
export const all = ({ book }: Bench): ErrorGroup[] => book.groups(ANY_ERROR_FILTER, 1_000).groups;
export const only = (one: Bench): ErrorGroup => {
  const groups = all(one);
  if (groups.length !== 1 || !groups[0]) throw new Error(`there are ${groups.length} groups`);
  return groups[0];
};
export const fault = (name: string, change: Partial<NewEvent> = {}): NewEvent => ({
  ...python('KeyError', `no ${name}`, `shop ${name}`),
  ...change,
});
export const takeMany = ({ book }: Bench, count: number, name = 'cart', application: string | null = null): void => {
  for (let i = 0; i < count; i++) book.take(application, fault(name));
};
