import { expect, test } from 'vitest';
import { bucketOf } from '../../../electron/metrics/index-read';
import { planQuery, startsOf } from '../../../electron/metrics/query-plan';
import { DAY, HOUR, MINUTE } from './fixture';

const now = Date.parse('2026-07-15T10:20:30Z');
const plan = (rangeMs: number, points: number, zone = 'UTC') =>
  planQuery({ fromMs: now - rangeMs, toMs: now, points }, now, zone);

test.each([
  { range: '5 min', rangeMs: 5 * MINUTE, tier: '1m', live: true, count: 6, stepMs: MINUTE },
  { range: '1 h', rangeMs: HOUR, tier: '1m', live: true, count: 61, stepMs: MINUTE },
  { range: '24 h', rangeMs: DAY, tier: '1m', live: false, count: 721, stepMs: 2 * MINUTE },
  { range: '7 d', rangeMs: 7 * DAY, tier: '1m', live: false, count: 1_121, stepMs: 9 * MINUTE },
  { range: '30 d', rangeMs: 30 * DAY, tier: '1h', live: false, count: 721, stepMs: HOUR },
  { range: '1 y', rangeMs: 365 * DAY, tier: '1h', live: false, count: 1_096, stepMs: 8 * HOUR },
  { range: '8 y', rangeMs: 8 * 365 * DAY, tier: '1d', live: false, count: 975, stepMs: 3 * DAY },
])('$range in 1 200 points comes from $tier', ({ rangeMs, tier, live, count, stepMs }) => {
  const made = plan(rangeMs, 1_200);
  expect({ tier: made.tier, live: made.live }).toEqual({ tier, live });
  expect({ count: made.grid.count, stepMs: made.grid.stepMs }).toEqual({ count, stepMs });
});

test('the coarsest cadence with a point a pixel is taken, so that a narrow chart costs little', () => {
  expect(plan(365 * DAY, 300).tier).toBe('1d');
  expect(plan(7 * DAY, 100).tier).toBe('1h');
  expect(plan(24 * HOUR, 24).tier).toBe('1h');
  expect(plan(24 * HOUR, 25).tier).toBe('1m');
});

test('a range older than a cadence is kept comes from the next', () => {
  const old = (agoMs: number) =>
    planQuery({ fromMs: now - agoMs, toMs: now - agoMs + HOUR, points: 1_200 }, now, 'UTC').tier;
  expect([old(13 * DAY), old(15 * DAY), old(399 * DAY), old(401 * DAY)]).toEqual(['1m', '1h', '1h', '1d']);
});

test('never more buckets than points, every moment of the range in one of them', () => {
  for (const rangeMs of [0, 1, MINUTE, 59 * MINUTE, 26 * HOUR, 3 * DAY + 7, 45 * DAY, 500 * DAY]) {
    for (const points of [1, 2, 7, 800]) {
      for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu']) {
        const { grid } = plan(rangeMs, points, zone);
        const starts = startsOf(grid);
        expect(starts).toHaveLength(grid.count);
        expect(grid.count).toBeLessThanOrEqual(points);
        if (rangeMs === 0) continue;
        expect(starts[0]).toBeLessThanOrEqual(now - rangeMs);
        expect(grid.endMs).toBeGreaterThanOrEqual(now);
        for (const [i, start] of starts.entries()) expect(bucketOf(grid, start)).toBe(i);
      }
    }
  }
});

test('buckets stay where they are while the range moves', () => {
  const first = planQuery({ fromMs: now - 7 * DAY, toMs: now, points: 500 }, now, 'UTC').grid;
  const later = planQuery({ fromMs: now - 7 * DAY + HOUR, toMs: now + HOUR, points: 500 }, now + HOUR, 'UTC').grid;
  expect(later.stepMs).toBe(first.stepMs);
  expect((later.startMs - first.startMs) % first.stepMs).toBe(0);
});

test('days are local: 23 hours in spring, 25 in autumn', () => {
  const lengths = (from: string, to: string) => {
    const toMs = Date.parse(to);
    const { grid } = planQuery({ fromMs: Date.parse(from), toMs, points: 3 }, toMs + 500 * DAY, 'Europe/Berlin');
    const ends = [...startsOf(grid).slice(1), grid.endMs];
    return ends.map((end, i) => (end - startsOf(grid)[i]!) / HOUR);
  };
  expect(lengths('2026-03-27T23:00:00Z', '2026-03-30T20:00:00Z')).toEqual([24, 23, 24]);
  expect(lengths('2026-10-23T22:00:00Z', '2026-10-26T20:00:00Z')).toEqual([24, 25, 24]);
});
