/** Keeps what is measured: in memory, in the record, and (away from the main loop) in the index. */
import { setImmediate as pause } from 'node:timers/promises';
import type { MetricAnswer, MetricGap, MetricQuery, MetricReading } from '@shared/metrics';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { figuresOf } from './figures';
import { GapBook, SILENCE_MS } from './gap-book';
import { cellOf, spreadOf } from './grid';
import { isHistogram, type Latest, MetricMemory, MOST_METRICS } from './memory';
import { MEMORY_MS, MetricQueries } from './queries';
import { Readings } from './readings';
import { RecordKeeping, type RecordKeepingParts } from './record-keeping';
import { DAY_MS, emptyFold, floorTo, HOUR_MS, isMeasurement, MINUTE_MS } from './samples';
import type { Histogram, KeeperWithStart, KnownMetric, MinutePoint, WindowFigures } from './types';

export interface KeeperParts extends RecordKeepingParts {
  /** Bytes of the plain files of the record at the start. */
  plainBytes: Record<string, number>;
  /** A clock that nobody can set. */
  elapsedMs(): number;
}

export class Keeper implements KeeperWithStart {
  private readonly parts: KeeperParts;
  private readonly memory = new MetricMemory();
  private readonly gaps = new GapBook();
  private readonly live = new Readings();
  private readonly keeping: RecordKeeping;
  private readonly queries: MetricQueries;
  private readonly openedAtMs: number;
  private loading: Promise<void> | null = null;
  private rawSinceMs: number;
  private completeSinceMs: number;
  private lastTickMs: number;
  private refused = false;
  private stopping: Promise<void> | null = null;

  constructor(parts: KeeperParts) {
    this.parts = parts;
    this.openedAtMs = parts.nowMs();
    this.rawSinceMs = this.openedAtMs;
    this.lastTickMs = this.openedAtMs;
    this.completeSinceMs = floorTo(this.openedAtMs, HOUR_MS) - MEMORY_MS;
    this.keeping = new RecordKeeping(parts);
    this.queries = new MetricQueries({
      ...parts,
      nowMs: () => parts.nowMs(),
      timeZone: () => parts.timeZone(),
      memory: this.memory,
      gaps: this.gaps,
      keeping: this.keeping,
      loaded: () => this.start(),
      completeSinceMs: () => this.completeSinceMs,
      rawSinceMs: () => this.rawSinceMs,
    });
  }

  start(): Promise<void> {
    this.loading ??= this.readBack();
    return this.loading;
  }

  record(key: string, value: number, atMs = this.parts.nowMs()): void {
    if (isHistogram(key)) this.observe(key, value, atMs);
    else if (this.add(key, value, atMs, null)) this.live.add(key, value);
  }

  observe(key: string, value: number, atMs = this.parts.nowMs()): void {
    if (isHistogram(key)) this.add(key, value, atMs, cellOf(value));
    else this.record(key, value, atMs);
  }

  merge(key: string, added: Histogram, atMs = this.parts.nowMs()): void {
    const spread = this.takes(key, atMs) ? spreadOf(added) : null;
    if (!spread || !isMeasurement(spread.max) || !isMeasurement(spread.min)) return;
    const { cells, count: n, min, max } = spread;
    if (!this.memory.addCounts(key, cells, { ...emptyFold(), n, min, max, sum: added.sum }, atMs)) this.refuse(key);
  }

  private add(key: string, value: number, atMs: number, cell: number | null): boolean {
    if (!isMeasurement(value) || !this.takes(key, atMs)) return false;
    const added = this.memory.addValue(key, value, atMs, cell);
    if (!added) this.refuse(key);
    return added;
  }

  private takes(key: string, atMs: number): boolean {
    return !this.stopping && key !== '' && atMs >= 0 && Number.isFinite(atMs);
  }

  private refuse(key: string): void {
    if (this.refused) return;
    this.refused = true;
    const detail = `${MOST_METRICS} metrics are measured already: ${key} and others are not kept`;
    this.parts.report(holdfastError('INVALID_INPUT', { detail }));
  }

  endTick(atMs: number): MetricReading {
    const { back, broken } = this.gaps.look(atMs, this.parts.elapsedMs());
    if (broken) this.live.breakOff();
    if (back) this.setBackTo(atMs);
    const jump = this.gaps.takeJump(atMs);
    if (jump) this.keepGap(jump);
    this.closeMinutes(Math.floor(atMs / MINUTE_MS));
    if (floorTo(atMs, HOUR_MS) !== floorTo(this.lastTickMs, HOUR_MS)) this.endHour(atMs);
    this.lastTickMs = atMs;
    return this.live.end(atMs);
  }

