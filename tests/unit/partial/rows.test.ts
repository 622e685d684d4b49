/** Rows and values that are hard to bring back exactly, on real databases. */
import { afterEach, describe, expect, it } from 'vitest';
import { errorOf } from '../../helpers/engine';
import { type Asked, read, Scene, type SceneOptions } from './fixture';

let scene: Scene | undefined;
afterEach(() => {
  scene?.end();
  scene = undefined;
});
const make = (options: SceneOptions): Scene => (scene = Scene.make(options));

/** Restores all of a table and compares every bit of it, and the schema, with what was. */
async function bringBack(options: SceneOptions, ...tables: Asked[]): Promise<Scene> {
  const made = make(options);
  expect(await made.apply(...tables)).toMatchObject({ outcome: 'restored', writtenSince: false });
  for (const one of tables) {
    const name = typeof one === 'string' ? one : one.table;
    expect(made.rows(name), name).toEqual(made.rows(name, 'content'));
  }
  expect(made.texts()).toEqual(made.texts('content'));
  expect(made.ask('PRAGMA integrity_check')).toBe('ok');
  return made;
}

describe('values', () => {
  const list = [
    ...['1', '9007199254740993', '-9223372036854775808', '1.0', '1e300', '0.1', "'1'", "''", "'a' || char(0) || 'b'"],
    ...["CAST(x'ff00fe' AS TEXT)", "x''", "x'0001ff'", 'NULL', "'ä'", "'a' || char(776)"],
  ];

  it.each(['BLOB', 'TEXT', 'INTEGER', 'REAL', 'NUMERIC'])(
    'of each kind come back in a %s column, bit for bit',
    async (type) => {
      const rows = list.map((value, at) => `(${at}, ${value})`).join(', ');
      for (const now of ['DELETE FROM t', 'UPDATE t SET v = 7', "UPDATE t SET v = 'x' || v"]) {
        const made = await bringBack(
          { schema: `CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type})`, then: `INSERT INTO t VALUES ${rows}`, now },
          't',
        );
        made.end();
      }
      scene = undefined;
    },
  );

  it.each([
    ['an integer for a real', '1', '1.0'],
    ['a text for an integer', "'1'", '1'],
    ['a blob for a text', "x'61'", "'a'"],
    ['a large integer that differs by one', '9007199254740992', '9007199254740993'],
    ['NULL for an empty text', 'NULL', "''"],
    ['a text with other invalid bytes', "CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)"],
    ['another letter case in a column that does not tell it apart', "'A'", "'a'"],
    ['what follows a NUL', "'a' || char(0) || 'b'", "'a' || char(0) || 'c'"],
  ])('%s is a difference', async (_name, now, then) => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v COLLATE NOCASE)',
      then: `INSERT INTO t VALUES (1, ${then}), (2, 'same')`,
      now: `UPDATE t SET v = ${now} WHERE id = 1`,
    });
    const { tables } = await made.preview('t');
    expect(tables[0]).toMatchObject({ inserts: 0, updates: 1, removes: 0, same: 1 });
    expect(tables[0]?.differences).toMatchObject([{ change: 'update', key: [1], changed: [1] }]);
    await made.apply('t');
    expect(made.rows('t')).toEqual(made.rows('t', 'content'));
  });

  it('are shown as a window can hold them', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v)',
      then: `INSERT INTO t VALUES (1, 9007199254740993), (2, x'0102'), (3, printf('%.3000c', 'x'))`,
      now: 'DELETE FROM t',
    });
    const shown = (await made.preview('t')).tables[0]?.differences.map(({ then }) => then?.[1]);
    expect(shown?.slice(0, 2)).toEqual(['9007199254740993', 'BLOB (2 B)']);
    expect(String(shown?.[2])).toHaveLength(2_001);
  });

  it('come back in UTF-16 databases', async () => {
    for (const encoding of ['UTF-16le', 'UTF-16be'] as const) {
      const schema = 'CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)';
      const then = "INSERT INTO t VALUES ('한글', 'ä'), ('z', char(128512))";
      (
        await bringBack({ encoding, schema, then, now: "DELETE FROM t WHERE k = '한글'; UPDATE t SET v = 'no'" }, 't')
      ).end();
    }
    scene = undefined;
  });
});

