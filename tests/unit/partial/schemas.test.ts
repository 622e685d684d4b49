/** Tables that are gone, tables that cannot be restored by rows, triggers, full-text indexes, counters. */
import Database from 'better-sqlite3';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { buildSampleDatabase } from '../../../electron/database/sample';
import { errorOf } from '../../helpers/engine';
import { COMMIT_MARK, read, Scene, type SceneOptions } from './fixture';

let scene: Scene | undefined;
afterEach(() => {
  scene?.end();
  scene = undefined;
});
const make = (options: SceneOptions): Scene => (scene = Scene.make(options));

const TABLE = { schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v)', then: "INSERT INTO t VALUES (1, 'a'), (2, 'b')" };

describe('a table that is not there now', () => {
  it('is made again with its indexes and triggers, and refuses what was refused', async () => {
    const made = make({
      schema: `CREATE TABLE log (at);
        CREATE TABLE "od'd ""na[me" (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT UNIQUE, w AS (v || '!'));
        CREATE INDEX "i'x" ON "od'd ""na[me" (w) WHERE v > 'a';
        CREATE TRIGGER IF NOT EXISTS main."t""r" AFTER INSERT ON "od'd ""na[me" BEGIN INSERT INTO log VALUES (new.v); END`,
      then: `INSERT INTO "od'd ""na[me" (id, v) VALUES (5, 'x'), (9, 'y'); DELETE FROM "od'd ""na[me" WHERE id = 9; DELETE FROM log`,
      now: `DROP TABLE "od'd ""na[me"`,
    });
    const table = `od'd "na[me`;
    expect((await made.tables()).get(table)).toMatchObject({ obstacle: null, rowsNow: null, rowsThen: 1 });
    expect((await made.tables()).get(table)?.notes).toContainEqual({ note: 'missing-now', names: [table] });
    expect((await made.preview(table)).tables[0]).toMatchObject({ inserts: 1, keyColumns: ['id'] });
    expect(made.texts()).not.toEqual(made.texts('content'));
    await made.apply(table);
    expect(made.texts()).toEqual(made.texts('content'));
    expect(made.ask(`SELECT v || w FROM "od'd ""na[me"`)).toBe('xx!');
    expect(made.ask('SELECT seq FROM sqlite_sequence')).toBe(9);
    expect(made.ask('SELECT count(*) FROM log')).toBe(0);
    expect(() => made.change(`INSERT INTO "od'd ""na[me" (v) VALUES ('x')`)).toThrow('UNIQUE');
  });

  it('comes back also without a key, rowids and all, and only when rows are to come back', async () => {
    const made = make({
      schema: 'CREATE TABLE t (a, b)',
      then: 'INSERT INTO t (rowid, a) VALUES (7, 1), (3, 1), (5, 1)',
      now: 'DROP TABLE t',
    });
    await made.apply({ table: 't', insert: false });
    expect(made.texts()).toEqual([]);
    await made.apply('t');
    expect(read(made.live, (one) => one.prepare('SELECT rowid FROM t ORDER BY 1').pluck().all())).toEqual([3, 5, 7]);
  });

  it('is refused while its name, or that of its index, is taken', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE INDEX i ON t (id)',
      now: 'ALTER TABLE t RENAME TO t_old',
    });
    const before = made.texts();
    const error = await errorOf(made.apply('t'));
    expect(error).toMatchObject({ code: 'PARTIAL_NOT_POSSIBLE', params: { reason: 'index i already exists' } });
    expect(made.texts()).toEqual(before);
  });

  it('is refused when a trigger of it would fail from now on', async () => {
    const made = make({
      ...TABLE,
      schema: `${TABLE.schema}; CREATE TABLE log (v); CREATE TRIGGER tr AFTER UPDATE OF v ON t BEGIN INSERT INTO log VALUES (1); END`,
      now: 'DROP TABLE t; DROP TABLE log',
    });
    expect((await errorOf(made.apply('t'))).params['reason']).toContain('no such table: main.log');
    await made.apply('log', 't');
    expect(made.texts()).toEqual(made.texts('content'));
  });
});

