/** What an application counts from its start on, and what came to it between two looks. */
import type { Histogram } from '../metrics/types';
import { type Exponential, exponentialSince, toHistogram } from './exponential';

export type Totals =
  | { kind: 'number'; value: number }
  | { kind: 'histogram'; histogram: Histogram }
  | { kind: 'exponential'; exponential: Exponential };

/** A histogram with more buckets is not taken. */
export const MOST_BUCKETS = 256;

/** Nothing, of the same kind. */
export function nothingOf(totals: Totals): Totals {
  switch (totals.kind) {
    case 'number':
      return { kind: 'number', value: 0 };
    case 'histogram': {
      const { bounds, counts } = totals.histogram;
      return { kind: 'histogram', histogram: { bounds, counts: counts.map(() => 0), sum: 0 } };
    }
    case 'exponential': {
      const empty = { zero: 0, positive: new Map(), negative: new Map(), sum: 0 };
      return { kind: 'exponential', exponential: { ...totals.exponential, ...empty } };
    }
  }
}

/** What was added between two looks; null when the application began to count anew in between. */
export function addedSince(before: Totals, now: Totals): Totals | null {
  if (before.kind === 'number' && now.kind === 'number') {
    return now.value < before.value ? null : { kind: 'number', value: now.value - before.value };
  }
  if (before.kind === 'histogram' && now.kind === 'histogram') {
    const histogram = histogramSince(before.histogram, now.histogram);
    return histogram && { kind: 'histogram', histogram };
  }
  if (before.kind === 'exponential' && now.kind === 'exponential') {
    const exponential = exponentialSince(before.exponential, now.exponential);
    return exponential && { kind: 'exponential', exponential };
  }
  return null;
}

function histogramSince(before: Histogram, now: Histogram): Histogram | null {
  const sameBounds =
    before.bounds.length === now.bounds.length && before.bounds.every((bound, i) => bound === now.bounds[i]);
  if (!sameBounds) return null;
  const counts = now.counts.map((count, i) => count - (before.counts[i] ?? 0));
  return counts.some((count) => count < 0) ? null : { bounds: now.bounds, counts, sum: now.sum - before.sum };
}

/** The counts as a histogram with explicit bounds, its unit multiplied by `factor`; null for a plain number. */
export function asHistogram(totals: Totals, factor: number): Histogram | null {
  if (totals.kind === 'number') return null;
  const { bounds, counts, sum } = totals.kind === 'histogram' ? totals.histogram : toHistogram(totals.exponential);
  return factor === 1 ? { bounds, counts, sum } : { bounds: bounds.map((b) => b * factor), counts, sum: sum * factor };
}

/** How many things were counted. */
export function countOf(totals: Totals): number {
  const sum = (counts: Iterable<number>) => [...counts].reduce((all, count) => all + count, 0);
  switch (totals.kind) {
    case 'number':
      return totals.value;
    case 'histogram':
      return sum(totals.histogram.counts);
    case 'exponential': {
      const { zero, positive, negative } = totals.exponential;
      return zero + sum(positive.values()) + sum(negative.values());
    }
  }
}
