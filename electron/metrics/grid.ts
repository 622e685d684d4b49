/**
 * Histograms on one grid for all: bounds grow by 2^(1/4), from 2^-20 (about a millionth) to 2^43.5 (about 10^13). Cell 0
 * holds everything up to the first bound, the last cell everything above the last. Histograms on one grid are merged by
 * adding counts, and percentiles come from the merged counts.
 *
 * A percentile is interpolated within its cell, so it is off by at most the width of a cell: 19 % of the value. Counts
 * that arrive with bounds of their own are spread evenly over the cells between two bounds, as Prometheus assumes too:
 * the width of the foreign bucket comes on top then.
 */
import type { Histogram } from './types';

const CELLS_PER_OCTAVE = 4;
const FIRST_EXPONENT = -20;
export const CELLS = 256;
const LAST_CELL = CELLS - 1;
// A bound that was computed elsewhere may be off by its last bit and still belongs to the cell it closes.
const BOUND_SLACK = 1e-9;

/** Upper bound of a cell; the bound itself belongs to the cell. */
export const cellBound = (cell: number): number =>
  cell >= LAST_CELL ? Number.POSITIVE_INFINITY : 2 ** (FIRST_EXPONENT + cell / CELLS_PER_OCTAVE);

/** The cell of a value; zero and what is below it are in the first. */
export function cellOf(value: number): number {
  if (value <= cellBound(0)) return 0;
  const cell = Math.ceil((Math.log2(value) - FIRST_EXPONENT) * CELLS_PER_OCTAVE - BOUND_SLACK);
  return Math.min(LAST_CELL, cell);
}

export interface Spread {
  cells: [cell: number, count: number][];
  count: number;
  /** No value was below or above these. */
  min: number;
  max: number;
}

/** Counts with bounds of their own on the grid; null when they are no histogram, or an empty one. */
export function spreadOf({ bounds, counts, sum }: Histogram): Spread | null {
  const sane = (count: number) => Number.isFinite(count) && count >= 0;
  const whole = counts.length === bounds.length + 1 && bounds.every(Number.isFinite) && counts.every(sane);
  if (!whole || !Number.isFinite(sum)) return null;
  const cells = new Map<number, number>();
  const result: Spread = { cells: [], count: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  for (const [i, raw] of counts.entries()) {
    const count = Math.round(raw);
    if (count === 0) continue;
    const above = i === bounds.length;
    const upper = above ? (bounds.at(-1) ?? sum / count) : (bounds[i] ?? 0);
    // All that is known of values above the last bound is that bound; the first bucket begins at zero.
    const lower = above ? upper : (bounds[i - 1] ?? Math.min(0, upper));
    spread(cells, lower, upper, count);
    result.count += count;
    result.min = Math.min(result.min, lower);
    result.max = Math.max(result.max, upper);
  }
  if (result.count === 0) return null;
  result.cells = [...cells].toSorted(([a], [b]) => a - b);
  // The average is exact: where it lies above the last bound, the largest value does too.
  const average = sum / result.count;
  result.min = Math.min(result.min, average);
  result.max = Math.max(result.max, average);
  return result;
}

function spread(cells: Map<number, number>, lower: number, upper: number, count: number): void {
  const last = cellOf(upper);
  let given = 0;
  for (let cell = cellOf(lower); cell <= last && given < count; cell++) {
    const share = cell === last ? 1 : (cellBound(cell) - lower) / (upper - lower);
    const upTo = Math.round(count * Math.min(1, Math.max(0, share)));
    if (upTo > given) cells.set(cell, (cells.get(cell) ?? 0) + upTo - given);
    given = Math.max(given, upTo);
  }
}

/**
 * Quantiles (each 0…1, ascending) of counts by cell, interpolated in their cells as Prometheus's `histogram_quantile`
 * does; never outside `min` and `max`, which are exact. NaN without counts.
 */
export function quantiles(
  counts: ReadonlyMap<number, number>,
  wanted: readonly number[],
  min: number,
  max: number,
): number[] {
  const cells = [...counts].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
  const total = cells.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return wanted.map(() => Number.NaN);
  let [place, before] = [0, 0];
  return wanted.map((q) => {
    const rank = q * total;
    while (place < cells.length - 1 && before + (cells[place]?.[1] ?? 0) < rank) before += cells[place++]?.[1] ?? 0;
    const [cell, count] = cells[place] ?? [0, 1];
    const lower = Math.max(min, cell === 0 ? Number.NEGATIVE_INFINITY : cellBound(cell - 1));
    const upper = Math.min(max, cellBound(cell));
    return Math.min(max, Math.max(min, lower + ((upper - lower) * (rank - before)) / count));
  });
}
