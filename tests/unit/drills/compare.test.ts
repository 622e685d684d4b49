import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareTables } from '../../../electron/drills/compare';
import { logicalHash, makeDatabase } from '../../helpers/databases';

let folder: string;
let live: string;
let content: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-compare-'));
  live = makeDatabase(join(folder, 'live.db'), {
    journalMode: 'delete',
    rows: 50,
    sql: `CREATE TABLE typed (v); INSERT INTO typed VALUES (1), (9007199254740993), ('1'), (x'31'), (NULL), (1.5);
      CREATE TABLE pairs (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO pairs VALUES ('a', 'b'), ('c', 'd');
      CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('one two');`,
  });
  content = join(folder, 'content.sqlite');
  copyFileSync(live, content);
});
afterEach(() => rmSync(folder, { recursive: true }));

function change(sql: string): void {
  const database = new Database(live);
  database.exec(sql);
  database.close();
}

async function compare(signal = new AbortController().signal) {
  const nowFile = join(folder, `now-${Math.random()}.sqlite`);
  const request = { contentFile: content, liveFile: live, nowFile, lockTimeoutMs: 1_000 };
  const tables = await compareTables(request, { onProgress: () => undefined, signal });
  return Object.fromEntries(tables.map(({ table, ...rest }) => [table, rest]));
}

describe('comparing what a drill restored', () => {
  it('says same of tables that hold the same rows, and leaves the live database as it is', async () => {
    const before = logicalHash(live);
    const tables = await compare();
    expect(tables['item']).toEqual({ rows: 50, rowsNow: 50, result: 'same' });
    expect(tables['typed']).toEqual({ rows: 6, rowsNow: 6, result: 'same' });
    expect(tables['pairs']?.result).toBe('same');
    expect(Object.keys(tables)).toContain('words_data');
    expect(Object.keys(tables)).not.toContain('words');
    expect(logicalHash(live)).toBe(before);
  });

  it.each([
    ['a row more', 'INSERT INTO typed VALUES (2)', 'typed', 7],
    ['a text in place of a number', "UPDATE typed SET v = '9007199254740993' WHERE v = 9007199254740993", 'typed', 6],
    ['a number beyond 2^53 that differs by one', 'UPDATE typed SET v = v - 1 WHERE v = 9007199254740993', 'typed', 6],
    ['a blob in place of a text', "UPDATE typed SET v = x'31' WHERE typeof(v) = 'text'", 'typed', 6],
    ['a value that moved to another column', "UPDATE pairs SET a = 'ab', b = '' WHERE a = 'a'", 'pairs', 2],
  ])('sees %s', async (_name, sql, table, rowsNow) => {
    change(sql);
    const tables = await compare();
    expect(tables[table]).toMatchObject({ rowsNow, result: 'changed' });
    expect(tables['item']?.result).toBe('same');
  });

  it('is not misled by an index that only one side has', async () => {
    change('CREATE INDEX item_filler ON item (filler, owner, title)');
    expect((await compare())['item']?.result).toBe('same');
  });

  it('names tables that are gone, and all of them when the live database is', async () => {
    change('DROP TABLE pairs');
    expect((await compare())['pairs']).toEqual({ rows: 2, rowsNow: null, result: 'gone' });
    rmSync(live);
    expect((await compare())['item']).toEqual({ rows: 50, rowsNow: null, result: 'gone' });
    writeFileSync(live, 'not a database at all, but long enough to look at'.repeat(20));
    expect((await compare())['item']?.result).toBe('gone');
  });

  it('says unreadable of a table whose pages are damaged', async () => {
    const database = new Database(content, { readonly: true });
    const page = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'typed'").pluck().get());
    const size = Number(database.pragma('page_size', { simple: true }));
    database.close();
    const { open } = await import('node:fs/promises');
    const handle = await open(content, 'r+');
    await handle.write(Buffer.alloc(size, 0xff), 0, size, (page - 1) * size);
    await handle.close();
    expect((await compare())['typed']).toEqual({ rows: null, rowsNow: null, result: 'unreadable' });
  });

  it('ends when it is cancelled', async () => {
    await expect(compare(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
