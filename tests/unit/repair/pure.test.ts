import { describe, expect, it } from 'vitest';
import { NO_FINDINGS } from '../../../electron/integrity/findings';
import { whyNotBetter } from '../../../electron/repair/compare-faults';
import { type Measure, whatChanged } from '../../../electron/repair/measure';
import { proposalsFor, ruleOfStep, ruleStepOf, stepOf, stepsWithoutAsking } from '../../../electron/repair/plan';
import { SqlStatements } from '../../../electron/repair/sql-statements';

describe('after a repair it is better', () => {
  const faults = ['row 1 missing from index a', 'row 2 missing from index a', 'wrong # of entries in index a'];
  it.each([
    ['with no fault left', faults, [], true],
    ['with fewer of the same', faults, ['row 9 missing from index a'], true],
    ['not with as many', faults, faults, false],
    ['not with one of another index', faults, ['row 1 missing from index b'], false],
    ['not with one of another kind', faults, ['Page 7: never used'], false],
    ['with none before and none after', [], [], true],
    ['not with one where there was none', [], ['Page 7: never used'], false],
  ])('%s', (_name, before, after, isBetter) => {
    expect(whyNotBetter(before, after, 1000) === null).toBe(isBetter);
  });

  it('also where more faults were there than were looked for, and others come to light', () => {
    expect(whyNotBetter(faults, ['Page 7: never used'], 3)).toBeNull();
    expect(whyNotBetter(faults, faults, 3)).not.toBeNull();
  });
});

describe('a repair may not change', () => {
  const measure = (rows: Record<string, number | null>, schema = 's'): Measure => ({
    schema,
    rows: new Map(Object.entries(rows)),
  });
  const step = (kind: 'reindex' | 'fts-rebuild' | 'sequence' | 'rule-fix', subject = 'x') => [
    { id: 'a', kind, subject, rule: null },
  ];
  it.each([
    ['nothing changed', measure({ t: 1 }), measure({ t: 1 }), step('reindex'), true],
    ['the schema', measure({ t: 1 }), measure({ t: 1 }, 'other'), step('rule-fix'), false],
    ['the number of rows', measure({ t: 2 }), measure({ t: 1 }), step('reindex'), false],
    ['… but by a rule', measure({ t: 2 }), measure({ t: 1 }), step('rule-fix'), true],
    ['… and a rule may not make a table unreadable', measure({ t: 2 }), measure({ t: null }), step('rule-fix'), false],
    ['… that of a table that could not be read', measure({ t: null }), measure({ t: 1 }), step('reindex'), true],
    ['the content of full text', measure({ x_content: 2 }), measure({ x_content: 1 }), step('fts-rebuild'), false],
    ['… its index it may', measure({ x_data: 2 }), measure({ x_data: 9 }), step('fts-rebuild'), true],
    ['… that of another it may not', measure({ y_data: 2 }), measure({ y_data: 9 }), step('fts-rebuild'), false],
    ['a counter is no row', measure({ sqlite_sequence: 0 }), measure({ sqlite_sequence: 1 }), step('sequence'), true],
    ['a table that is gone', measure({ t: 2 }), measure({}), step('reindex'), false],
  ])('%s', (_name, before, after, steps, isFine) => {
    expect(whatChanged(before, after, steps) === null).toBe(isFine);
  });
});

describe('a plan', () => {
  const found = { ...NO_FINDINGS, mendable: [], coversAll: true, where: { place: 'live', why: '' } as const };
  const point = (id: string, day: number, over: object = {}) => ({
    ...{ id, createdAt: `2026-05-0${day}T00:00:00Z`, state: 'proved' as const, kind: 'daily' as const },
    ...over,
  });
  const points = [
    point('old', 1),
    point('new', 3),
    point('safety', 5, { kind: 'safety' }),
    point('failed', 6, { state: 'failed' }),
  ];
  const index = { kind: 'reindex', subject: 'a', reason: 'row 1 missing from index a', plain: true } as const;

  it('proposes the newest proved point, and reading what can be read, for what cannot be mended', () => {
    expect(proposalsFor({ ...found, faults: ['x'], coversAll: false }, points)).toEqual([
      { kind: 'restore', pointId: 'new', count: 0 },
      { kind: 'salvage', pointId: null, count: 0 },
    ]);
    expect(proposalsFor({ ...found, faults: ['x'], coversAll: true }, points)).toEqual([]);
    expect(proposalsFor({ ...found, foreignKeyViolations: 4 }, [])).toEqual([
      { kind: 'orphans', pointId: null, count: 4 },
    ]);
  });

  it('is carried out without asking only when it mends everything and touches no row', () => {
    const step = stepOf(index);
    expect(stepsWithoutAsking({ ...found, faults: ['x'], mendable: [index] })).toEqual([step]);
    expect(stepsWithoutAsking({ ...found, faults: ['x', 'y'], mendable: [index], coversAll: false })).toEqual([]);
    expect(stepsWithoutAsking({ ...found, faults: ['x'], mendable: [{ ...index, plain: false }] })).toEqual([]);
    expect(stepsWithoutAsking(found)).toEqual([]);
  });

  it('finds a rule again by the id that the window sends back', () => {
    const step = ruleStepOf({ ruleId: 'rule-7', name: 'No draft', sql: '', fixSql: '', count: 3 });
    expect(ruleOfStep(step)).toBe('rule-7');
    expect(ruleOfStep({ ...step, kind: 'reindex' })).toBeNull();
  });
});

describe('a stream of SQL', () => {
  const split = (pieces: string[]): string[] => {
    const statements = new SqlStatements();
    const found = pieces.flatMap((piece) => statements.add(piece));
    return statements.rest() === '' ? found : [...found, `rest ${statements.rest()}`];
  };
  const cases: [string, string[]][] = [
    ["SELECT 1; INSERT INTO t VALUES ('a;b''c;');", ['SELECT 1;', "INSERT INTO t VALUES ('a;b''c;');"]],
    ['SELECT ";" , `;`, [;]; x;', ['SELECT ";" , `;`, [;];', 'x;']],
    ['-- a;\nSELECT 1 /* ; */ ; SELECT 2 - 1 / 1;', ['-- a;\nSELECT 1 /* ; */ ;', 'SELECT 2 - 1 / 1;']],
    [
      'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM t; END; SELECT 3;',
      ['CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; DELETE FROM t; END;', 'SELECT 3;'],
    ],
    ["SELECT 1; SELECT 'not ended", ['SELECT 1;', "rest SELECT 'not ended"]],
  ];
  it.each(cases)('%s', (sql, expected) => {
    expect(split([sql])).toEqual(expected);
    // However it is cut, also in the midst of what ends a comment.
    expect(split(sql.split(''))).toEqual(expected);
  });
});