describe('a table that cannot be restored by rows', () => {
  it('says why', async () => {
    const made = make({
      schema: `${TABLE.schema}; CREATE VIEW v AS SELECT * FROM t; CREATE VIRTUAL TABLE f USING fts5(x); CREATE TABLE gone (id INTEGER PRIMARY KEY)`,
      now: 'DROP TABLE gone; CREATE TABLE added (id INTEGER PRIMARY KEY); CREATE VIEW gone AS SELECT 1 AS id',
    });
    const found = await made.tables();
    const wanted = {
      v: 'view',
      f: 'virtual-table',
      f_data: 'shadow-table',
      added: 'not-in-backup',
      gone: 'view',
      t: null,
    };
    for (const [table, obstacle] of Object.entries(wanted)) {
      expect([table, found.get(table)?.obstacle]).toEqual([table, obstacle]);
      if (obstacle === null) continue;
      expect((await made.preview(table)).tables[0]).toMatchObject({ obstacle, inserts: 0 });
      expect(await errorOf(made.apply(table))).toMatchObject({ code: 'PARTIAL_NOT_POSSIBLE', params: { table } });
    }
    expect((await made.preview('nowhere')).tables[0]).toMatchObject({ table: 'nowhere', obstacle: 'not-in-backup' });
    // The others are compared all the same.
    expect((await made.preview('f', 't')).tables[1]).toMatchObject({ obstacle: null, same: 0 });
  });

  it('a collation or a function of the application is missing', async () => {
    const application = (connection: Database.Database): void => {
      connection.function('mine', { deterministic: true }, (value) => value);
    };
    const made = make({
      schema: `${TABLE.schema}; CREATE TABLE f (id INTEGER PRIMARY KEY, v CHECK (mine(v) > 0));
        CREATE TABLE g (id INTEGER PRIMARY KEY, v); CREATE INDEX g_mine ON g (mine(v))`,
      with: application,
    });
    collated(made);
    const found = await made.tables();
    expect(found.get('f')).toMatchObject({ obstacle: 'column-missing-module', obstacleDetail: 'mine' });
    expect(found.get('g')).toMatchObject({ obstacle: 'column-missing-module', obstacleDetail: 'mine' });
    expect(found.get('c')).toMatchObject({ obstacle: 'column-missing-module', obstacleDetail: 'ELSEWHERE' });
    expect(found.get('t')?.obstacle).toBeNull();
    expect(await made.apply('t')).toMatchObject({ outcome: 'restored' });
  });

  it('a module of the application is missing: what looks like a table of its own is not touched', async () => {
    const made = make(TABLE);
    for (const file of [made.live, made.content]) {
      written(
        file,
        [['table', 'vec', 'CREATE VIRTUAL TABLE vec USING vec0(x)']],
        'CREATE TABLE vec_chunks (id INTEGER PRIMARY KEY)',
      );
    }
    const found = await made.tables();
    expect(found.get('vec')?.obstacle).toBe('virtual-table');
    expect(found.get('vec_chunks')?.obstacle).toBe('shadow-table');
    made.change('DELETE FROM t');
    await made.apply('t');
    expect(made.rows('t')).toEqual(made.rows('t', 'content'));
  });

  it('its schema has texts in double quotes', async () => {
    const made = make(TABLE);
    for (const file of [made.live, made.content]) {
      written(
        file,
        [['table', 'q', 'CREATE TABLE q (id INTEGER PRIMARY KEY, v CHECK (v IN ("a", "b")))']],
        'CREATE TABLE q (id INTEGER PRIMARY KEY, v)',
      );
    }
    expect((await made.tables()).get('q')).toMatchObject({
      obstacle: 'schema-needs-double-quoted-strings',
      obstacleDetail: '"a"',
    });
  });

  it('the text encoding is another one', async () => {
    const made = make(TABLE);
    rmSync(made.live);
    const connection = new Database(made.live);
    connection.pragma("encoding = 'UTF-16le'");
    connection.exec(TABLE.schema);
    connection.close();
    expect((await made.tables()).get('t')).toMatchObject({ obstacle: 'schema-unreadable' });
    expect((await made.preview('t')).tables[0]?.obstacle).toBe('schema-unreadable');
    expect((await errorOf(made.apply('t'))).params['reason']).toContain('UTF-16le');
  });

  it('the live database is gone, or is none', async () => {
    const made = make(TABLE);
    writeFileSync(made.live, 'x'.repeat(5_000));
    expect((await errorOf(made.tables())).code).toBe('NOT_A_DATABASE');
    rmSync(made.live);
    for (const work of [made.tables(), made.preview('t'), made.apply('t')]) {
      expect((await errorOf(work)).code).toBe('DATABASE_MISSING');
    }
  });
});

