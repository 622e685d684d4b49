/** Which guarded database a file belongs to: real files, compared as the job compares them. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileComparison, GuardedDatabase } from '@shared/models';
import type { RunningJob } from '../../../electron/jobs/runner';
import { compare, findCandidates, isSameName, whyOf } from '../../../electron/restore/candidates';
import { readIdentity } from '../../../electron/restore/preview';

type Tables = FileComparison['tables'];
const comparison = (change: Partial<FileComparison>): FileComparison => ({
  databaseId: 'd',
  applicationId: 'none',
  tables: { shared: 0, then: 2, now: 2 },
  sameName: false,
  ...change,
});

describe('tables', () => {
  test.each<[what: string, tables: Tables, why: 'schema' | null]>([
    ['the same tables', { shared: 3, then: 3, now: 3 }, 'schema'],
    ['one table more since', { shared: 2, then: 2, now: 3 }, 'schema'],
    ['a single table of the same name', { shared: 1, then: 1, now: 1 }, 'schema'],
    ['one shared table of many', { shared: 1, then: 3, now: 3 }, null],
    ['one shared table of two', { shared: 1, then: 2, now: 1 }, null],
    ['nothing shared', { shared: 0, then: 1, now: 1 }, null],
    ['an empty database', { shared: 0, then: 0, now: 1 }, null],
    ['two empty databases', { shared: 0, then: 0, now: 0 }, null],
    ['a live database that cannot be read', { shared: 0, then: 3, now: null }, null],
  ])('%s', (_what, tables, why) => {
    expect(whyOf(comparison({ tables }))).toBe(why);
  });
});

describe('application numbers', () => {
  const alike: Tables = { shared: 3, then: 3, now: 3 };
  test.each<[what: string, given: Partial<FileComparison>, why: string | null]>([
    [
      'the same, and a table of the same name',
      { applicationId: 'same', tables: { ...alike, shared: 1 } },
      'application-id',
    ],
    ['the same, but no table: another database of the same application', { applicationId: 'same' }, null],
    ['others speak against the same tables', { applicationId: 'differs', tables: alike }, null],
    ['others speak against the same name', { applicationId: 'differs', sameName: true }, null],
  ])('%s', (_what, given, why) => {
    expect(whyOf(comparison(given))).toBe(why);
  });
  test('0 is none', () => {
    const identity = (applicationId: number) => ({ tables: [], applicationId });
    const seen = (then: number, now: number | null) =>
      compare('f', identity(then), { id: 'd', path: '/d' }, now === null ? null : identity(now)).applicationId;
    expect([seen(0, 0), seen(7, 7), seen(7, 0), seen(0, 7), seen(7, 8), seen(7, null)]).toEqual([
      'none',
      'same',
      'differs',
      'differs',
      'differs',
      'unknown',
    ]);
  });
});

describe('names', () => {
  test.each<[file: string, guarded: string, same: boolean]>([
    ['/tmp/orders-20261121.db', '/srv/orders.db', true],
    ['/tmp/Orders.sqlite.gz', '/srv/orders.db', true],
    ['/tmp/customers.db', '/srv/orders.db', false],
    ['/tmp/db-copy.sqlite', '/srv/db.sqlite', false],
  ])('%s and %s', (file, guarded, same) => {
    expect(isSameName(file, guarded)).toBe(same);
  });
  test('count where nothing speaks against them: also when the live database is gone or empty', () => {
    const named = (tables: Tables) => whyOf(comparison({ sameName: true, tables }));
    expect(named({ shared: 0, then: 3, now: null })).toBe('name');
    expect(named({ shared: 0, then: 3, now: 0 })).toBe('name');
    expect(named({ shared: 1, then: 4, now: 4 })).toBe('name');
    expect(named({ shared: 0, then: 3, now: 3 })).toBeNull();
  });
});

describe('real files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'holdfast-candidates-'));
    mkdirSync(path.join(folder, 'old'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const make = (name: string, sql: string): string => {
    const file = path.join(folder, name);
    const database = new Database(file);
    database.exec(sql);
    database.close();
    return file;
  };
  const guarded = (name: string, file: string) => ({ id: `id-${name}`, name, path: file }) as GuardedDatabase;
  let asked: string[][] = [];
  const process = (async (_name: string, { files }: { files: string[] }) => {
    asked.push(files);
    return files.map(readIdentity);
  }) as unknown as RunningJob['process'];

  test('the database that fits comes first, and each other says what differs', async () => {
    const orders = 'CREATE TABLE orders (id); CREATE TABLE lines (id); PRAGMA application_id = 77;';
    const reviews = 'CREATE TABLE videos (id); CREATE TABLE reviews (id); CREATE TABLE lines (id);';
    const databases = [
      guarded('reviews', make('reviews.db', reviews)),
      guarded('orders', make('orders.db', orders)),
      guarded('gone', path.join(folder, 'gone.db')),
    ];
    const file = make('old/gone-copy.db', orders);
    const { candidates, comparisons } = await findCandidates(process, { file, manifest: null }, file, databases);
    expect(candidates).toEqual([
      { databaseId: 'id-orders', name: 'orders', why: 'application-id' },
      { databaseId: 'id-gone', name: 'gone', why: 'name' },
    ]);
    expect(comparisons).toEqual([
      { databaseId: 'id-reviews', applicationId: 'differs', tables: { shared: 1, then: 2, now: 3 }, sameName: false },
      { databaseId: 'id-orders', applicationId: 'same', tables: { shared: 2, then: 2, now: 2 }, sameName: false },
      { databaseId: 'id-gone', applicationId: 'unknown', tables: { shared: 0, then: 2, now: null }, sameName: true },
    ]);
  });

  test('a backup that names its database is compared with the others only, and of many with the first', async () => {
    const file = make('old/named.db', 'CREATE TABLE a (id)');
    const databases = Array.from({ length: 25 }, (_, n) => guarded(`d${n}`, path.join(folder, `d${n}.db`)));
    const manifest = { database: { id: 'id-d3', name: 'd3', path: '/elsewhere' } } as never;
    asked = [];
    const { candidates, comparisons } = await findCandidates(process, { file, manifest }, file, databases);
    expect(candidates).toEqual([{ databaseId: 'id-d3', name: 'd3', why: 'manifest' }]);
    expect(comparisons).toHaveLength(20);
    expect(comparisons.map(({ databaseId }) => databaseId)).not.toContain('id-d3');
    // One process for all of them.
    expect(asked.map((files) => files.length)).toEqual([21]);
  });
});
