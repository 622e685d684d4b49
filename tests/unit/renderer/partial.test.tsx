/** Tables and rows: conditions that SQLite takes as they were meant, what is asked and released, what is said. */
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartialPreview, PartialTableInfo, PartialTablePreview } from '@shared/recovery';
import { createFormat } from '@/format/format';
import { applyLanguage, currentTexts, startTexts, type Texts } from '@/i18n';
import { type Condition, type Filter, filterSql, newCondition, switchMode } from '@/partial/filter';
import {
  addParents,
  changeChoice,
  closePartial,
  leavePartial,
  openPartial,
  partialFlow,
  requestOf,
  showPartialPreview,
  startPartial,
  toggleTable,
} from '@/partial/flow';
import { canRestore, cellWords, confirmWords, countWords, mending, obstacleWords } from '@/partial/words';
import { fakeMain, type FakeMain } from './fake-main';

beforeAll(() => {
  vi.stubGlobal('navigator', { language: 'en-GB' });
  vi.stubGlobal('document', { documentElement: {} });
  return startTexts('en');
});

const texts = (): Texts => ({ ...currentTexts(), format: createFormat('en-GB') });

describe('simple conditions', () => {
  const database = new Database(':memory:');
  database.exec(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, "odd ""name" TEXT, amount REAL, code TEXT);
    INSERT INTO t VALUES (1, 'it''s 50% off', 1.5, '5'), (2, 'IT_S', 10, '05'), (3, NULL, 2, '1.50'), (4, '', NULL, NULL);
  `);
  const ids = (...conditions: Partial<Condition>[]): number[] => {
    const filter: Filter = {
      mode: 'simple',
      conditions: conditions.map((one) => ({ ...newCondition('id'), ...one })),
      sql: '',
    };
    return database
      .prepare(`SELECT id FROM t WHERE ${String(filterSql(filter))} ORDER BY id`)
      .pluck()
      .all() as number[];
  };
  const odd = 'odd "name';

  it.each<[string, Partial<Condition>, number[]]>([
    ['a number', { value: '2' }, [2]],
    ['a number in a column of texts, as it was typed', { column: 'code', value: '5' }, [1]],
    ['digits that are no number as it is written', { column: 'code', value: '05' }, [2]],
    ['a fraction as it was typed', { column: 'code', value: '1.50' }, [3]],
    ['numbers are compared as numbers', { column: 'amount', operator: '<', value: '10' }, [1, 3]],
    ['a quote in a value', { column: odd, value: "it's 50% off" }, [1]],
    ['a part, in any case; % is no wildcard', { column: odd, operator: 'contains', value: '0% O' }, [1]],
    ['_ is no wildcard', { column: odd, operator: 'contains', value: 't_s' }, [2]],
    ['other than a value: also where there is none', { column: odd, operator: '<>', value: 'IT_S' }, [1, 3, 4]],
    ['empty', { column: odd, operator: 'empty' }, [3, 4]],
    ['not empty', { column: odd, operator: 'not-empty' }, [1, 2]],
    ['what looks like SQL is a value', { column: odd, value: "' OR 1=1 --" }, []],
  ])('%s', (_what, condition, expected) => {
    expect(ids(condition)).toEqual(expected);
  });

  it('all of several have to hold', () => {
    expect(ids({ operator: '>=', value: '2' }, { column: 'amount', operator: '>', value: '5' })).toEqual([2]);
  });

  it('are incomplete without a value; all rows need no condition', () => {
    const filter: Filter = { mode: 'simple', conditions: [newCondition('id')], sql: '' };
    expect(filterSql(filter)).toBeNull();
    expect(filterSql({ ...filter, conditions: [] })).toBeNull();
    expect(filterSql({ ...filter, mode: 'sql', sql: ' ' })).toBeNull();
    expect(filterSql({ ...filter, mode: 'all' })).toBeUndefined();
  });

  it('begin the SQL when somebody goes on in it, and are kept beside it', () => {
    const simple = switchMode({ mode: 'all', conditions: [], sql: '' }, 'simple', 'id');
    expect(simple.conditions).toMatchObject([{ column: 'id', operator: '=', value: '' }]);
    const filled = { ...simple, conditions: simple.conditions.map((one) => ({ ...one, value: '7' })) };
    const sql = switchMode(filled, 'sql', 'id');
    expect(sql.sql).toBe('"id" = 7');
    expect(switchMode({ ...sql, sql: 'id > 7' }, 'simple', 'id').conditions).toEqual(filled.conditions);
  });
});

const info = (table: string, change: Partial<PartialTableInfo> = {}): PartialTableInfo => ({
  table,
  obstacle: null,
  obstacleDetail: '',
  columns: ['id'],
  keyColumns: ['id'],
  rowsNow: 1200,
  rowsThen: 1250,
  notes: [],
  ...change,
});
const counted = (table: string, inserts: number, updates: number, removes: number): PartialTablePreview => ({
  ...{ table, obstacle: null, columns: ['id'], keyColumns: ['id'], inserts, updates, removes, same: 5 },
  ...{ differences: [], truncated: false, notes: [] },
});
const previewOf = (...tables: PartialTablePreview[]): PartialPreview => ({
  databaseId: 'd',
  contentAt: '2026-11-21T12:00:00Z',
  tables,
  newViolations: [],
});

describe('words', () => {
  it('the button says exactly what it does', () => {
    const words = (...tables: PartialTablePreview[]) => confirmWords(previewOf(...tables), texts());
    expect(words(counted('videos', 3, 1, 0))).toBe('Bring back 3 rows, reset 1 row in videos');
    expect(words(counted('videos', 0, 0, 1))).toBe('Remove 1 row in videos');
    expect(words(counted('videos', 1000, 0, 0), counted('reviews', 200, 4, 2), counted('users', 0, 0, 0))).toBe(
      'Bring back 1,200 rows, reset 4 rows, remove 2 rows in 2 tables',
    );
    expect(words(counted('users', 0, 0, 0))).toBe('Nothing to restore');
  });

  it('in Korean as well', async () => {
    await applyLanguage('ko');
    expect(confirmWords(previewOf(counted('videos', 3, 1, 0)), currentTexts())).toBe(
      'videos 테이블에서 3행 되살리기, 1행 되돌리기',
    );
    await applyLanguage('en');
  });

  it('what was not counted is no zero, and a table that is gone is told as such', () => {
    expect(countWords(info('a'), texts())).toBe('Rows: 1,200 now, 1,250 then');
    expect(countWords(info('a', { rowsNow: null }), texts())).toBe('Rows: not counted now, 1,250 then');
    const gone = info('a', { rowsNow: null, notes: [{ note: 'missing-now', names: ['a'] }] });
    expect(countWords(gone, texts())).toBe('Not there now, rows then: 1,250');
  });

  it('an obstacle names what stands in the way', () => {
    expect(obstacleWords(info('a'), texts())).toBeNull();
    expect(obstacleWords(info('a', { obstacle: 'no-key' }), texts())).toBe('It has no key that tells its rows apart.');
    expect(obstacleWords(info('a', { obstacle: 'column-missing-module', obstacleDetail: 'NOCASE2' }), texts())).toMatch(
      / \(NOCASE2\)$/,
    );
  });

  it('only what changes something, breaks nothing and meets no obstacle can be restored', () => {
    const some = counted('a', 1, 0, 0);
    expect(canRestore(previewOf(some, counted('b', 0, 0, 0)))).toBe(true);
    expect(canRestore(previewOf(counted('b', 0, 0, 0)))).toBe(false);
    expect(canRestore(previewOf(some, { ...counted('b', 0, 0, 0), obstacle: 'no-key' }))).toBe(false);
    const newViolations = [{ table: 'a', rowid: 1, parent: 'b' }];
    expect(canRestore({ ...previewOf(some), newViolations })).toBe(false);
  });

  it('whole numbers stay as they are; NULL is no text', () => {
    expect([cellWords(1234567, texts()), cellWords(0.5, texts()), cellWords('', texts())]).toEqual([
      '1234567',
      '0.5',
      '',
    ]);
    expect(cellWords(null, texts())).toBeNull();
  });

  it('broken references are mended by the parents, where these can be restored and are not chosen already', () => {
    const preview = { ...previewOf(counted('reviews', 2, 0, 0)) };
    preview.newViolations = ['videos', 'videos', 'users', 'search'].map((parent, rowid) => ({
      table: 'reviews',
      rowid,
      parent,
    }));
    const tables = [info('reviews'), info('videos'), info('users'), info('search', { obstacle: 'virtual-table' })];
    const all = {
      insert: true,
      update: true,
      remove: false,
      filter: { mode: 'all', conditions: [], sql: '' } as Filter,
    };
    const choices = new Map([['reviews', all]]);
    expect(mending(preview, choices, tables)).toEqual({ add: ['videos', 'users'], widen: ['reviews'] });
    expect(mending(preview, new Map([...choices, ['users', all]]), tables)).toEqual({
      add: ['videos'],
      widen: ['users', 'reviews'],
    });
  });
});

describe('the steps', () => {
  let main: FakeMain;
  beforeEach(() => {
    main = fakeMain({
      'moments:open': { token: 'opened' },
      'partial:tables': [info('videos'), info('reviews'), info('search', { obstacle: 'virtual-table' })],
      'partial:preview': previewOf(counted('videos', 3, 1, 0)),
      'partial:start': { id: 'r', outcome: 'restored', database: 'reviews', tables: ['videos'] },
      'files:release': null,
    });
  });
  afterEach(closePartial);
  const start = { databaseId: 'd', contentAt: '2026-11-21T12:00:00Z' };
  const ready = () => vi.waitFor(() => expect(partialFlow.get()?.tables.state).toBe('ready'));

  it('a restore point is opened first, and what was opened is let go with the panel', async () => {
    openPartial({ ...start, source: { pointId: 'p' } });
    await ready();
    expect(main.asked('moments:open')).toEqual([{ source: { pointId: 'p' }, databaseId: 'd' }]);
    expect(main.asked('partial:tables')).toEqual([{ token: 'opened', databaseId: 'd' }]);
    closePartial();
    expect(main.asked('files:release')).toEqual([{ token: 'opened' }]);
  });

  it('what somebody else opened stays theirs, unless it was handed over; going back hands it back', async () => {
    openPartial({ ...start, token: 'theirs' });
    await ready();
    closePartial();
    expect(main.asked('files:release')).toEqual([]);
    openPartial({ ...start, token: 'handed', ownsToken: true });
    await ready();
    const back = vi.fn();
    leavePartial(back);
    expect(back).toHaveBeenCalledOnce();
    expect(main.asked('files:release')).toEqual([]);
    openPartial({ ...start, token: 'handed', ownsToken: true });
    await ready();
    closePartial();
    expect(main.asked('files:release')).toEqual([{ token: 'handed' }]);
  });

  it('a panel that was closed while it opened lets go of what comes after', async () => {
    const opening = main.hold('moments:open');
    openPartial({ ...start, source: { pointId: 'p' } });
    closePartial();
    opening();
    await vi.waitFor(() => expect(main.asked('files:release')).toEqual([{ token: 'opened' }]));
    expect(main.asked('partial:tables')).toEqual([]);
  });

  it('rows come back and are reset, never removed, unless somebody says so', async () => {
    openPartial({ ...start, token: 't', table: 'videos' });
    await ready();
    const usual = { table: 'videos', insert: true, update: true, remove: false };
    expect(requestOf(partialFlow.get()!)).toEqual([usual]);
    changeChoice('videos', { remove: true, filter: { mode: 'sql', conditions: [], sql: ' id > 3 ' } });
    expect(requestOf(partialFlow.get()!)).toEqual([{ ...usual, remove: true, filter: 'id > 3' }]);
    changeChoice('videos', { insert: false, update: false, remove: false });
    expect(requestOf(partialFlow.get()!)).toBeNull();
    toggleTable('videos', false);
    expect(requestOf(partialFlow.get()!)).toBeNull();
  });

  it('a table that cannot be restored by rows is not chosen, whoever named it', async () => {
    openPartial({ ...start, token: 't', table: 'search' });
    await ready();
    expect([...partialFlow.get()!.choices.keys()]).toEqual([]);
  });

  it('a condition that is refused leads back to where it was typed', async () => {
    openPartial({ ...start, token: 't', table: 'videos' });
    await ready();
    changeChoice('videos', { filter: { mode: 'sql', conditions: [], sql: 'nonsense' } });
    main.fail('partial:preview', 'QUERY_INVALID', { reason: 'no such column: nonsense' });
    await showPartialPreview();
    expect(partialFlow.get()).toMatchObject({ step: 'what', refused: { table: 'videos' } });
    changeChoice('videos', { insert: false });
    expect(partialFlow.get()?.refused).toBeNull();
    toggleTable('reviews', true);
    changeChoice('reviews', { filter: { mode: 'sql', conditions: [], sql: 'id = 1' } });
    main.fail('partial:preview', 'QUERY_INVALID', { reason: 'x', table: 'reviews' });
    await showPartialPreview();
    expect(partialFlow.get()?.refused?.table).toBe('reviews');
    main.fail('partial:preview', 'DATABASE_LOCKED', {});
    await showPartialPreview();
    expect(partialFlow.get()).toMatchObject({ step: 'preview', preview: { state: 'failed' }, refused: null });
  });

  it('parents that are added bring their missing rows back and nothing else', async () => {
    openPartial({ ...start, token: 't', table: 'reviews' });
    await ready();
    addParents(['videos']);
    await vi.waitFor(() => expect(partialFlow.get()?.preview.state).toBe('ready'));
    expect(main.asked('partial:preview').at(-1)).toMatchObject({
      tables: [
        { table: 'reviews', insert: true, update: true, remove: false },
        { table: 'videos', insert: true, update: false, remove: false },
      ],
    });
  });

  it('a restore that runs goes on when the panel closes, and only then is what it reads let go', async () => {
    openPartial({ ...start, token: 't', ownsToken: true, table: 'videos' });
    await ready();
    await showPartialPreview();
    const running = main.hold('partial:start');
    const ended = startPartial();
    closePartial();
    expect(main.asked('files:release')).toEqual([]);
    running();
    await ended;
    expect(main.asked('partial:start')).toEqual(main.asked('partial:preview'));
    expect(main.asked('files:release')).toEqual([{ token: 't' }]);
  });
});
