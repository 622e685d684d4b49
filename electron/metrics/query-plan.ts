/** What a chart gets: which cadence, and which buckets. Pure. */
import type { MetricQuery, Tier } from '@shared/metrics';
import { dayNumber, startOfDayNumber } from './local-days';
import type { Grid } from './index-read';
import { INDEX_KEPT_MS } from './index-sync';
import { RAW_KEPT_MS } from './raw-values';
import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS } from './samples';

export const TIER_MS: Record<Tier, number> = { '1m': MINUTE_MS, '1h': HOUR_MS, '1d': DAY_MS };
const COARSEST_FIRST: Tier[] = ['1d', '1h', '1m'];

export interface Plan {
  tier: Tier;
  grid: Grid;
  /** Plain metrics are answered with their measurements: minutes would give too few points. */
  live: boolean;
}

/**
 * The coarsest cadence that still gives a point a pixel; the finest that is kept for the range when none does. Buckets
 * are as wide as it takes to be no more than `points`, and lie at multiples of their width, so that they stay where they
 * are while the range moves.
 */
export function planQuery({ fromMs, toMs, points }: Omit<MetricQuery, 'keys'>, nowMs: number, timeZone: string): Plan {
  const most = Math.max(1, Math.floor(points));
  const rangeMs = Math.max(0, toMs - fromMs);
  const enough = COARSEST_FIRST.find((tier) => rangeMs / TIER_MS[tier] >= most) ?? '1m';
  const kept = COARSEST_FIRST.toReversed().find((tier) => fromMs >= nowMs - INDEX_KEPT_MS[tier]) ?? '1d';
  const tier = TIER_MS[kept] > TIER_MS[enough] ? kept : enough;
  const live = tier === '1m' && fromMs >= nowMs - RAW_KEPT_MS && rangeMs / MINUTE_MS < most;
  return {
    tier,
    live,
    grid: tier === '1d' ? gridOfDays(fromMs, toMs, most, timeZone) : evenGrid(tier, fromMs, toMs, most),
  };
}

function evenGrid(tier: Tier, fromMs: number, toMs: number, most: number): Grid {
  const unit = TIER_MS[tier];
  for (let width = Math.max(1, Math.ceil((toMs - fromMs) / unit / most)); ; width++) {
    const stepMs = width * unit;
    // One bucket cannot keep its place: its range may lie across any multiple.
    const startMs = floorTo(fromMs, most === 1 ? unit : stepMs);
    const count = Math.max(0, Math.ceil((toMs - startMs) / stepMs));
    if (count <= most) return { startMs, endMs: startMs + count * stepMs, count, stepMs, starts: null };
  }
}

function gridOfDays(fromMs: number, toMs: number, most: number, timeZone: string): Grid {
  const first = dayNumber(fromMs, timeZone);
  const end = toMs > fromMs ? dayNumber(toMs - 1, timeZone) + 1 : first;
  for (let width = Math.max(1, Math.ceil((end - first) / most)); ; width++) {
    const start = most === 1 ? first : floorTo(first, width);
    const count = Math.ceil((end - start) / width);
    if (count > most) continue;
    const starts = Float64Array.from({ length: count }, (_, i) => startOfDayNumber(start + i * width, timeZone));
    const endMs = startOfDayNumber(start + count * width, timeZone);
    return { startMs: starts[0] ?? endMs, endMs, count, stepMs: width * DAY_MS, starts };
  }
}

/** Starts of all buckets. */
export function startsOf(grid: Grid): Float64Array {
  return grid.starts?.slice() ?? Float64Array.from({ length: grid.count }, (_, i) => grid.startMs + i * grid.stepMs);
}