  /**
   * What was measured before the clock was set back stays. Of the time before that, memory has let go of more than it
   * would have by the new time: the index has it. From the next hour on memory has all again.
   */
  private setBackTo(atMs: number): void {
    this.memory.setBackTo(atMs);
    this.rawSinceMs = atMs;
    const nextHourMs = floorTo(atMs, HOUR_MS) + HOUR_MS;
    const heldFromMs = floorTo(this.lastTickMs, HOUR_MS) - MEMORY_MS;
    this.completeSinceMs = Math.max(this.completeSinceMs, Math.min(nextHourMs, heldFromMs));
  }

  private closeMinutes(current: number | null): void {
    const closed = this.memory.close(current).filter(({ samples }) => samples.size > 0);
    this.keeping.write(closed.map((minute) => ({ kind: 'minute', minute })));
  }

  private endHour(atMs: number): void {
    this.memory.evict(atMs);
    this.gaps.evict(atMs - MEMORY_MS - HOUR_MS);
    const upkeep = floorTo(atMs, DAY_MS) !== floorTo(this.lastTickMs, DAY_MS);
    void this.keeping.takeInQuietly({ upkeep, check: false, whole: false });
  }

  readings(): MetricReading[] {
    return this.live.all();
  }

  latest(key: string): Latest | null {
    const latest = this.memory.latest(key);
    return latest && { ...latest };
  }

  known(): KnownMetric[] {
    const keys = new Set([...this.memory.keys(), ...this.keeping.known.map(({ key }) => key)]);
    const inIndex = new Map(this.keeping.known.map((metric) => [metric.key, metric]));
    return [...keys].toSorted().map((key) => {
      const latest = this.memory.latest(key);
      return latest
        ? { key, lastValue: latest.value, lastAtMs: latest.atMs }
        : (inIndex.get(key) ?? { key, lastValue: null, lastAtMs: null });
    });
  }

  window(key: string, windowMs: number, nowMs: number): WindowFigures {
    return figuresOf(this.memory, key, windowMs, nowMs, this.rawSinceMs);
  }

  minutes(key: string, fromMs: number, toMs: number): Promise<MinutePoint[]> {
    return this.unlessStopped(() => this.queries.minutes(key, fromMs, toMs));
  }

  query(query: MetricQuery): Promise<MetricAnswer> {
    return this.unlessStopped(() => this.queries.query(query));
  }

  private unlessStopped<T>(work: () => Promise<T>): Promise<T> {
    return this.stopping ? Promise.reject(holdfastError('CANCELLED', { detail: 'Holdfast ends' })) : work();
  }

  markGap(gap: MetricGap): void {
    if (this.stopping || !(gap.toMs > gap.fromMs)) return;
    this.live.breakOff();
    this.keepGap(gap);
  }

  private keepGap(gap: MetricGap): void {
    this.gaps.add(gap);
    this.keeping.write([{ kind: 'gap', gap }]);
  }

  forget(key: string): void {
    if (this.stopping) return;
    const atMs = this.parts.nowMs();
    this.memory.forget(key);
    this.live.forget(key);
    this.keeping.known = this.keeping.known.filter((metric) => metric.key !== key);
    this.keeping.write([{ kind: 'forget', key, atMs }]);
  }

  recordFailing(): boolean {
    return this.parts.writer.failing;
  }

  async settled(): Promise<void> {
    await this.loading;
    await this.keeping.settled();
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    const jump = this.gaps.takeJump(null);
    if (jump) this.keepGap(jump);
    this.closeMinutes(null);
    await this.settled();
    await this.keeping.takeInQuietly({ upkeep: false, check: false, whole: true });
    await this.parts.index.close();
  }

  private async readBack(): Promise<void> {
    const { index, plainBytes } = this.parts;
    try {
      const request = { fromMs: this.completeSinceMs, toMs: this.openedAtMs, plainBytes };
      const recent = await index.ask('recent', request);
      await this.memory.load(recent, () => pause());
      for (const gap of recent.gaps) this.gaps.add(gap);
      const { endMs } = recent;
      if (endMs !== null && this.openedAtMs - endMs > SILENCE_MS) {
        this.markGap({ fromMs: endMs, toMs: this.openedAtMs, reason: 'not-running' });
      }
    } catch (thrown) {
      // What was measured before is asked of the index then.
      this.completeSinceMs = floorTo(this.openedAtMs, HOUR_MS) + HOUR_MS;
      this.parts.report(wrapError(thrown));
    }
    void this.openIndex();
  }

  private async openIndex(): Promise<void> {
    await this.keeping.takeInQuietly({ upkeep: true, check: true, whole: true });
    for (const { key, lastValue, lastAtMs } of this.keeping.known) {
      if (lastValue !== null && lastAtMs !== null) this.memory.noteLatest(key, lastValue, lastAtMs);
    }
  }
}