describe('keys', () => {
  it('of several columns, in a table without rowid, with a collation of their own', async () => {
    const made = await bringBack(
      {
        schema: `CREATE TABLE t (a TEXT COLLATE NOCASE, b INTEGER, v TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;
          CREATE INDEX t_v ON t (v)`,
        then: "INSERT INTO t VALUES ('One', 1, 'x'), ('Two', 1, 'y'), ('One', 2, 'z')",
        now: "UPDATE t SET a = 'ONE', v = 'changed' WHERE b = 1 AND a = 'one'; DELETE FROM t WHERE b = 2; INSERT INTO t VALUES ('new', 9, 'n')",
      },
      't',
    );
    // The key of the row is the same, and is spelled again as it was.
    expect(made.ask("SELECT a FROM t WHERE v = 'x'")).toBe('One');
  });

  it('that no column is declared as: a unique index that is never empty does', async () => {
    const made = await bringBack(
      {
        schema: 'CREATE TABLE t (code TEXT NOT NULL, v); CREATE UNIQUE INDEX t_code ON t (code)',
        then: "INSERT INTO t VALUES ('a', 1), ('b', 2)",
        now: "UPDATE t SET v = 3 WHERE code = 'a'; DELETE FROM t WHERE code = 'b'",
      },
      't',
    );
    expect((await made.tables()).get('t')?.keyColumns).toEqual(['code']);
  });

  it.each([
    ['none', 'CREATE TABLE t (a, b)'],
    ['a unique column that may be empty', 'CREATE TABLE t (a UNIQUE, b)'],
    ['a unique index over some rows', 'CREATE TABLE t (a NOT NULL, b); CREATE UNIQUE INDEX i ON t (a) WHERE b > 1'],
    ['a unique index over an expression', 'CREATE TABLE t (a NOT NULL, b); CREATE UNIQUE INDEX i ON t (lower(a))'],
  ])('%s: rows cannot be told apart', async (_name, schema) => {
    const made = make({ schema, then: 'INSERT INTO t VALUES (1, 1)', now: 'DELETE FROM t' });
    expect((await made.tables()).get('t')).toMatchObject({ obstacle: 'no-key', rowsNow: 0, rowsThen: 1 });
    expect((await made.preview('t')).tables[0]).toMatchObject({ obstacle: 'no-key', inserts: 0 });
    const error = await errorOf(made.apply('t'));
    expect(error).toMatchObject({ code: 'PARTIAL_NOT_POSSIBLE', params: { table: 't' } });
  });

  it('with one NULL are matched; two rows with the same NULL cannot be told apart', async () => {
    const schema = 'CREATE TABLE t (a TEXT, b INT, v, PRIMARY KEY (a, b))';
    const then = "INSERT INTO t VALUES (NULL, 1, 'x'), ('k', NULL, 'y'), ('k', 1, 'z')";
    const made = await bringBack(
      { schema, then, now: "UPDATE t SET v = 'changed'; DELETE FROM t WHERE b IS NULL" },
      't',
    );
    made.change("INSERT INTO t VALUES (NULL, 1, 'again')");
    expect((await made.tables()).get('t')).toMatchObject({ obstacle: 'no-key' });
    expect((await made.preview('t')).tables[0]?.obstacle).toBe('no-key');
    const before = made.rows('t');
    expect((await errorOf(made.apply('t'))).code).toBe('PARTIAL_NOT_POSSIBLE');
    expect(made.rows('t')).toEqual(before);
  });

  it('a primary key that is not the rowid keeps the rowids of the rows that are updated', async () => {
    const made = await bringBack(
      {
        schema: 'CREATE TABLE t (k TEXT PRIMARY KEY, u INTEGER UNIQUE)',
        then: "INSERT INTO t (rowid, k, u) VALUES (10, 'a', 1), (20, 'b', 2), (30, 'c', 3)",
        now: "UPDATE t SET u = u + 10; UPDATE t SET u = 2 WHERE k = 'a'; UPDATE t SET u = 1 WHERE k = 'b'",
      },
      't',
    );
    expect(read(made.live, (one) => one.prepare('SELECT rowid FROM t ORDER BY k').pluck().all())).toEqual([10, 20, 30]);
  });

  it('a column that is called rowid is no rowid', async () => {
    await bringBack(
      {
        schema: 'CREATE TABLE t (k TEXT PRIMARY KEY, rowid TEXT, oid INT UNIQUE)',
        then: "INSERT INTO t VALUES ('a', 'x', 1), ('b', 'y', 2)",
        now: "UPDATE t SET rowid = 'changed', oid = oid + 5; UPDATE t SET oid = 3 - oid + 5",
      },
      't',
    );
  });

  it('that differ between then and now are refused', async () => {
    const made = make({
      schema: 'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)',
      then: "INSERT INTO t VALUES (1, 'x')",
      now: 'DROP TABLE t; CREATE TABLE t (a INTEGER, b TEXT PRIMARY KEY)',
    });
    expect((await made.tables()).get('t')).toMatchObject({ obstacle: 'key-differs', obstacleDetail: 'b' });
  });
});

