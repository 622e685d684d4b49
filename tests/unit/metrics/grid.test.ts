import { expect, test } from 'vitest';
import { cellBound, cellOf, CELLS, quantiles, spreadOf } from '../../../electron/metrics/grid';
import { restoreSample, roundSample } from '../../../electron/metrics/samples';

const quantile = (counts: ReadonlyMap<number, number>, q: number, min: number, max: number) =>
  quantiles(counts, [q], min, max)[0]!;

/** The same numbers in every run. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state + 1) / 2_147_483_649;
  });
}

const counted = (values: readonly number[]) => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(cellOf(value), (counts.get(cellOf(value)) ?? 0) + 1);
  return counts;
};
const exact = (values: readonly number[], q: number) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(q * sorted.length) - 1]!;
};

test('a bound belongs to the cell it closes, and every value to the cell around it', () => {
  for (let cell = 0; cell < CELLS - 1; cell++) expect(cellOf(cellBound(cell))).toBe(cell);
  for (const value of [1e-6, 0.003, 1, 42, 1e6, 1e12]) {
    const cell = cellOf(value);
    expect(value).toBeLessThanOrEqual(cellBound(cell));
    expect(value).toBeGreaterThan(cellBound(cell - 1));
  }
  expect([cellOf(0), cellOf(-5), cellOf(1e300)]).toEqual([0, 0, CELLS - 1]);
});

test('percentiles of merged histograms are the exact ones to the width of a cell, unlike averages of percentiles', () => {
  // A quiet time with many fast answers, and a short one with slow answers.
  const quiet = numbers(9_000, 1).map((x) => 5 + 10 * x);
  const busy = numbers(1_000, 2).map((x) => 200 + 1_800 * x ** 3);
  const all = [...quiet, ...busy];
  const merged = counted(quiet);
  for (const [cell, count] of counted(busy)) merged.set(cell, (merged.get(cell) ?? 0) + count);
  const [min, max] = [Math.min(...all), Math.max(...all)];
  for (const q of [0.5, 0.9, 0.95, 0.99]) {
    const found = quantile(merged, q, min, max);
    expect(Math.abs(found / exact(all, q) - 1), `p${q * 100}`).toBeLessThan(0.19);
  }
  const averaged = (exact(quiet, 0.99) + exact(busy, 0.99)) / 2;
  expect(Math.abs(averaged / exact(all, 0.99) - 1)).toBeGreaterThan(0.3);
});

test('a percentile never leaves what was measured', () => {
  const same = counted([7, 7, 7]);
  expect([0.01, 0.5, 0.99].map((q) => quantile(same, q, 7, 7))).toEqual([7, 7, 7]);
  expect(quantile(new Map(), 0.5, 0, 0)).toBeNaN();
  expect(quantile(new Map([[CELLS - 1, 4]]), 0.5, 3e13, 5e13)).toBe(4e13);
  expect(quantile(new Map([[0, 2]]), 0.5, -8, -4)).toBe(-6);
  const wide = counted(numbers(500, 9).map((x) => 1 + 1_000 * x));
  const all = [0, 0.1, 0.5, 0.95, 1];
  expect(quantiles(wide, all, 1, 1_001)).toEqual(all.map((q) => quantile(wide, q, 1, 1_001)));
});

test('counts with bounds of their own keep their number and their percentiles to the width of both', () => {
  const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const values = numbers(5_000, 3).map((x) => 0.002 + 6 * x ** 4);
  const counts = [...bounds, Infinity].map(
    (bound, i) => values.filter((value) => value <= bound && value > (bounds[i - 1] ?? -1)).length,
  );
  const spread = spreadOf({ bounds, counts, sum: values.reduce((sum, one) => sum + one, 0) })!;
  expect(spread.count).toBe(5_000);
  expect(spread.cells.reduce((sum, [, count]) => sum + count, 0)).toBe(5_000);
  for (const q of [0.5, 0.95, 0.99]) {
    const found = quantile(new Map(spread.cells), q, spread.min, spread.max);
    const around = bounds.findIndex((bound) => exact(values, q) <= bound);
    expect(found).toBeGreaterThan((bounds[around - 1] ?? 0) / 1.19);
    expect(found).toBeLessThan(bounds[around]! * 1.19);
  }
});

test('what is above all bounds counts as the last bound, unless the average says more', () => {
  expect(spreadOf({ bounds: [1, 2], counts: [0, 0, 4], sum: 8 })).toMatchObject({ count: 4, min: 2, max: 2 });
  expect(spreadOf({ bounds: [1, 2], counts: [0, 0, 4], sum: 40 })).toMatchObject({ count: 4, min: 2, max: 10 });
  expect(spreadOf({ bounds: [1, 2], counts: [1, 0, 0], sum: 0.3 })).toMatchObject({ count: 1, min: 0, max: 1 });
});

test.each([
  { what: 'too few counts', histogram: { bounds: [1, 2], counts: [1, 2], sum: 3 } },
  { what: 'a negative count', histogram: { bounds: [1], counts: [1, -1], sum: 3 } },
  { what: 'a sum that is no number', histogram: { bounds: [1], counts: [1, 1], sum: Number.NaN } },
  { what: 'nothing counted', histogram: { bounds: [1], counts: [0, 0], sum: 0 } },
])('$what is no measurement', ({ histogram }) => {
  expect(spreadOf(histogram)).toBeNull();
});

test('five digits are kept, whole numbers below ten million exactly, and 32-bit floats give them back', () => {
  expect(roundSample(0.123456789)).toBe(0.12346);
  expect(roundSample(9_999_999)).toBe(9_999_999);
  expect(roundSample(123_456_789)).toBe(123_460_000);
  const samples = numbers(20_000, 4).map((x, i) => roundSample((x - 0.5) * 10 ** ((i % 60) - 30)));
  for (const sample of [...samples, 0, 0.01, 0.001, 0.1, 1e-35, 12_346_000_384, 16_777_217, 0.99999, 99_999.5]) {
    const kept = roundSample(sample);
    expect(restoreSample(Math.fround(kept))).toBe(kept);
  }
});
