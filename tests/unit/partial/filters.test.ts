/** Conditions that people write, and what they choose. */
import { afterEach, describe, expect, it } from 'vitest';
import { requireOneExpression, tokensOf, virtualTableOf, writesOfTrigger } from '../../../electron/partial/sql-text';
import { errorOf } from '../../helpers/engine';
import { read, Scene, type SceneOptions } from './fixture';

let scene: Scene | undefined;
afterEach(() => {
  scene?.end();
  scene = undefined;
});
const make = (options: SceneOptions): Scene => (scene = Scene.make(options));

const PEOPLE = {
  schema:
    'CREATE TABLE people (id INTEGER PRIMARY KEY, team TEXT, name TEXT); CREATE TABLE teams (team TEXT PRIMARY KEY, open INT)',
  then: `INSERT INTO people VALUES (1, 'red', 'a'), (2, 'red', 'b'), (3, 'blue', 'c'), (4, 'blue', 'd');
    INSERT INTO teams VALUES ('red', 1), ('blue', 0)`,
  now: `UPDATE people SET name = name || '!'; UPDATE people SET team = 'blue' WHERE id = 2; UPDATE people SET team = 'red' WHERE id = 3;
    DELETE FROM people WHERE id = 1; INSERT INTO people VALUES (5, 'red', 'e'), (6, 'blue', 'f');
    UPDATE teams SET open = 1 - open`,
};

const rows = (made: Scene): unknown[] =>
  read(made.live, (one) => one.prepare('SELECT * FROM people ORDER BY id').raw().all());

describe('a condition', () => {
  it('chooses rows that fulfil it now or did then: afterwards those that fulfil it are those that did', async () => {
    const made = make(PEOPLE);
    const { tables } = await made.preview({ table: 'people', filter: "team = 'red'" });
    expect(tables[0]).toMatchObject({ inserts: 1, updates: 2, removes: 1, same: 0 });
    await made.apply({ table: 'people', filter: "team = 'red'" });
    expect(rows(made)).toEqual([
      [1, 'red', 'a'],
      [2, 'red', 'b'],
      [3, 'blue', 'c'],
      [4, 'blue', 'd!'],
      [6, 'blue', 'f'],
    ]);
  });

  it.each([
    ['only brings back', { insert: true, update: false, remove: false }, '1 a,2 b!,3 c!,4 d!,5 e,6 f'],
    ['only resets', { insert: false, update: true, remove: false }, '2 b,3 c,4 d!,5 e,6 f'],
    ['only removes', { insert: false, update: false, remove: true }, '2 b!,3 c!,4 d!,6 f'],
  ])('%s when that is asked for', async (_name, actions, wanted) => {
    const made = make(PEOPLE);
    await made.apply({ table: 'people', filter: "team = 'red'", ...actions });
    expect(made.ask("SELECT group_concat(id || ' ' || name) FROM (SELECT * FROM people ORDER BY id)")).toBe(wanted);
  });

  it('that asks other tables means those of then for the rows of then', async () => {
    const made = make({
      ...PEOPLE,
      now: "DELETE FROM people; UPDATE teams SET open = 1 - open; DELETE FROM teams WHERE team = 'red'",
    });
    await made.apply({ table: 'people', filter: 'team IN (SELECT team FROM teams WHERE open)' });
    expect(made.ask('SELECT group_concat(name) FROM people')).toBe('a,b');
  });

  it('that gives another answer each time is asked once', async () => {
    const made = make({
      schema: 'CREATE TABLE t (id INTEGER PRIMARY KEY, v)',
      then: 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT i, i FROM n',
      now: 'UPDATE t SET v = -1; DELETE FROM t WHERE id % 3 = 0',
    });
    expect(await made.apply({ table: 't', filter: 'random() % 2' })).toMatchObject({ outcome: 'restored' });
    expect(Number(made.ask('SELECT count(*) FROM t WHERE v > 0'))).toBeGreaterThan(0);
    expect(Number(made.ask('SELECT count(*) FROM t WHERE v < 0'))).toBeGreaterThan(0);
  });

  it('may have comments, texts with parentheses and names in quotes', async () => {
    const made = make(PEOPLE);
    await made.apply({
      table: 'people',
      filter: `"id" = 4 -- only ) this\n AND name <> '(;' /* ; */ AND [team] = \`team\` --`,
    });
    expect(made.ask("SELECT group_concat(name) FROM people WHERE name NOT LIKE '%!'")).toBe('d,e,f');
  });

  it.each([
    ['a column that is not there', 'nothing = 1'],
    ['a text in double quotes', 'name = "a"'],
    ['nothing', '  -- nothing'],
    ['a parenthesis too many', "name = 'a') OR (1"],
    ['a parenthesis too few', "(name = 'a'"],
    ['a second statement', '1; DELETE FROM people'],
    ['a statement inside', '1) UNION SELECT 1 FROM people WHERE (1'],
    ['a parameter', 'id = ?'],
    ['a named parameter', 'id = :id'],
    ['another one', 'id = $id'],
    ['an aggregate', 'count(*) > 1'],
    ['a comment without end', '1 /*'],
    ['something that writes', 'id IN (DELETE FROM people RETURNING id)'],
    ['a failure at work', 'abs(-9223372036854775808 + id - id) > 0'],
  ])('with %s is refused in words, and nothing changes', async (_name, filter) => {
    const made = make(PEOPLE);
    const before = rows(made);
    const error = await errorOf(made.apply({ table: 'people', filter }));
    expect([error.code, String(error.params['reason']).length > 5]).toEqual(['QUERY_INVALID', true]);
    expect((await errorOf(made.preview({ table: 'people', filter }))).code).toBe('QUERY_INVALID');
    expect(rows(made)).toEqual(before);
  });

  it('names of a table twice are refused', async () => {
    expect((await errorOf(make(PEOPLE).apply('people', 'PEOPLE'))).code).toBe('INVALID_INPUT');
  });
});