describe('constraints', () => {
  it('unique values that rows traded come back, with columns that were not there then', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, place INTEGER UNIQUE, name TEXT UNIQUE)',
      then: "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')",
      now: `ALTER TABLE t ADD COLUMN extra TEXT DEFAULT 'd'; UPDATE t SET extra = 'kept' || id;
        UPDATE t SET place = -place; UPDATE t SET place = CASE id WHEN 1 THEN 2 WHEN 2 THEN 3 ELSE 1 END`,
    });
    await made.apply('t');
    expect(read(made.live, (one) => one.prepare('SELECT id, place, name, extra FROM t').raw().all())).toEqual([
      [1, 1, 'a', 'kept1'],
      [2, 2, 'b', 'kept2'],
      [3, 3, 'c', 'kept3'],
    ]);
  });

  it('a value that a row took which stays is refused, and nothing changes', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)',
      then: "INSERT INTO t VALUES (1, 'a')",
      now: "DELETE FROM t; INSERT INTO t VALUES (2, 'a')",
    });
    const before = made.rows('t');
    const error = await errorOf(made.apply({ table: 't', remove: false }));
    expect(error).toMatchObject({ code: 'PARTIAL_NOT_POSSIBLE', params: { table: 't' } });
    expect(error.params['reason']).toContain('UNIQUE constraint failed: t.name');
    expect((await errorOf(made.preview({ table: 't', remove: false }))).code).toBe('PARTIAL_NOT_POSSIBLE');
    expect(made.rows('t')).toEqual(before);
    await made.apply('t');
    expect(made.rows('t')).toEqual(made.rows('t', 'content'));
  });

  it.each(['REPLACE', 'IGNORE'])('ON CONFLICT %s of the table neither removes nor skips rows', async (clause) => {
    const schema = `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE ON CONFLICT ${clause})`;
    const made = make({
      schema,
      then: "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
      now: "DELETE FROM t; INSERT INTO t VALUES (3, 'a')",
    });
    const before = made.rows('t');
    expect((await errorOf(made.apply({ table: 't', remove: false }))).code).toBe('PARTIAL_NOT_POSSIBLE');
    expect(made.rows('t')).toEqual(before);
    made.change("DELETE FROM t; INSERT INTO t VALUES (1, 'b'), (2, 'a')");
    await made.apply('t');
    expect(made.rows('t')).toEqual(made.rows('t', 'content'));
  });

  it.each([
    ['CHECK', 'v INTEGER CHECK (v > 5)'],
    ['NOT NULL', 'v INTEGER NOT NULL DEFAULT 9'],
  ])('a %s that came since refuses rows that break it', async (_name, column) => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)',
      then: 'INSERT INTO t VALUES (1, NULL), (2, 3)',
      now: `DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, ${column}); INSERT INTO t VALUES (2, 8)`,
    });
    const before = made.rows('t');
    expect((await errorOf(made.apply('t'))).code).toBe('PARTIAL_NOT_POSSIBLE');
    expect(made.rows('t')).toEqual(before);
  });

  it('a strict table takes back what it had, and refuses what is of another type now', async () => {
    const made = await bringBack(
      {
        schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v ANY, r REAL) STRICT',
        then: "INSERT INTO t VALUES (1, '1', 1), (2, 1, 2.5), (3, x'31', NULL)",
        now: 'UPDATE t SET v = NULL, r = 0',
      },
      't',
    );
    made.change('DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, r REAL) STRICT');
    const error = await errorOf(made.apply('t'));
    expect(String(error.params['reason'])).toContain('cannot store BLOB value in INTEGER column');
  });
});

