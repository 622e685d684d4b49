import { describe, expect, it } from 'vitest';
import { type Findings, NO_FINDINGS } from '../../../electron/integrity/findings';
import { recordOf, settledBy } from '../../../electron/integrity/verdict';
import { whereToCheck } from '../../../electron/integrity/where';
import { integrity } from '../../../electron/health/integrity-checks';

const record = (depth: 'quick' | 'full', result: Partial<Findings>) =>
  recordOf({
    ...{ id: 'check', databaseId: 'database', depth, trigger: 'manual', startedMs: 1_000, finishedMs: 1_500 },
    result: { ...NO_FINDINGS, ...result },
  });

describe('a check comes to', () => {
  it.each([
    ['ok', {}, 'ok'],
    ['violations', { foreignKeyViolations: 2 }, 'violations'],
    ['damaged, whatever else there is', { faults: ['x'], foreignKeyViolations: 2, incomplete: 'y' }, 'damaged'],
    ['incomplete, never ok, when a part could not run', { incomplete: 'no such collation sequence' }, 'incomplete'],
    ['violations also when a part could not run', { foreignKeyViolations: 1, incomplete: 'x' }, 'violations'],
  ] as const)('%s', (_name, result, outcome) => {
    expect(record('full', { ...result, faults: [...('faults' in result ? result.faults : [])] }).outcome).toBe(outcome);
  });

  it('a record of the first hundred faults', () => {
    const faults = Array.from({ length: 300 }, (_, index) => `fault ${index}`);
    expect(record('full', { faults })).toMatchObject({ tookMs: 500, faults: faults.slice(0, 100) });
  });
});

describe('a check shows to be over', () => {
  const damage = { depth: 'full' } as const;
  it.each([
    ['damage, when a full one finds none', record('full', {}), damage, true],
    ['not damage that only a full one sees, when a quick one finds none', record('quick', {}), damage, false],
    ['damage that a quick one saw', record('quick', {}), { depth: 'quick' } as const, true],
    ['damage, when only rows lack their parent', record('full', { foreignKeyViolations: 1 }), damage, true],
    ['not damage, when it could not look everywhere', record('full', { incomplete: 'x' }), damage, false],
    ['not damage, when there is some', record('full', { faults: ['x'] }), damage, false],
  ])('%s', (_name, check, before, isOver) => {
    expect(settledBy(check, before).includes('DATABASE_CORRUPT')).toBe(isOver);
  });

  it('missing parents only when it looked for them and found none', () => {
    const settles = (result: Partial<Findings>) =>
      settledBy(record('full', result), null).includes('FOREIGN_KEYS_VIOLATED');
    expect([
      settles({}),
      settles({ foreignKeyViolations: 1 }),
      settles({ faults: ['x'] }),
      settles({ incomplete: 'x' }),
    ]).toEqual([true, false, false, false]);
  });
});

describe('a database is checked', () => {
  const MIB = 1 << 20;
  it.each([
    ['where it lies in WAL mode, however large', true, 1e12, 'full', 'live'],
    ['where it lies when that is short', false, 30 * MIB, 'full', 'live'],
    ['in a copy when writers would wait for long', false, 40 * MIB, 'full', 'copy'],
    ['where it lies by a quick check for longer', false, 200 * MIB, 'quick', 'live'],
    ['in a copy by a quick check of a large one', false, 300 * MIB, 'quick', 'copy'],
  ] as const)('%s', (_name, wal, sizeBytes, depth, place) => {
    const chosen = whereToCheck(wal, sizeBytes, depth);
    expect(chosen.place).toBe(place);
    expect(chosen.why).not.toBe('');
  });
});

describe('Health says of integrity', () => {
  const state = { enabled: true, databases: 3, checked: 3, damaged: 0, affected: 0 };
  it.each([
    ['nothing before it is known', null, undefined, undefined],
    ['pass', state, 'pass', 'pass'],
    ['that nothing was checked yet', { ...state, checked: 0 }, 'pass', 'none'],
    ['that it is switched off', { ...state, enabled: false }, 'pass', 'off'],
    ['warn for missing parents and late checks', { ...state, affected: 1 }, 'warn', 'warn'],
    ['fail for damage, before all else', { ...state, enabled: false, affected: 2, damaged: 1 }, 'fail', 'fail'],
  ])('%s', (_name, input, status, key) => {
    expect(integrity({ integrity: input })?.status).toBe(status);
    expect(integrity({ integrity: input })?.key).toBe(key);
  });
});
