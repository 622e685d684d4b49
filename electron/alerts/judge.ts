/** Reads what a rule compares from what was measured. */
import type { RuleConfig } from '@shared/alerting';
import { METRICS, metricKey, type MetricGroup, type MetricName, parseMetricKey } from '@shared/metrics';
import type { MetricKeeper, WindowFigures } from '../metrics/types';
import type { Gate, Reading } from './machine';
import type { Now } from './record';

/** A last value counts for so long: what is measured with the machine, and what is asked for at its own pace. */
const FRESH_MS = 300_000;
const FRESH_SLOW_MS = 86_400_000;
const SLOW: ReadonlySet<MetricGroup> = new Set(['operation', 'application', 'business', 'probe']);
/** Longer windows are judged again this long after a gap, though they hold it still: else they never might be. */
const LONGEST_WAIT_MS = 3_600_000;
/** A window that reaches back over so much of itself is full, also just after a start. */
const FULL_SHARE = 0.8;
/** The second condition counts as over so far above its line. */
const WELL_ABOVE = 1.1;
/** No value means that it is well, as long as the other metric of the same subject is measured. */
const ABSENT_IS_WELL: Partial<Record<MetricName, MetricName>> = { 'disk.full-in': 'disk.used' };

/** Since when there is a course without gaps, on the monotonic clock. */
export interface Settled {
  startedMonoMs: number;
  gapEndMonoMs: number;
  /** Nothing is judged before: values just after sleep are those of waking up. */
  holdUntilMonoMs: number;
}

/** What is compared with the rule's levels now. What is thrown becomes a reading, and `onError` hears of it. */
export function read(
  config: RuleConfig,
  metric: string,
  keeper: Pick<MetricKeeper, 'window'>,
  settled: Settled,
  now: Now,
  onError: (thrown: unknown) => void,
): Reading {
  if (now.monoMs < settled.holdUntilMonoMs) return { kind: 'held' };
  const windowMs = config.windowSeconds * 1_000;
  const waitMs = Math.min(windowMs, LONGEST_WAIT_MS);
  if (now.monoMs - settled.gapEndMonoMs < waitMs) return { kind: 'held' };
  try {
    return judge(config, metric, keeper, now.monoMs - settled.startedMonoMs < waitMs, now);
  } catch (thrown) {
    onError(thrown);
    return { kind: 'error', reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function judge(
  config: RuleConfig,
  metric: string,
  keeper: Pick<MetricKeeper, 'window'>,
  justStarted: boolean,
  now: Now,
): Reading {
  const parsed = parseMetricKey(metric);
  if (!parsed) return { kind: 'error', reason: `there is no metric ${metric}` };
  const freshMs = SLOW.has(METRICS[parsed.name].group) ? FRESH_SLOW_MS : FRESH_MS;
  const windowMs = config.windowSeconds * 1_000 || freshMs;
  const figures = keeper.window(metric, windowMs, now.wallMs);
  const value = figures.count === 0 ? Number.NaN : valueOf(config, figures);
  if (Number.isNaN(value)) {
    const other = ABSENT_IS_WELL[parsed.name];
    const key = other && metricKey(other, parsed.subject ?? undefined);
    if (!key || keeper.window(key, FRESH_MS, now.wallMs).count === 0) return { kind: 'none' };
    return { kind: 'value', value: config.direction === 'above' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
  }
  // Just started: a window with little in it tells of the start, not of the machine.
  const reachesBack = figures.firstAtMs !== null && now.wallMs - figures.firstAtMs >= windowMs * FULL_SHARE;
  if (justStarted && !reachesBack) return { kind: 'held' };
  if (config.levels.every(({ andBelow }) => andBelow === null)) return { kind: 'value', value };
  const gates = config.levels.map(({ andBelow }): Gate => {
    if (!andBelow) return 'met';
    const key = metricKey(andBelow.name as MetricName, parsed.subject ?? undefined);
    const second = keeper.window(key, freshMs, now.wallMs);
    if (second.count === 0) return 'between';
    return second.last < andBelow.value ? 'met' : second.last > andBelow.value * WELL_ABOVE ? 'clear' : 'between';
  });
  return { kind: 'value', value, gates };
}

function valueOf({ aggregate, windowSeconds }: RuleConfig, figures: WindowFigures): number {
  return windowSeconds === 0 ? figures.last : figures[aggregate];
}