/** Makes objects whose statements this SQLite would not take, as a file of another program has them. */
function written(file: string, objects: [type: string, name: string, sql: string][], before: string): void {
  const connection = new Database(file);
  connection.exec(before);
  connection.unsafeMode(true);
  connection.pragma('writable_schema = ON');
  for (const [type, name, sql] of objects) {
    const { changes } = connection
      .prepare('UPDATE sqlite_schema SET sql = ? WHERE type = ? AND name = ?')
      .run(sql, type, name);
    if (changes === 0)
      connection.prepare('INSERT INTO sqlite_schema VALUES (?, ?, ?, 0, ?)').run(type, name, name, sql);
  }
  connection.close();
}

const collated = (made: Scene): void => {
  for (const file of [made.live, made.content]) {
    written(
      file,
      [
        ['table', 'c', 'CREATE TABLE c (id INTEGER PRIMARY KEY, v TEXT COLLATE ELSEWHERE)'],
        ['index', 'c_v', 'CREATE INDEX c_v ON c (v)'],
      ],
      'CREATE TABLE c (id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX c_v ON c (v)',
    );
  }
};

describe('triggers', () => {
  const WATCHED = {
    schema: `${TABLE.schema}; CREATE TABLE log (what TEXT);
      CREATE TRIGGER t_before BEFORE INSERT ON t BEGIN SELECT raise(abort, 'closed'); END;
      CREATE TRIGGER  t_after  /* as it is */ AFTER UPDATE ON t BEGIN INSERT INTO log VALUES ('u' || old.v); END;
      CREATE TRIGGER t_gone AFTER DELETE ON t BEGIN DELETE FROM log; END;
      CREATE VIEW shown AS SELECT * FROM t;
      CREATE TRIGGER shown_new INSTEAD OF INSERT ON shown BEGIN INSERT INTO t VALUES (new.id, new.v); END`,
    then: `DROP TRIGGER t_before; ${TABLE.then}; INSERT INTO log VALUES ('kept');
      CREATE TRIGGER t_before BEFORE INSERT ON t BEGIN SELECT raise(abort, 'closed'); END`,
    now: `DROP TRIGGER t_before; UPDATE t SET v = 'changed' WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (3, 'new');
      CREATE TRIGGER t_before BEFORE INSERT ON t BEGIN SELECT raise(abort, 'closed'); END; INSERT INTO log VALUES ('now')`,
  };

  it('do not run, and are there byte for byte afterwards', async () => {
    const made = make(WATCHED);
    const [texts, log] = [made.texts(), made.rows('log')];
    expect((await made.tables()).get('t')?.notes).toContainEqual({
      note: 'triggers-kept-quiet',
      names: ['t_after', 't_before', 't_gone'],
    });
    await made.apply('t');
    expect(made.rows('t')).toEqual(made.rows('t', 'content'));
    expect([made.texts(), made.rows('log')]).toEqual([texts, log]);
    expect(() => made.change("INSERT INTO t VALUES (8, 'x')")).toThrow('closed');
  });

  it('stay when nothing changes, and so does every page but the mark', async () => {
    const made = make({ ...WATCHED, now: '' });
    await made.apply('t');
    expect(made.texts()).toEqual(made.texts('content'));
    expect(made.ask('PRAGMA schema_version')).toBe(COMMIT_MARK);
    expect(made.rows('t')).toEqual(made.rows('t', 'content'));
  });
});

