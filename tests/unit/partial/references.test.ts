/** Rows that refer to each other: a music store, circles, rows that refer to their own table. */
import { afterEach, describe, expect, it } from 'vitest';
import { errorOf } from '../../helpers/engine';
import { Scene, type SceneOptions } from './fixture';

let scene: Scene | undefined;
afterEach(() => {
  scene?.end();
  scene = undefined;
});
const make = (options: SceneOptions): Scene => (scene = Scene.make(options));

const STORE = {
  schema: `CREATE TABLE artists (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
    CREATE TABLE albums (id INTEGER PRIMARY KEY, artist_id INT NOT NULL REFERENCES artists (id) ON DELETE CASCADE, title TEXT);
    CREATE TABLE tracks (id INTEGER PRIMARY KEY, album_id INT REFERENCES albums ON DELETE SET NULL, name TEXT, price REAL);
    CREATE TABLE playlists (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE playlist_track (playlist_id INT REFERENCES playlists ON DELETE CASCADE, track_id INT REFERENCES tracks ON DELETE CASCADE,
      PRIMARY KEY (playlist_id, track_id)) WITHOUT ROWID;
    CREATE INDEX albums_artist ON albums (artist_id)`,
  then: `INSERT INTO artists VALUES (1, 'AC/DC'), (2, 'Björk'), (3, '이날치');
    INSERT INTO albums VALUES (1, 1, 'Let There Be Rock'), (2, 2, 'Debut'), (3, 3, '수궁가'), (4, 3, '흥부가');
    INSERT INTO tracks VALUES (1, 1, 'Overdose', 0.99), (2, 2, 'Human Behaviour', 0.99), (3, 3, '범 내려온다', 1.29), (4, 3, '별주부', 0.99);
    INSERT INTO playlists VALUES (1, 'all'), (2, 'some');
    INSERT INTO playlist_track VALUES (1, 1), (1, 2), (1, 3), (2, 3), (2, 4)`,
};
const TABLES = ['artists', 'albums', 'tracks', 'playlists', 'playlist_track'] as const;

/** An artist was deleted by an application that enforces references: albums went, tracks and lists with them. */
const DELETED = 'PRAGMA foreign_keys = ON; DELETE FROM artists WHERE id = 3';

const all = (made: Scene): Record<string, string[]> =>
  Object.fromEntries(TABLES.map((name) => [name, made.rows(name)]));

describe('a parent that was deleted with its children', () => {
  it('comes back with them, in whatever order they are named', async () => {
    const made = make({ ...STORE, now: DELETED });
    const preview = await made.preview(...TABLES.toReversed());
    expect(preview.newViolations).toEqual([]);
    expect(preview.tables.map(({ table, inserts, updates }) => [table, inserts, updates])).toEqual([
      ['playlist_track', 0, 0],
      ['playlists', 0, 0],
      ['tracks', 0, 2],
      ['albums', 2, 0],
      ['artists', 1, 0],
    ]);
    await made.apply(...TABLES.toReversed());
    for (const name of TABLES) expect(made.rows(name), name).toEqual(made.rows(name, 'content'));
    expect(made.violations()).toBe(0);
  });

  it('is refused without its parent, by name, and nothing changes', async () => {
    const made = make({ ...STORE, now: DELETED });
    const before = all(made);
    const preview = await made.preview('albums');
    expect(preview.newViolations).toEqual([
      { table: 'albums', rowid: 3, parent: 'artists' },
      { table: 'albums', rowid: 4, parent: 'artists' },
    ]);
    expect(preview.tables[0]?.notes).toContainEqual({ note: 'rows-without-parent', names: ['artists'] });
    const error = await errorOf(made.apply('albums'));
    expect(error).toMatchObject({ code: 'PARTIAL_WOULD_BREAK', params: { count: 2, tables: 'artists' } });
    expect(all(made)).toEqual(before);
  });

  it('comes back by condition alone, children chosen by what their parents were then', async () => {
    const made = make({
      ...STORE,
      now: `${DELETED}; PRAGMA foreign_keys = OFF; DELETE FROM albums WHERE id = 2; UPDATE artists SET name = 'other' WHERE id = 1`,
    });
    await made.apply(
      { table: 'artists', filter: "name = '이날치'" },
      { table: 'albums', filter: "artist_id IN (SELECT id FROM artists WHERE name = '이날치')" },
    );
    expect(made.ask('SELECT group_concat(id) FROM albums')).toBe('1,3,4');
    expect(made.ask('SELECT group_concat(name) FROM artists')).toBe('other,Björk,이날치');
  });
});

