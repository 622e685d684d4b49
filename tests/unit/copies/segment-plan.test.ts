/** What a destination keeps of transaction logs: as tables. */
import { describe, expect, test } from 'vitest';
import { type PlanSegmentCopy, planSegments } from '../../../electron/copies/segment-plan';
import { at, known, type ShortGeneration, START } from '../continuous/known-log';

const HOUR = 3_600;
/** One segment an hour, ten hours long; the window begins with hour 8. */
const NOW = 10 * HOUR;
const KEEP_HOURS = 2;
const hours = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, hour) => [(hour + 1) * 10, (hour + 1) * HOUR]);
const log = (change: Partial<ShortGeneration> = {}): ShortGeneration => ({
  ...{ id: 'g', from: 0, until: NOW, last: 100, segments: hours(10) },
  bases: { early: [5, 6, 600], late: [55, 56, 5 * HOUR + 60] },
  ...change,
});
const copied = (...numbers: number[]): PlanSegmentCopy[] =>
  numbers.map((number) => ({ segmentId: `g-${number}`, state: 'copied', nextTryAt: null }));

function plan(points: Record<string, number>, copies: PlanSegmentCopy[], change: Partial<ShortGeneration> = {}) {
  const planned = planSegments({
    ...{ known: known(points, [log(change)]), copies, keepHours: KEEP_HOURS },
    nowMs: START + NOW * 1_000,
  });
  return {
    copy: planned.copy.filter(({ waitMs }) => waitMs === 0).map(({ segmentId }) => segmentId),
    forget: planned.forget,
  };
}
const names = (...numbers: number[]): string[] => numbers.map((number) => `g-${number}`);

describe('a destination gets', () => {
  test('the log from the newest restore point that it has from before the window on, oldest first', () => {
    expect(plan({ late: 5 * HOUR }, []).copy).toEqual(names(6, 7, 8, 9, 10));
  });
  test('what leads from an older restore point into the window, where it has no other', () => {
    expect(plan({ early: 500 }, []).copy).toEqual(names(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  });
  test('not what it has', () => {
    expect(plan({ late: 5 * HOUR }, copied(6, 8)).copy).toEqual(names(7, 9, 10));
  });
  test('nothing now that waits for a pause after a failure', () => {
    const pausing: PlanSegmentCopy = { segmentId: 'g-6', state: 'failed', nextTryAt: at(NOW + 30) };
    expect(plan({ late: 5 * HOUR }, [pausing]).copy).toEqual(names(7, 8, 9, 10));
  });
  test('no file that is not whole here', () => {
    const segments = hours(10).map(([last, until], index): [number, number, 'proved' | 'failed'] => [
      ...([last, until] as const),
      index === 8 ? 'failed' : 'proved',
    ]);
    expect(plan({ late: 5 * HOUR }, [], { segments }).copy).not.toContain('g-9');
  });
  test('nothing that another home made', () => {
    expect(plan({ late: 5 * HOUR }, copied(1), { otherHome: '0000bbbb' })).toEqual({ copy: [], forget: [] });
  });
});

describe('a destination lets go', () => {
  test('of what no moment in the window is brought back with', () => {
    expect(plan({ late: 5 * HOUR }, copied(1, 2, 5, 6, 7)).forget).toEqual(names(1, 2, 5));
  });
  test('of nothing while its only restore point is older', () => {
    expect(plan({ early: 500 }, copied(1, 2, 5, 6, 7)).forget).toEqual([]);
  });
});
