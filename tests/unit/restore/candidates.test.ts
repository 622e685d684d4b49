import { expect, test } from 'vitest';
import type { GuardedDatabase } from '@shared/models';
import { whyFromName, whyFromTables } from '../../../electron/restore/candidates';

test.each<[what: string, then: string[], now: string[], why: 'schema' | null]>([
  ['the same tables', ['a', 'b', 'c'], ['a', 'b', 'c'], 'schema'],
  ['one table more since', ['a', 'b'], ['a', 'b', 'c'], 'schema'],
  ['a single table of the same name', ['users'], ['users'], 'schema'],
  ['one shared table of many', ['users', 'a', 'b'], ['users', 'x', 'y'], null],
  ['one shared table of two', ['users', 'a'], ['users'], null],
  ['nothing shared', ['a'], ['b'], null],
  ['an empty database', [], ['a'], null],
  ['two empty databases', [], [], null],
])('%s', (_what, then, now, why) => {
  expect(whyFromTables(then, now)).toBe(why);
});

test.each<[file: string, guarded: string, why: 'name' | null]>([
  ['/tmp/orders-20261121.db', '/srv/orders.db', 'name'],
  ['/tmp/Orders.sqlite.gz', '/srv/orders.db', 'name'],
  ['/tmp/customers.db', '/srv/orders.db', null],
  ['/tmp/db-copy.sqlite', '/srv/db.sqlite', null],
])('%s and %s', (file, guarded, why) => {
  expect(whyFromName(file, { path: guarded } as GuardedDatabase)).toBe(why);
});
