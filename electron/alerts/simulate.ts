/**
 * What a rule would have done with what was measured: the same machine, recognition of flapping, grouping and policy as
 * the engine's, over the minutes that were kept.
 *
 * What it cannot see: what happened within a minute (it looks once a minute, where the engine looks six times; of
 * percentiles it sees those of the minutes' averages), pauses, snoozes, acknowledgements, other alerts that explain this
 * one, and the limits of channels. It tells one channel that takes every severity.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { RuleConfig, Simulation } from '@shared/alerting';
import { metricKey, type MetricName, parseMetricKey } from '@shared/metrics';
import type { Settings } from '@shared/settings';
import type { MetricKeeper, MinutePoint, WindowFigures } from '../metrics/types';
import { AlertBook } from './book';
import { Calendar } from './calendar';
import { read, type Settled } from './judge';
import type { PolicyChannel } from './policy';
import { isOpen, type Now } from './record';
import { watchOfRule } from './rules';
import { HOLD_AFTER_SLEEP_MS, tell } from './telling';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
/** The loop is given free after so long. */
const SLICE_MS = 8;
/** Measured whenever anything is: minutes without it are those in which nothing ran. */
const PULSE = metricKey('cpu.busy');
const CHANNEL: PolicyChannel = { id: 'simulation', config: { name: '', enabled: true, minSeverity: 'LOW' } };
const NOTHING_AROUND = { isOffline: () => false, isRestoring: () => false, mountOf: () => null };
const ALL_ON = { backupFailed: true, backupOverdue: true };

export interface SimulationInput {
  keeper: Pick<MetricKeeper, 'minutes'>;
  /** The keys the rule stands for. */
  keys: readonly string[];
  settings: Pick<Settings, 'quietHours' | 'digestAt'>;
  timeZone: string;
  toMs: number;
  /** How far it looks back; seven days. */
  lengthMs?: number;
}

/** Looks at a week of minutes, in slices that leave the loop free. Rejects with what the keeper rejects with. */
export async function simulateRule(config: RuleConfig, input: SimulationInput): Promise<Simulation> {
  const toMs = Math.floor(input.toMs / MINUTE_MS) * MINUTE_MS;
  const fromMs = toMs - (input.lengthMs ?? WEEK_MS);
  const minutes = new Minutes(await coursesOf(config, input, fromMs, toMs));
  const run = new Run(config, input, minutes, fromMs);
  let sliceEndsMs = performance.now() + SLICE_MS;
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) {
    run.minute(atMs);
    if (performance.now() < sliceEndsMs) continue;
    await breathe();
    sliceEndsMs = performance.now() + SLICE_MS;
  }
  return run.result(toMs);
}

async function coursesOf(
  config: RuleConfig,
  { keeper, keys }: SimulationInput,
  fromMs: number,
  toMs: number,
): Promise<Map<string, readonly MinutePoint[]>> {
  const courses = new Map<string, readonly MinutePoint[]>();
  const wanted = new Set([PULSE, ...keys]);
  for (const key of keys) {
    const parsed = parseMetricKey(key);
    for (const { andBelow } of config.levels) {
      if (andBelow) wanted.add(metricKey(andBelow.name as MetricName, parsed?.subject ?? undefined));
    }
    if (parsed?.name === 'disk.full-in') wanted.add(metricKey('disk.used', parsed.subject ?? undefined));
  }
  for (const key of wanted) courses.set(key, await keeper.minutes(key, fromMs, toMs));
  return courses;
}

/** Answers as the keeper does, from minutes alone. A minute counts once it is over. */
class Minutes {
  constructor(private readonly courses: ReadonlyMap<string, readonly MinutePoint[]>) {}

  window(key: string, windowMs: number, nowMs: number): WindowFigures {
    const points = this.courses.get(key) ?? [];
    const end = firstAfter(points, nowMs - MINUTE_MS);
    const begin = firstAfter(points, nowMs - windowMs - MINUTE_MS);
    const figures = { count: 0, last: Number.NaN, lastAtMs: null, firstAtMs: null, avg: Number.NaN };
    if (end <= begin) return { ...figures, min: Number.NaN, max: Number.NaN, p95: Number.NaN, p99: Number.NaN };
    let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const averages: number[] = [];
    for (let index = begin; index < end; index += 1) {
      const point = points[index];
      if (!point) continue;
      count += point.count;
      sum += point.avg * point.count;
      min = Math.min(min, point.min);
      max = Math.max(max, point.max);
      averages.push(point.avg);
    }
    const [first, last] = [points[begin], points[end - 1]];
    const ranked = lazily(() => Float64Array.from(averages).sort());
    const share = (part: number) => ranked()[Math.ceil(part * averages.length) - 1] ?? Number.NaN;
    return {
      ...{ count, min, max, avg: sum / count, last: last?.avg ?? Number.NaN },
      firstAtMs: first?.atMs ?? null,
      lastAtMs: last?.atMs ?? null,
      get p95() {
        return share(0.95);
      },
      get p99() {
        return share(0.99);
      },
    };
  }

