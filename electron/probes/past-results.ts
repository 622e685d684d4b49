/** Results of the time before this start, as far as the record of minutes tells of them. */
import { metricKey } from '@shared/metrics';
import type { ProbeConfig, ProbeStatus } from '@shared/monitoring';
import type { MetricKeeper } from '../metrics/types';

export type RecentResult = ProbeStatus['recent'][number];

const KEPT_RESULTS = 60;
const MINUTE_MS = 60_000;
const LONGEST_MS = 24 * 60 * MINUTE_MS;

/** One result for each minute in which was tried, oldest first, at most 60: a failed one when any try failed. */
export async function pastResults(
  probe: { id: string; config: ProbeConfig },
  nowMs: number,
  minutes: MetricKeeper['minutes'],
): Promise<RecentResult[]> {
  const everyMs = Math.max(MINUTE_MS, probe.config.intervalSeconds * 1000);
  const fromMs = nowMs - Math.min(LONGEST_MS, KEPT_RESULTS * everyMs);
  const ups = await minutes(metricKey('probe.up', probe.id), fromMs, nowMs);
  if (ups.length === 0) return [];
  const times = new Map(
    (await minutes(metricKey('probe.time', probe.id), fromMs, nowMs)).map(({ atMs, avg }) => [atMs, avg]),
  );
  return ups.slice(-KEPT_RESULTS).map(({ atMs, min }) => ({ atMs, ok: min >= 1, timeMs: times.get(atMs) ?? 0 }));
}

/** Share of successes; null without any result. */
export function shareOf(results: readonly RecentResult[]): number | null {
  return results.length > 0 ? results.filter(({ ok }) => ok).length / results.length : null;
}