describe('counters of AUTOINCREMENT', () => {
  it.each([
    ['now', 50, 50],
    ['then', 4, 10],
  ])('stay at the highest: that of %s', async (_name, now, wanted) => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v)',
      then: 'INSERT INTO t VALUES (1, 1), (10, 1); DELETE FROM t WHERE id = 10',
      now: `DELETE FROM t; UPDATE sqlite_sequence SET seq = ${now}`,
    });
    expect((await made.tables()).get('t')?.notes).toContainEqual({ note: 'autoincrement', names: ['t'] });
    await made.apply('t');
    expect(made.ask('SELECT group_concat(name || seq) FROM sqlite_sequence')).toBe(`t${wanted}`);
  });

  it('are made when they were deleted, and follow the rows', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v)',
      then: 'INSERT INTO t VALUES (9223372036854775806, 1)',
      now: 'DELETE FROM t; DELETE FROM sqlite_sequence',
    });
    await made.apply('t');
    expect(
      String(read(made.live, (one) => one.prepare('SELECT seq FROM sqlite_sequence').pluck().safeIntegers().get())),
    ).toBe('9223372036854775806');
  });
});

describe('full-text indexes', () => {
  const found = (made: Scene, table: string, word: string): unknown =>
    made.ask(
      `SELECT group_concat(rowid) FROM (SELECT rowid FROM ${table} WHERE ${table} MATCH '${word}' ORDER BY rowid)`,
    );

  it('over a table, and over a view of it, are rebuilt and never written by hand', async () => {
    const made = make({
      schema: `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
        CREATE VIEW shown AS SELECT id, upper(body) AS body FROM notes; CREATE VIEW deeper AS SELECT * FROM shown;
        CREATE VIRTUAL TABLE fts USING fts5(body, content='notes', content_rowid='id');
        CREATE VIRTUAL TABLE fts_view USING fts5(body, content='deeper', content_rowid='id');
        CREATE VIRTUAL TABLE fts_four USING fts4(content="notes", body)`,
      then: `INSERT INTO notes VALUES (1, 'red apple'), (2, 'green pear'); INSERT INTO fts (fts) VALUES ('rebuild');
        INSERT INTO fts_view (fts_view) VALUES ('rebuild'); INSERT INTO fts_four (fts_four) VALUES ('rebuild')`,
      now: `UPDATE notes SET body = 'plum' WHERE id = 1; DELETE FROM notes WHERE id = 2; INSERT INTO notes VALUES (3, 'kiwi');
        INSERT INTO fts (fts) VALUES ('rebuild'); INSERT INTO fts_view (fts_view) VALUES ('rebuild'); INSERT INTO fts_four (fts_four) VALUES ('rebuild')`,
    });
    expect((await made.tables()).get('notes')?.notes).toContainEqual({
      note: 'full-text-rebuilt',
      names: ['fts', 'fts_four', 'fts_view'],
    });
    await made.apply('notes');
    for (const table of ['fts', 'fts_view']) {
      expect([found(made, table, 'apple'), found(made, table, 'pear'), found(made, table, 'plum OR kiwi')]).toEqual([
        '1',
        '2',
        null,
      ]);
      made.change(`INSERT INTO ${table} (${table}, rank) VALUES ('integrity-check', 1)`);
    }
    expect([
      made.ask("SELECT docid FROM fts_four WHERE fts_four MATCH 'pear'"),
      made.ask("SELECT docid FROM fts_four WHERE fts_four MATCH 'plum'"),
    ]).toEqual([2, undefined]);
  });

  it.each([
    ['with texts of its own', 'fts5(body)', 'DELETE FROM fts WHERE rowid = old.id'],
    [
      'without content',
      "fts5(body, content='')",
      "INSERT INTO fts (fts, rowid, body) VALUES ('delete', old.id, old.body)",
    ],
  ])('%s are kept right by the triggers that fill them, and only those run', async (_name, using, remove) => {
    const made = make({
      schema: `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE log (id);
        CREATE VIRTUAL TABLE fts USING ${using};
        CREATE TRIGGER a AFTER INSERT ON notes BEGIN INSERT INTO fts (rowid, body) VALUES (new.id, new.body); END;
        CREATE TRIGGER b AFTER DELETE ON notes BEGIN ${remove}; END;
        CREATE TRIGGER c AFTER UPDATE ON notes BEGIN ${remove}; INSERT INTO fts (rowid, body) VALUES (new.id, new.body); END;
        CREATE TRIGGER d AFTER UPDATE ON notes BEGIN INSERT INTO log VALUES (new.id); END`,
      then: "INSERT INTO notes VALUES (1, 'apple'), (2, 'pear')",
      now: "UPDATE notes SET body = 'plum' WHERE id = 1; DELETE FROM notes WHERE id = 2; INSERT INTO notes VALUES (3, 'kiwi')",
    });
    const { notes } = (await made.tables()).get('notes')!;
    expect(notes).toEqual([{ note: 'triggers-kept-quiet', names: ['d'] }]);
    const log = made.rows('log');
    await made.apply('notes');
    expect([found(made, 'fts', 'apple'), found(made, 'fts', 'pear'), found(made, 'fts', 'plum OR kiwi')]).toEqual([
      '1',
      '2',
      null,
    ]);
    expect([made.rows('log'), made.texts()]).toEqual([log, made.texts('content')]);
  });

  it('that a trigger fills along with other things are left, and that is told', async () => {
    const made = make({
      schema: `${TABLE.schema}; CREATE TABLE log (id); CREATE VIRTUAL TABLE fts USING fts5(v);
        CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO fts (rowid, v) VALUES (new.id, new.v); INSERT INTO log VALUES (1); END`,
      then: TABLE.then,
      now: 'DELETE FROM t',
    });
    const { notes } = (await made.tables()).get('t')!;
    expect(notes).toEqual([
      { note: 'triggers-kept-quiet', names: ['a'] },
      { note: 'virtual-tables-left', names: ['fts'] },
    ]);
    await made.apply('t');
    expect(made.ask('SELECT count(*) FROM log')).toBe(2);
  });

  it('whose table was dropped with its triggers find its rows again', async () => {
    const made = make({
      schema: `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);
        CREATE VIRTUAL TABLE fts USING fts5(body, content='notes', content_rowid='id');
        CREATE TRIGGER a AFTER INSERT ON notes BEGIN INSERT INTO fts (rowid, body) VALUES (new.id, new.body); END`,
      then: "INSERT INTO notes VALUES (1, 'apple')",
      now: "INSERT INTO notes VALUES (2, 'pear'); DROP TABLE notes",
    });
    await made.apply('notes');
    expect([found(made, 'fts', 'apple'), found(made, 'fts', 'pear')]).toEqual(['1', null]);
    made.change("INSERT INTO notes VALUES (3, 'kiwi')");
    expect(found(made, 'fts', 'kiwi')).toBe('3');
  });
});