describe('columns', () => {
  it('that are computed are computed anew, stored or not', async () => {
    await bringBack(
      {
        schema: `CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, twice AS (a * 2), next INT AS (a + 1) STORED, b TEXT);
          CREATE INDEX t_twice ON t (twice); CREATE UNIQUE INDEX t_next ON t (next)`,
        then: "INSERT INTO t (id, a, b) VALUES (1, 10, 'x'), (2, 20, 'y'), (3, 30, 'z')",
        now: 'UPDATE t SET a = a + 100; UPDATE t SET a = 130 - a; DELETE FROM t WHERE id = 3',
      },
      't',
    );
  });

  it('that were added, removed, renamed and put in another order: those of both come back, the others stay', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, gone TEXT, old TEXT)',
      then: "INSERT INTO t VALUES (1, 'a1', 'g1', 'o1'), (2, 'a2', 'g2', 'o2')",
      now: `CREATE TABLE t2 (extra TEXT DEFAULT 'dflt', a TEXT, id INTEGER PRIMARY KEY, new TEXT);
        INSERT INTO t2 (id, a, new, extra) SELECT id, 'changed', old, 'mine' FROM t WHERE id = 1; DROP TABLE t;
        ALTER TABLE t2 RENAME TO t`,
    });
    const info = (await made.tables()).get('t');
    expect(info).toMatchObject({ obstacle: null, columns: ['a', 'id'], keyColumns: ['id'] });
    expect(info?.notes).toContainEqual({ note: 'columns-only-now', names: ['extra', 'new'] });
    expect(info?.notes).toContainEqual({ note: 'columns-only-then', names: ['gone', 'old'] });
    await made.apply('t');
    expect(read(made.live, (one) => one.prepare('SELECT id, a, new, extra FROM t').raw().all())).toEqual([
      [1, 'a1', 'o1', 'mine'],
      [2, 'a2', null, 'dflt'],
    ]);
  });

  it('that need a value and were not there then are an obstacle', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY)',
      then: 'INSERT INTO t VALUES (1)',
      now: 'DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)',
    });
    expect((await made.tables()).get('t')).toMatchObject({
      obstacle: 'required-column-not-in-backup',
      obstacleDetail: 'v',
    });
  });

  it('of another type now take the values as an insert would, and are the same afterwards', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w)',
      then: "INSERT INTO t VALUES (1, '007', '5'), (2, 'x', 2), (3, '4', 3)",
      now: `DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, w REAL); INSERT INTO t VALUES (3, 4, 3), (1, 8, 8)`,
    });
    expect((await made.preview('t')).tables[0]).toMatchObject({ inserts: 1, updates: 1, same: 1 });
    await made.apply('t');
    expect(read(made.live, (one) => one.prepare('SELECT id, v, typeof(v), w, typeof(w) FROM t').raw().all())).toEqual([
      [1, 7, 'integer', 5, 'real'],
      [2, 'x', 'text', 2, 'real'],
      [3, 4, 'integer', 3, 'real'],
    ]);
    expect((await made.preview('t')).tables[0]).toMatchObject({ inserts: 0, updates: 0, removes: 0, same: 3 });
  });

  it('whose new type makes two keys the same are refused', async () => {
    const made = make({
      schema: 'CREATE TABLE t (k TEXT PRIMARY KEY, v)',
      then: "INSERT INTO t VALUES ('1', 'a'), ('01', 'b')",
      now: 'DROP TABLE t; CREATE TABLE t (k NUMERIC PRIMARY KEY, v)',
    });
    expect((await errorOf(made.apply('t'))).code).toBe('PARTIAL_NOT_POSSIBLE');
    expect(made.rows('t')).toEqual([]);
  });

  it('more than an expression of SQLite can be deep', async () => {
    const names = Array.from({ length: 1_100 }, (_, at) => `c${at}`);
    const made = make({
      schema: `CREATE TABLE t (id INTEGER PRIMARY KEY, ${names.join(', ')})`,
      then: `INSERT INTO t (id, c1099) VALUES (1, 'x'), (2, 'y')`,
      now: 'UPDATE t SET c1099 = NULL WHERE id = 2; DELETE FROM t WHERE id = 1',
    });
    const { tables } = await made.preview('t');
    expect(tables[0]).toMatchObject({ inserts: 1, updates: 1 });
    expect(tables[0]?.differences[1]?.changed).toEqual([1_100]);
    await made.apply('t');
    expect(made.ask('SELECT group_concat(c1099) FROM t')).toBe('x,y');
  });
});
