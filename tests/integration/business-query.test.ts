/** Queries that people write, in real job processes, on real databases: they read, and nothing else. */
import { copyFileSync, existsSync, truncateSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QueryRunner } from '../../electron/database/query-runner';
import { holdfastError } from '../../electron/errors/holdfast-error';
import { ask, fileHash, filesOf, integrityOf, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, launcher, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;
let started: number[] = [];
const runners: QueryRunner[] = [];

beforeEach(async () => {
  place = await Place.make(programs);
  started = [];
});
afterEach(async () => {
  for (const runner of runners.splice(0)) runner.stop();
  await place.end();
});

/** Runs queries on files of the place, called by their names. */
function queries(limitMs = 5_000): QueryRunner {
  const runner = new QueryRunner({
    launch: launcher(programs.job, { onStart: (pid) => void started.push(pid) }),
    fileOf: (name) => {
      if (name === 'unknown') throw holdfastError('DATABASE_UNKNOWN', { params: { name } });
      return place.file(name);
    },
    limitMs,
  });
  runners.push(runner);
  return runner;
}

const ENDLESS = 'WITH RECURSIVE n(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM n) SELECT count(*) FROM n';

test('gives columns and rows of every kind of value', async () => {
  makeDatabase(place.file('a.db'), { rows: 3 });
  const result = await queries().one(
    'a.db',
    `SELECT 1 AS whole, 1.5 AS "real", 9007199254740993 AS huge, -9007199254740991, NULL AS none, 'text', x'00ff10',
       9e999 AS endless, replace(hex(zeroblob(1500)), '00', '한글') AS long`,
  );
  expect(result.columns.slice(0, 3)).toEqual(['whole', 'real', 'huge']);
  const [row] = result.rows;
  expect(row?.slice(0, 8)).toEqual([
    1,
    1.5,
    '9007199254740993',
    -9007199254740991,
    null,
    'text',
    'BLOB (3 B)',
    Number.POSITIVE_INFINITY,
  ]);
  expect(row?.[8]).toBe(`${'한글'.repeat(1000)}…`);
  expect(result.truncated).toBe(false);
  expect(result.tookMs).toBeGreaterThan(0);
});

test('rows are limited, by number and by size; no rows are none', async () => {
  makeDatabase(place.file('a.db'), { rows: 1500 });
  const runner = queries();
  const result = await runner.one('a.db', 'SELECT id FROM item ORDER BY id');
  expect([result.rows.length, result.truncated]).toEqual([1000, true]);
  const exact = await runner.one('a.db', 'SELECT id FROM item LIMIT 1000');
  expect([exact.rows.length, exact.truncated]).toEqual([1000, false]);
  const cells = Array.from({ length: 50 }, () => "printf('%.2000c', 'x')").join();
  const wide = await runner.one('a.db', `SELECT ${cells} FROM item`);
  expect(wide.rows.length).toBeLessThan(30);
  expect(wide.truncated).toBe(true);
  expect(await runner.one('a.db', 'SELECT id FROM item WHERE id < 0')).toMatchObject({ rows: [], truncated: false });
});

test('many statements share one process, and each has its own result', async () => {
  makeDatabase(place.file('a.db'));
  const [first, second, third, checked, writing] = await queries().run('a.db', [
    { sql: 'SELECT count(*) FROM item', rowLimit: 1 },
    { sql: 'SELECT 1 FROM nowhere', rowLimit: 1 },
    { sql: 'VALUES (7)', rowLimit: 1 },
    { sql: ENDLESS, rowLimit: 0 },
    { sql: 'WITH x AS (SELECT 1) DELETE FROM item RETURNING id', rowLimit: 0 },
  ]);
  expect(first).toMatchObject({ ok: true, value: { rows: [[200]] } });
  expect(second).toMatchObject({
    ok: false,
    error: { code: 'QUERY_INVALID', params: { reason: 'no such table: nowhere' } },
  });
  expect(third).toMatchObject({ ok: true, value: { rows: [[7]] } });
  // A limit of no rows: checked, not run.
  expect(checked).toMatchObject({ ok: true, value: { columns: ['count(*)'], rows: [] } });
  expect(writing).toMatchObject({ ok: false, error: { code: 'QUERY_NOT_READ_ONLY' } });
  expect(started).toHaveLength(1);
});

describe('only reading', () => {
  const traps: [what: string, sql: string, code: string][] = [
    ['ATTACH', "ATTACH 'other.db' AS other", 'QUERY_NOT_READ_ONLY'],
    ['ATTACH behind comments', "/* a */ -- SELECT\n /**/ ATTACH 'other.db' AS other", 'QUERY_NOT_READ_ONLY'],
    ['PRAGMA that writes', 'PRAGMA journal_mode = DELETE', 'QUERY_NOT_READ_ONLY'],
    ['PRAGMA that unlocks', 'PRAGMA query_only = OFF', 'QUERY_NOT_READ_ONLY'],
    ['EXPLAIN', 'EXPLAIN DELETE FROM item', 'QUERY_NOT_READ_ONLY'],
    ['DELETE in a WITH', 'WITH x AS (SELECT 1) DELETE FROM item', 'QUERY_NOT_READ_ONLY'],
    ['UPDATE that returns rows', "UPDATE item SET title = 'x' RETURNING id", 'QUERY_NOT_READ_ONLY'],
    [
      'INSERT in a WITH that returns',
      "WITH x AS (SELECT 1) INSERT INTO owner VALUES (9, 'x') RETURNING id",
      'QUERY_NOT_READ_ONLY',
    ],
    ['two statements', 'SELECT 1; DELETE FROM item', 'QUERY_NOT_READ_ONLY'],
    ['a second statement in disguise', 'SELECT 1; /* */ DROP TABLE item', 'QUERY_NOT_READ_ONLY'],
    ['BEGIN', 'BEGIN IMMEDIATE', 'QUERY_NOT_READ_ONLY'],
    ['VACUUM INTO', "VACUUM INTO 'copy.db'", 'QUERY_NOT_READ_ONLY'],
    ['CREATE TEMP', 'CREATE TEMP TABLE t AS SELECT 1', 'QUERY_NOT_READ_ONLY'],
    ['load_extension', "SELECT load_extension('/tmp/evil')", 'QUERY_INVALID'],
    ['writefile', "SELECT writefile('evil', 'x')", 'QUERY_INVALID'],
    ['a pragma as a table that would write', "SELECT * FROM pragma_journal_mode('delete')", 'QUERY_INVALID'],
    ['an unsafe function in a view', 'SELECT * FROM trap', 'QUERY_INVALID'],
    ['nothing', '  -- only a comment', 'QUERY_NOT_READ_ONLY'],
    ['no end of a comment', '/* SELECT 1', 'QUERY_NOT_READ_ONLY'],
    ['a parameter', 'SELECT ?', 'QUERY_INVALID'],
    ['nonsense', 'SELECT FROM WHERE', 'QUERY_INVALID'],
  ];

  test.each(['wal', 'delete'] as const)('traps in a database in %s mode', async (journalMode) => {
    const file = makeDatabase(place.file('a.db'), {
      journalMode,
      sql: "CREATE VIEW trap AS SELECT fts3_tokenizer('x') AS x, load_extension('/tmp/evil') AS y",
    });
    const before = fileHash(file);
    const statements = traps.map(([, sql]) => ({ sql, rowLimit: 10 }));
    const results = await queries().run('a.db', statements);
    const codes = results.map((result) => (result.ok ? 'ran' : result.error.code));
    expect(traps.map(([what], index) => [what, codes[index]])).toEqual(traps.map(([what, , code]) => [what, code]));
    expect(fileHash(file)).toBe(before);
    expect(filesOf(file)).toEqual(['']);
    expect(place.list(place.folder)).toEqual(['a.db', 'scratch']);
  });

  test('comments before a SELECT are fine', async () => {
    makeDatabase(place.file('a.db'));
    expect((await queries().one('a.db', '-- figure\n/* of\n items */ select 1 /* last */;')).rows).toEqual([[1]]);
  });
});

describe('what takes too long or too much', () => {
  test('an endless query is killed at the limit; the others of its process are answered', async () => {
    makeDatabase(place.file('a.db'));
    const statements = ['SELECT 1', ENDLESS, 'SELECT 3', ENDLESS].map((sql) => ({ sql, rowLimit: 1 }));
    const results = await queries(200).run('a.db', statements);
    expect(results.map((result) => (result.ok ? result.value.rows[0] : result.error.params))).toEqual([
      [1],
      { seconds: 0.2 },
      [3],
      { seconds: 0.2 },
    ]);
    expect(results[1]).toMatchObject({ error: { code: 'QUERY_TIMED_OUT' } });
    for (const pid of started) expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(filesOf(place.file('a.db'))).toEqual(['']);
  });

  test('one that takes too much memory ends, and only that one', async () => {
    makeDatabase(place.file('a.db'));
    const results = await queries().run('a.db', [
      { sql: 'SELECT 1', rowLimit: 1 },
      { sql: `SELECT ${Array.from({ length: 9 }, () => 'randomblob(400000000)').join()}`, rowLimit: 1 },
    ]);
    expect(results[0]).toMatchObject({ ok: true });
    expect(results[1]).toMatchObject({ error: { code: 'QUERY_INVALID', params: { reason: /256 MB/ } } });
  });

  test('at most two processes run at once', async () => {
    makeDatabase(place.file('a.db'));
    const runner = queries(300);
    let alive = 0;
    const all = Array.from({ length: 4 }, () => codeOf(runner.one('a.db', ENDLESS)));
    const looking = setInterval(() => {
      alive = Math.max(alive, started.filter((pid) => existsSync(`/proc/${pid}`)).length);
    }, 10);
    expect(await Promise.all(all)).toEqual(Array.from({ length: 4 }, () => 'QUERY_TIMED_OUT'));
    clearInterval(looking);
    expect(alive).toBe(2);
  });

  test('the end of Holdfast ends them', async () => {
    makeDatabase(place.file('a.db'));
    const runner = queries(60_000);
    const code = codeOf(runner.one('a.db', ENDLESS));
    while (started.length === 0) await new Promise((done) => setTimeout(done, 5));
    runner.stop();
    expect(await code).toBe('CANCELLED');
    expect(await codeOf(runner.one('a.db', 'SELECT 1'))).toBe('CANCELLED');
  });
});

describe('databases that are not well', () => {
  test.each<[what: string, make: (file: string) => void, code: string]>([
    ['gone', () => undefined, 'DATABASE_MISSING'],
    ['empty', (file) => writeFileSync(file, ''), 'FILE_EMPTY'],
    ['no database', (file) => writeFileSync(file, 'hello '.repeat(1000)), 'NOT_A_DATABASE'],
    ['cut off', (file) => truncateSync(makeDatabase(file, { rows: 3000 }), 40_960), 'DATABASE_TRUNCATED'],
  ])('%s', async (_, make, code) => {
    make(place.file('a.db'));
    expect(await codeOf(queries().one('a.db', 'SELECT 1'))).toBe(code);
  });

  test('damaged inside: what can be read is read', async () => {
    const file = makeDatabase(place.file('a.db'), { rows: 3000 });
    const bytes = Buffer.alloc(4096, 0xee);
    const handle = new Database(file);
    const root = Number(handle.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'item'").pluck().get());
    handle.close();
    const fs = await import('node:fs/promises');
    const open = await fs.open(file, 'r+');
    await open.write(bytes, 0, bytes.length, (root - 1) * 4096);
    await open.close();
    const [whole, broken] = await queries().run('a.db', [
      { sql: 'SELECT count(*) FROM owner', rowLimit: 1 },
      { sql: 'SELECT sum(length(title)) FROM item NOT INDEXED', rowLimit: 1 },
    ]);
    expect(whole).toMatchObject({ ok: true, value: { rows: [[2]] } });
    expect(broken).toMatchObject({ ok: false, error: { code: 'DATABASE_CORRUPT' } });
  });

  test('one that is not guarded', async () => {
    expect(await codeOf(queries().one('unknown', 'SELECT 1'))).toBe('DATABASE_UNKNOWN');
  });

  test('locked: waited for within the limit, then named', async () => {
    const file = makeDatabase(place.file('a.db'), { journalMode: 'delete' });
    const app = new Database(file);
    app.exec('BEGIN EXCLUSIVE');
    const locked = await errorOf(queries(1000).one('a.db', 'SELECT 1 FROM item'));
    expect([locked.code, locked.params.seconds]).toEqual(['DATABASE_LOCKED', 1]);
    const patient = queries(10_000).one('a.db', 'SELECT count(*) FROM item');
    setTimeout(() => app.exec('ROLLBACK'), 300);
    expect((await patient).rows).toEqual([[200]]);
    app.close();
  });
});

describe('beside applications', () => {
  test.each(['wal', 'delete'] as const)('a live writer in %s mode goes on', async (journalMode) => {
    const file = makeDatabase(place.file('a.db'), { journalMode });
    const writer = await place.writer(file, journalMode === 'wal' ? 100 : 20);
    const runner = queries();
    const counts: number[] = [];
    for (let n = 0; n < 4; n++)
      counts.push(Number((await runner.one('a.db', 'SELECT count(*) FROM written')).rows[0]?.[0]));
    const { commits, errors } = await writer.stop();
    expect(errors).toEqual([]);
    expect(commits).toBeGreaterThan(counts.length);
    // Each query sees what was committed before it.
    expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
    expect(counts.at(-1)).toBeGreaterThan(counts[0]!);
    expect(integrityOf(file)).toBe('ok');
    expect(ask(file, 'SELECT count(*) FROM written')).toBe(commits);
  });

  test('a database nobody uses is left as it is, byte for byte and without files beside it', async () => {
    for (const journalMode of ['wal', 'delete', 'truncate', 'persist'] as const) {
      const file = makeDatabase(place.file(`${journalMode}.db`), { journalMode });
      const [before, files] = [fileHash(file), filesOf(file)];
      expect((await queries().one(`${journalMode}.db`, 'SELECT count(*) FROM item')).rows).toEqual([[200]]);
      expect([fileHash(file), filesOf(file)]).toEqual([before, files]);
    }
  });

  test('what an application that crashed left in its log is read, and left there', async () => {
    const file = makeDatabase(place.file('live.db'));
    const app = new Database(file);
    app.pragma('wal_autocheckpoint = 0');
    app.exec("INSERT INTO owner VALUES (3, 'from the log')");
    for (const end of ['', '-wal']) copyFileSync(file + end, place.file(`a.db${end}`));
    app.close();
    const before = fileHash(place.file('a.db'));
    expect((await queries().one('a.db', 'SELECT max(id) FROM owner')).rows).toEqual([[3]]);
    expect(fileHash(place.file('a.db'))).toBe(before);
    expect(existsSync(place.file('a.db-wal'))).toBe(true);
  });

  test('a name with characters that addresses treat specially', async () => {
    const name = 'a %20 ?mode=rw#한글&immutable=0.db';
    makeDatabase(place.file(name), { journalMode: 'wal' });
    expect((await queries().one(name, 'SELECT count(*) FROM item')).rows).toEqual([[200]]);
    expect(place.list(place.folder)).toEqual([name, 'scratch']);
  });
});