describe('the video-review sample', () => {
  it('brings back deleted channels with everything below them', async () => {
    const made = make(TABLE);
    rmSync(made.content);
    buildSampleDatabase(made.content, Date.parse('2026-01-01T00:00:00Z'));
    copyFileSync(made.content, made.live);
    const tables = ['channels', 'videos', 'video_tags', 'reviews', 'monetization'];
    made.change(`DELETE FROM channels WHERE id < 10; UPDATE videos SET title = 'zzyzx' WHERE id % 7 = 0;
      DELETE FROM videos WHERE channel_id NOT IN (SELECT id FROM channels); DELETE FROM reviews WHERE video_id NOT IN (SELECT id FROM videos);
      DELETE FROM video_tags WHERE video_id NOT IN (SELECT id FROM videos); DELETE FROM monetization WHERE video_id NOT IN (SELECT id FROM videos)`);
    const preview = await made.preview(...tables);
    expect([preview.newViolations, preview.tables[0]?.inserts, preview.tables[1]?.truncated]).toEqual([[], 9, true]);
    expect(preview.tables[1]?.differences.map(({ change }) => change)).toContain('update');
    expect(preview.tables[1]?.differences).toHaveLength(200);
    await made.apply(...tables);
    for (const table of tables) expect(made.rows(table), table).toEqual(made.rows(table, 'content'));
    expect([made.violations(), made.ask('PRAGMA integrity_check'), made.texts()]).toEqual([
      0,
      'ok',
      made.texts('content'),
    ]);
    expect(made.ask("SELECT count(*) FROM videos_fts WHERE videos_fts MATCH 'zzyzx'")).toBe(0);
    made.change("INSERT INTO videos_fts (videos_fts, rank) VALUES ('integrity-check', 1)");
  });
});