  has(key: string, atMs: number): boolean {
    const points = this.courses.get(key) ?? [];
    return points[firstAfter(points, atMs) - 1]?.atMs === atMs;
  }

  /** Nothing ran in that minute. Where the pulse was never measured everything counts as awake. */
  isAsleep(atMs: number): boolean {
    return (this.courses.get(PULSE)?.length ?? 0) > 0 && !this.has(PULSE, atMs);
  }
}

/** Index of the first point after a moment. */
function firstAfter(points: readonly MinutePoint[], atMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

class Run {
  private readonly watches;
  private readonly book: AlertBook;
  private readonly settled: Settled;
  private readonly calendar: Calendar;
  private readonly notifications: Simulation['notifications'] = [];
  private readonly episodes: Simulation['episodes'] = [];
  private readonly open = new Map<string, Simulation['episodes'][number]>();
  private ids = 0;
  private suppressed = 0;
  private measured = 0;
  private slept = false;

  constructor(
    private readonly config: RuleConfig,
    input: SimulationInput,
    private readonly minutes: Minutes,
    private readonly fromMs: number,
  ) {
    const rule = { id: 'simulation', config: { ...config, channelIds: null } };
    this.watches = input.keys.map((key) => watchOfRule(rule, key, () => null));
    this.book = new AlertBook(() => String((this.ids += 1)));
    const never = Number.NEGATIVE_INFINITY;
    this.calendar = new Calendar({
      store: { facts: { read: () => null, write: () => undefined } },
      settings: () => input.settings,
      timeZone: () => input.timeZone,
    });
    this.settled = { startedMonoMs: fromMs, gapEndMonoMs: never, holdUntilMonoMs: never };
  }

  /** Looks at the end of the minute that begins at `atMs`. */
  minute(atMs: number): void {
    const endMs = atMs + MINUTE_MS;
    const now: Now = { wallMs: endMs, monoMs: endMs };
    if (this.minutes.isAsleep(atMs)) {
      this.slept = true;
      return;
    }
    if (this.slept) this.wake(now);
    if (this.watches.some(({ metric }) => this.minutes.has(metric, atMs))) this.measured += 1;
    for (const watch of this.watches) {
      const reading = read(this.config, watch.metric, this.minutes, this.settled, now, () => undefined);
      this.book.judge(watch, reading, now);
      this.follow(watch.key, watch.metric, now);
    }
    this.tell(now);
  }

  private wake(now: Now): void {
    this.slept = false;
    this.settled.gapEndMonoMs = now.monoMs;
    this.settled.holdUntilMonoMs = now.monoMs + HOLD_AFTER_SLEEP_MS;
    this.book.gap();
  }

  private tell(now: Now): void {
    const { policy } = this.calendar.look(this.book, this.settled, now);
    if (this.book.live.size === 0) return;
    const round = tell(this.book, [CHANNEL], { ...policy, switches: ALL_ON }, NOTHING_AROUND, now);
    this.suppressed += round.withheld;
    for (const { news } of round.sent) {
      const kind = (['alert', 'unstable', 'repeat', 'resolved'] as const).find((one) => news.includes(one));
      if (kind) this.notifications.push({ atMs: now.wallMs, kind });
    }
    for (const track of this.book.dirty) this.book.written(track, now);
  }

  private follow(key: string, metric: string, now: Now): void {
    const record = this.book.tracks.get(key)?.record ?? null;
    const episode = this.open.get(key);
    if (isOpen(record) && record.firingSinceMs !== null) {
      const worse = this.config.direction === 'above' ? Math.max : Math.min;
      const value = record.value ?? Number.NaN;
      if (episode) {
        episode.severity = record.severity;
        if (!Number.isNaN(value)) episode.peak = worse(episode.peak, value);
        return;
      }
      const begun = { metric, severity: record.severity, firedAtMs: now.wallMs, resolvedAtMs: null, peak: value };
      this.open.set(key, begun);
      this.episodes.push(begun);
    } else if (episode) {
      episode.resolvedAtMs = now.wallMs;
      this.open.delete(key);
    }
  }

  result(toMs: number): Simulation {
    const covered = this.measured / ((toMs - this.fromMs) / MINUTE_MS);
    const { fromMs, episodes, notifications, suppressed } = this;
    return { fromMs, toMs, covered, episodes, notifications, suppressed };
  }
}