describe('the words of SQL', () => {
  it('are told from names, texts and comments', () => {
    const kinds = tokensOf(`a "b""c" 'it''s' [d e] \`f\` -- x\n /* y */ 1.5x'00'`).map(
      ({ kind, text }) => `${kind} ${text}`,
    );
    expect(kinds).toEqual([
      'word a',
      'name b"c',
      "string it's",
      'name d e',
      'name f',
      'word 1',
      'mark .',
      'word 5x',
      'string 00',
    ]);
  });

  it('a condition is one expression', () => {
    for (const fine of ['a', '(a)', "')' = a", '"a;b" = 1', 'a IN (SELECT 1)']) requireOneExpression(fine);
    for (const wrong of ['', 'a)', '(a', 'a;', '@a']) expect(() => requireOneExpression(wrong), wrong).toThrow();
  });

  it('say which tables a trigger writes to', () => {
    const trigger = (body: string): string =>
      `CREATE TRIGGER x AFTER INSERT ON t WHEN CASE WHEN 1 THEN 1 END BEGIN ${body} END`;
    const writes = (body: string) => [...(writesOfTrigger(trigger(body)) ?? ['?'])];
    expect(writes('INSERT INTO F (F) VALUES (\'delete;\'); DELETE FROM "g" WHERE 1;')).toEqual(['f', 'g']);
    expect(writes('UPDATE OR IGNORE h SET a = CASE 1 WHEN 1 THEN 2 END; REPLACE INTO i VALUES (1);')).toEqual([
      'h',
      'i',
    ]);
    expect(writes('SELECT raise(abort, 1);')).toEqual([]);
    expect(writes('WITH x AS (SELECT 1) INSERT INTO f SELECT * FROM x;')).toEqual(['?']);
  });

  it('say what a virtual table is over', () => {
    expect(virtualTableOf(`CREATE VIRTUAL TABLE f USING FTS5(a, content = 'my t', content_rowid='id')`)).toEqual({
      module: 'fts5',
      content: 'my t',
    });
    expect(virtualTableOf('CREATE VIRTUAL TABLE f USING fts4(content="", a)')).toEqual({ module: 'fts4', content: '' });
    expect(virtualTableOf('CREATE VIRTUAL TABLE f USING fts5(content)')).toEqual({ module: 'fts5', content: null });
  });
});
