/** Histograms whose bounds are powers of one base, as OpenTelemetry counts them. */
import type { Histogram } from '../metrics/types';

/**
 * Bucket `i` counts values above base^i up to base^(i+1), where base = 2^(2^-scale); `negative` counts values by their
 * size; `zero` those at most `zeroThreshold` from 0.
 */
export interface Exponential {
  scale: number;
  zeroThreshold: number;
  zero: number;
  positive: ReadonlyMap<number, number>;
  negative: ReadonlyMap<number, number>;
  sum: number;
}

const SIDES = ['positive', 'negative'] as const;

/** The same counts with a base that is 2^`steps` times as coarse in its exponent. */
function coarser(buckets: ReadonlyMap<number, number>, steps: number): Map<number, number> {
  const merged = new Map<number, number>();
  for (const [index, count] of buckets) {
    const place = index >> steps;
    merged.set(place, (merged.get(place) ?? 0) + count);
  }
  return merged;
}

/** What was counted between two totals; null when the later is no continuation of the earlier. */
export function exponentialSince(before: Exponential, now: Exponential): Exponential | null {
  // A range that grew is counted with a coarser base; a finer one is a new beginning.
  const steps = before.scale - now.scale;
  if (steps < 0 || steps > 31 || before.zeroThreshold !== now.zeroThreshold || now.zero < before.zero) return null;
  const added = { positive: new Map<number, number>(), negative: new Map<number, number>() };
  for (const side of SIDES) {
    const earlier = coarser(before[side], steps);
    for (const [index, count] of now[side]) {
      const difference = count - (earlier.get(index) ?? 0);
      if (difference < 0) return null;
      if (difference > 0) added[side].set(index, difference);
      earlier.delete(index);
    }
    if ([...earlier.values()].some((count) => count > 0)) return null;
  }
  return { ...now, ...added, zero: now.zero - before.zero, sum: now.sum - before.sum };
}

/** The same counts with explicit bounds: only the buckets in use and their neighbours. */
export function toHistogram({ scale, zeroThreshold, zero, positive, negative, sum }: Exponential): Histogram {
  const bound = (index: number) => 2 ** (index * 2 ** -scale);
  const buckets: { from: number; to: number; count: number }[] = [];
  for (const [index, count] of negative) buckets.push({ from: -bound(index + 1), to: -bound(index), count });
  if (zero > 0) buckets.push({ from: 0 - zeroThreshold, to: zeroThreshold, count: zero });
  for (const [index, count] of positive) buckets.push({ from: bound(index), to: bound(index + 1), count });
  buckets.sort((a, b) => a.to - b.to);
  const bounds: number[] = [];
  const counts: number[] = [];
  let above = 0;
  for (const { from, to, count } of buckets) {
    const last = bounds.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (from > last && Number.isFinite(from)) {
      bounds.push(from);
      counts.push(0);
    }
    if (!Number.isFinite(to)) above += count;
    else if (to > (bounds.at(-1) ?? Number.NEGATIVE_INFINITY)) {
      bounds.push(to);
      counts.push(count);
    } else counts.push((counts.pop() ?? 0) + count);
  }
  return { bounds, counts: [...counts, above], sum };
}
