import { describe, expect, it } from 'vitest';
import { choosePoints, drillOverdueDays, isDrillDue } from '../../../electron/drills/due';
import type { CatalogueEntry } from '../../../electron/store/backups';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 5);

const entry = (id: string, daysAgo: number, over: Partial<CatalogueEntry> = {}): CatalogueEntry =>
  ({
    id,
    kind: 'daily',
    state: 'proved',
    createdAt: new Date(NOW_MS - daysAgo * DAY_MS).toISOString(),
    ...over,
  }) as CatalogueEntry;

describe('what a drill tries', () => {
  const all = [entry('old', 9), entry('new', 1), entry('middle', 4), entry('oldest', 30)];
  const ids = (random: number, entries = all) => choosePoints(entries, () => random).map(({ id }) => id);

  it.each([
    [0, ['new', 'middle']],
    [0.5, ['new', 'old']],
    [0.999, ['new', 'oldest']],
  ])('is the newest and one older by chance (%s)', (random, expected) => {
    expect(ids(random)).toEqual(expected);
  });

  it('is only the newest when there is no other', () => {
    expect(ids(0.5, [entry('one', 1)])).toEqual(['one']);
    expect(ids(0.5, [])).toEqual([]);
  });

  it('leaves out what is not proved and what somebody chose to replace, and takes what is at destinations only', () => {
    const entries = [
      entry('unproved', 0, { state: 'unproved' }),
      entry('failed', 0, { state: 'failed' }),
      entry('missing', 0, { state: 'missing' }),
      entry('safety', 0, { kind: 'safety' }),
      entry('good', 2),
      entry('away', 8, { state: 'elsewhere' }),
    ];
    expect(ids(0, entries)).toEqual(['good', 'away']);
  });
});

describe('when a drill is due', () => {
  it.each([
    ['never held, something to try before the scheduled moment', NOW_MS, null, NOW_MS - DAY_MS, true],
    ['the first restore point is younger than the scheduled moment', NOW_MS, null, NOW_MS + 1, false],
    ['nothing to try', NOW_MS, null, null, false],
    ['held after the scheduled moment', NOW_MS, NOW_MS + 5, NOW_MS - DAY_MS, false],
    ['held at the scheduled moment', NOW_MS, NOW_MS, NOW_MS - DAY_MS, false],
    ['held three weeks ago: made up for once', NOW_MS, NOW_MS - 21 * DAY_MS, NOW_MS - 90 * DAY_MS, true],
  ])('%s', (_name, scheduledMs, lastMs, firstMs, due) => {
    expect(isDrillDue(scheduledMs, lastMs, firstMs)).toBe(due);
  });

  it.each([
    ['within twice the period', NOW_MS - 14 * DAY_MS, null],
    ['after it', NOW_MS - 15 * DAY_MS, 15],
  ])('overdue: %s', (_name, lastMs, days) => {
    expect(drillOverdueDays(7 * DAY_MS, lastMs, null, NOW_MS)).toBe(days);
  });

  it('counts from the first restore point before the first drill', () => {
    expect(drillOverdueDays(7 * DAY_MS, null, NOW_MS - 20 * DAY_MS, NOW_MS)).toBe(20);
    expect(drillOverdueDays(7 * DAY_MS, null, null, NOW_MS)).toBeNull();
  });
});
