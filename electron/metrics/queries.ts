/** Answers charts: what memory has from memory, what is older from the index. */
import { setImmediate as pause } from 'node:timers/promises';
import type { MetricAnswer, MetricGap, MetricQuery, MetricSeries, Tier } from '@shared/metrics';
import { wrapError } from '../errors/wrap';
import { addMemory, foldedSeries } from './folded-series';
import type { GapBook } from './gap-book';
import { emptyFolds, type FoldAnswer, type Grid } from './index-read';
import type { IndexBackend } from './index-service';
import { INDEX_KEPT_MS } from './index-sync';
import { liveSeries } from './live-series';
import { dayStart, nextDay } from './local-days';
import { isHistogram, type MetricMemory } from './memory';
import { planQuery } from './query-plan';
import type { RecordKeeping } from './record-keeping';
import { floorTo, HOUR_MS, MINUTE_MS, restoreSample } from './samples';
import type { MinutePoint } from './types';

/** So many hours before the one in hand are answered from memory: the longest local day. */
export const MEMORY_MS = 25 * HOUR_MS;

export interface QueryParts {
  memory: MetricMemory;
  gaps: GapBook;
  index: IndexBackend;
  keeping: RecordKeeping;
  /** Resolves when memory has what the record has of the last hours. */
  loaded(): Promise<void>;
  /** Since when all closed minutes are in memory. */
  completeSinceMs(): number;
  /** Since when all measurements are among the raw values. */
  rawSinceMs(): number;
  nowMs(): number;
  timeZone(): string;
}

export class MetricQueries {
  private readonly parts: QueryParts;

  constructor(parts: QueryParts) {
    this.parts = parts;
  }

  /** Rejects with a `HoldfastError` when the index cannot be asked. */
  async query({ keys, fromMs, toMs, points }: MetricQuery): Promise<MetricAnswer> {
    await this.parts.loaded();
    const startedAt = performance.now();
    const { memory } = this.parts;
    const nowMs = this.parts.nowMs();
    const { tier, live, grid } = planQuery({ fromMs, toMs, points }, nowMs, this.parts.timeZone());
    const wanted = [...new Set(keys)];
    const folded = wanted.filter((key) => !live || isHistogram(key));
    const cutMs = this.cut(tier, nowMs);
    const answer = await this.folds(tier, folded, grid, cutMs);
    const courses = await foldedSeries(answer, memory, folded, tier, grid, cutMs, () => pause());
    const byKey = new Map(courses.map((one) => [one.key, one]));
    const series = wanted.map(
      (key): MetricSeries => byKey.get(key) ?? liveSeries(memory, key, fromMs, toMs, points, this.parts.rawSinceMs()),
    );
    const gaps = live ? this.gapsInMemory(fromMs, toMs) : await this.gapsOf(fromMs, toMs, grid.stepMs);
    return { series, gaps, tookMs: performance.now() - startedAt };
  }

  /** Closed minutes and the one in hand, oldest first. */
  async minutes(key: string, fromMs: number, toMs: number): Promise<MinutePoint[]> {
    await this.parts.loaded();
    const nowMs = this.parts.nowMs();
    const startMs = Math.max(Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS, floorTo(nowMs - INDEX_KEPT_MS['1m'], HOUR_MS));
    const count = Math.max(0, Math.ceil((toMs - startMs) / MINUTE_MS));
    const grid: Grid = { startMs, endMs: startMs + count * MINUTE_MS, count, stepMs: MINUTE_MS, starts: null };
    const cutMs = this.cut('1m', nowMs);
    const { folds } = await this.folds('1m', [key], grid, cutMs);
    addMemory(folds, this.parts.memory, key, 0, grid, cutMs);
    const points: MinutePoint[] = [];
    for (let i = 0; i < count; i++) {
      const n = folds[i] ?? 0;
      if (n === 0) continue;
      const [min, sum, max] = [folds[count + i] ?? 0, folds[2 * count + i] ?? 0, folds[3 * count + i] ?? 0];
      points.push({
        atMs: startMs + i * MINUTE_MS,
        count: n,
        min: restoreSample(min),
        avg: restoreSample(sum / n),
        max: restoreSample(max),
      });
    }
    return points;
  }

  /** What begins here or later is in memory. For days it is the begin of one. */
  private cut(tier: Tier, nowMs: number): number {
    const fromMs = Math.max(this.parts.completeSinceMs(), floorTo(nowMs, HOUR_MS) - MEMORY_MS);
    if (tier !== '1d') return fromMs;
    const zone = this.parts.timeZone();
    const start = dayStart(fromMs, zone);
    return start === fromMs ? start : nextDay(fromMs, zone);
  }

  /** What the index has of the time before `cutMs`; it is not asked when that is nothing. */
  private async folds(tier: Tier, keys: string[], grid: Grid, cutMs: number): Promise<FoldAnswer> {
    if (keys.length === 0 || grid.count === 0 || grid.startMs >= cutMs) {
      return { folds: emptyFolds(keys.length, grid.count), counts: new Float64Array() };
    }
    await this.catchUp(tier, cutMs);
    return this.ask('folds', { tier, keys, grid, untilMs: cutMs, nowMs: this.parts.nowMs() });
  }

  /**
   * Has the index take in what it lacks of the time before `cutMs`: minutes of a clock that was set back, a day that ended,
   * and, where memory does not reach back as far as usual, hours of today.
   */
  private async catchUp(tier: Tier, cutMs: number): Promise<void> {
    const { keeping } = this.parts;
    const hourMs = floorTo(this.parts.nowMs(), HOUR_MS);
    const dayEnded = tier === '1d' && keeping.takenInAtMs < cutMs;
    const hoursWait = tier === '1h' && cutMs > hourMs - MEMORY_MS && keeping.wholeAtMs < hourMs;
    if (dayEnded || hoursWait || keeping.takenInAtMs === 0 || keeping.isMissingBefore(cutMs)) {
      await keeping.takeIn({ upkeep: false, check: false, whole: true });
    }
  }

  private readonly ask: IndexBackend['ask'] = async (method, request) => {
    try {
      return await this.parts.index.ask(method, request);
    } catch (thrown) {
      throw wrapError(thrown);
    }
  };

  private gapsInMemory(fromMs: number, toMs: number): MetricGap[] {
    return this.parts.gaps.between(fromMs, toMs).toSorted((a, b) => a.fromMs - b.fromMs);
  }

  /** Gaps that are at least as wide as a bucket: a chart shows no narrower ones. */
  private async gapsOf(fromMs: number, toMs: number, narrowestMs: number): Promise<MetricGap[]> {
    const inMemory = this.gapsInMemory(fromMs, toMs);
    const nowMs = this.parts.nowMs();
    const older = fromMs < this.cut('1m', nowMs) ? await this.ask('gaps', { fromMs, toMs, nowMs }) : [];
    const known = new Map([...older, ...inMemory].map((gap) => [`${Math.round(gap.fromMs)} ${gap.reason}`, gap]));
    return [...known.values()]
      .filter((gap) => gap.toMs - gap.fromMs >= narrowestMs)
      .toSorted((a, b) => a.fromMs - b.fromMs);
  }
}