describe('a parent that is removed', () => {
  const ADDED = `INSERT INTO artists VALUES (9, 'new'); INSERT INTO albums VALUES (9, 9, 'new'), (10, 9, 'newer');
    INSERT INTO tracks VALUES (9, 9, 'new', 1)`;

  it('takes no children with it: it is refused while they stay', async () => {
    const made = make({ ...STORE, now: ADDED });
    expect((await made.tables()).get('artists')?.notes).toContainEqual({ note: 'cascades', names: ['albums'] });
    const before = all(made);
    const error = await errorOf(made.apply('artists'));
    expect(error).toMatchObject({ code: 'PARTIAL_WOULD_BREAK', params: { count: 2, tables: 'albums' } });
    expect(all(made)).toEqual(before);
    expect((await errorOf(made.apply('albums'))).params).toEqual({ count: 1, tables: 'tracks' });
    await made.apply('artists', 'albums', 'tracks');
    for (const name of TABLES) expect(made.rows(name), name).toEqual(made.rows(name, 'content'));
  });

  it('that is updated destroys no children either', async () => {
    const made = make({
      ...STORE,
      now: "UPDATE artists SET name = 'Nobody' WHERE id = 1; UPDATE artists SET name = 'AC/DC' WHERE id = 2; UPDATE artists SET name = 'Björk' WHERE id = 1",
    });
    const albums = made.rows('albums');
    await made.apply('artists');
    expect(made.rows('artists')).toEqual(made.rows('artists', 'content'));
    expect(made.rows('albums')).toEqual(albums);
  });
});

describe('references that are broken already', () => {
  it('stand in nobody’s way, and are not made more', async () => {
    const made = make({
      ...STORE,
      now: `INSERT INTO albums VALUES (50, 77, 'orphan'); DELETE FROM tracks WHERE id = 4;
        INSERT INTO playlist_track VALUES (77, 1)`,
    });
    expect(made.violations()).toBeGreaterThan(1);
    await made.apply({ table: 'tracks', remove: false });
    expect(made.ask('SELECT count(*) FROM tracks')).toBe(4);
    expect((await made.preview('playlist_track')).newViolations).toEqual([]);
  });

  it('do not hide others: one row mended and another broken is a row broken', async () => {
    const made = make({
      schema: `CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE c (a INT, b INT REFERENCES p, PRIMARY KEY (a)) WITHOUT ROWID`,
      then: 'INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 2)',
      now: 'DELETE FROM p WHERE id = 2; UPDATE c SET b = 9 WHERE a = 1; UPDATE c SET b = 1 WHERE a = 2',
    });
    expect(made.violations()).toBe(1);
    const preview = await made.preview('c');
    expect(preview.newViolations).toEqual([{ table: 'c', rowid: 2, parent: 'p' }]);
    expect((await errorOf(made.apply('c'))).code).toBe('PARTIAL_WOULD_BREAK');
  });

  it('to a table that is not there are broken too', async () => {
    const made = make({
      schema: 'CREATE TABLE c (id INTEGER PRIMARY KEY, a REFERENCES nowhere (id))',
      then: 'INSERT INTO c VALUES (1, NULL), (2, 7)',
      now: 'DELETE FROM c WHERE id = 1',
    });
    await made.apply('c');
    expect(made.rows('c')).toEqual(made.rows('c', 'content'));
    made.change('DELETE FROM c');
    expect((await errorOf(made.apply('c'))).params).toMatchObject({ count: 1, tables: 'nowhere' });
  });
});

describe('circles', () => {
  it('of rows in one table come back', async () => {
    const made = make({
      schema: 'CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INT REFERENCES staff ON DELETE CASCADE, name TEXT)',
      then: "INSERT INTO staff VALUES (1, 3, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd'), (5, 5, 'self')",
      now: 'PRAGMA foreign_keys = ON; DELETE FROM staff WHERE id IN (1, 5)',
    });
    expect(made.ask('SELECT count(*) FROM staff')).toBe(1);
    expect((await errorOf(made.apply({ table: 'staff', filter: 'id = 2' }))).code).toBe('PARTIAL_WOULD_BREAK');
    await made.apply('staff');
    expect(made.rows('staff')).toEqual(made.rows('staff', 'content'));
  });

  it('of tables come back, whether their references are checked at once or at the end', async () => {
    for (const when of ['', 'DEFERRABLE INITIALLY DEFERRED']) {
      const made = make({
        schema: `CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ${when});
          CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a (id) ${when})`,
        then: 'PRAGMA foreign_keys = OFF; INSERT INTO a VALUES (1, 1), (2, 2); INSERT INTO b VALUES (1, 2), (2, 1)',
        now: 'DELETE FROM a; DELETE FROM b WHERE id = 2',
      });
      await made.apply('b', 'a');
      expect([made.rows('a'), made.rows('b')]).toEqual([made.rows('a', 'content'), made.rows('b', 'content')]);
      expect(made.violations()).toBe(0);
      made.end();
    }
    scene = undefined;
  });

  it('a parent by several columns, told apart as the parent’s own columns say', async () => {
    const made = make({
      schema: `CREATE TABLE p (a TEXT COLLATE NOCASE, b INTEGER, UNIQUE (a, b));
        CREATE TABLE c (id INTEGER PRIMARY KEY, x TEXT, y TEXT, FOREIGN KEY (x, y) REFERENCES p (a, b))`,
      then: "INSERT INTO p VALUES ('K', 1); INSERT INTO c VALUES (1, 'k', '1'), (2, NULL, '9')",
      now: 'DELETE FROM c',
    });
    expect((await made.preview('c')).newViolations).toEqual([]);
    await made.apply('c');
    expect(made.violations()).toBe(0);
  });
});
