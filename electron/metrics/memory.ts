/** Measurements in memory: the minutes in hand, the closed minutes of the last day, and the values of the last hour. */
import { METRICS, parseMetricKey } from '@shared/metrics';
import { CELLS } from './grid';
import { HistogramMemory } from './histogram-memory';
import { KEPT_MINUTES, MinuteMemory, type MinuteVisit } from './minute-memory';
import { RawValues } from './raw-values';
import type { ClosedMinute } from './record-writer';
import { addTo, emptyFold, type Fold, MINUTE_MS, roundSample } from './samples';
import { COUNT_NUMBERS, MINUTE_NUMBERS, type Recent } from './recent';

/** At most so many metrics at a time; each takes about 50 kB. */
export const MOST_METRICS = 2_000;
const LATEST_KEPT_MS = 32 * 24 * 3_600_000;
// Taking over what was read at the start is done in slices, so that it never holds up the main loop.
const ROWS_AT_ONCE = 10_000;

interface Series {
  raw: RawValues;
  minutes: MinuteMemory;
  cells: HistogramMemory;
  lastAtMs: number;
}
interface OpenFold extends Fold {
  last: number;
  cells: Map<number, number>;
}
export type CountVisit = (atMs: number, cell: number, count: number) => void;

export interface Latest {
  value: number;
  atMs: number;
}

export function isHistogram(key: string): boolean {
  const parsed = parseMetricKey(key);
  return parsed !== null && 'histogram' in METRICS[parsed.name];
}

export class MetricMemory {
  private readonly series = new Map<string, Series>();
  private readonly open = new Map<number, Map<string, OpenFold>>();
  private readonly newest = new Map<string, Latest>();

  /** One measurement; false when there are too many metrics already. */
  addValue(key: string, value: number, atMs: number, cell: number | null): boolean {
    const series = this.seriesOf(key);
    if (!series) return false;
    const fold = this.foldOf(key, atMs);
    addTo(fold, 1, value, value, value);
    fold.last = value;
    if (cell === null) series.raw.push(atMs, value);
    else fold.cells.set(cell, (fold.cells.get(cell) ?? 0) + 1);
    this.note(series, key, value, atMs);
    return true;
  }

  /** Many measurements of a histogram; false when there are too many metrics already. */
  addCounts(key: string, cells: Iterable<[number, number]>, added: Fold, atMs: number): boolean {
    const series = this.seriesOf(key);
    if (!series) return false;
    const fold = this.foldOf(key, atMs);
    const avg = added.sum / added.n;
    addTo(fold, added.n, added.min, avg, added.max);
    fold.last = avg;
    for (const [cell, count] of cells) fold.cells.set(cell, (fold.cells.get(cell) ?? 0) + count);
    this.note(series, key, avg, atMs);
    return true;
  }

  /** Closes every minute in hand but `minute` (null: all), and gives them, oldest first. */
  close(minute: number | null): ClosedMinute[] {
    const ended = [...this.open.keys()].filter((one) => one !== minute).toSorted((a, b) => a - b);
    return ended.map((one) => {
      const closed: ClosedMinute = { atMs: one * MINUTE_MS, samples: new Map(), histograms: new Map() };
      for (const [key, fold] of this.open.get(one) ?? []) this.closeMetric(one, key, fold, closed);
      this.open.delete(one);
      return closed;
    });
  }

  private closeMetric(minute: number, key: string, fold: OpenFold, closed: ClosedMinute): void {
    const sample = {
      n: fold.n,
      min: roundSample(fold.min),
      avg: roundSample(fold.sum / fold.n),
      max: roundSample(fold.max),
    };
    closed.samples.set(key, sample);
    const series = this.series.get(key);
    series?.minutes.add(minute, sample.n, sample.min, sample.avg, sample.max, roundSample(fold.last));
    if (fold.cells.size === 0) return;
    closed.histograms.set(key, fold.cells);
    for (const [cell, count] of fold.cells) series?.cells.add(minute, cell, count);
  }

  /**
   * Visits the minutes that begin in `fromMs` up to, not including, `toMs`; those in hand last. Closed ones before
   * `closedFromMs` are left out: the index has them.
   */
  eachMinute(key: string, fromMs: number, toMs: number, visit: MinuteVisit, closedFromMs = fromMs): void {
    this.series.get(key)?.minutes.each(Math.max(fromMs, closedFromMs), toMs, visit);
    for (const [minute, folds] of this.open) {
      const fold = folds.get(key);
      const atMs = minute * MINUTE_MS;
      if (fold && atMs >= fromMs && atMs < toMs) visit(atMs, fold.n, fold.min, fold.sum / fold.n, fold.max, fold.last);
    }
  }

  /** As `eachMinute`, the counts of a histogram. */
  eachCount(key: string, fromMs: number, toMs: number, visit: CountVisit, closedFromMs = fromMs): void {
    const [from, to] = [Math.ceil(fromMs / MINUTE_MS), Math.ceil(toMs / MINUTE_MS)];
    const closedFrom = Math.ceil(Math.max(fromMs, closedFromMs) / MINUTE_MS);
    this.series.get(key)?.cells.each(closedFrom, to, (minute, cell, count) => visit(minute * MINUTE_MS, cell, count));
    for (const [minute, folds] of this.open) {
      if (minute < from || minute >= to) continue;
      for (const [cell, count] of folds.get(key)?.cells ?? []) visit(minute * MINUTE_MS, cell, count);
    }
  }

  /** The measurements of a plain metric as they were taken; null for one that has none. */
  raw(key: string): RawValues | null {
    return this.series.get(key)?.raw ?? null;
  }

  latest(key: string): Latest | null {
    return this.newest.get(key) ?? null;
  }

  /** Remembers a value that was measured before the start, unless a newer one is known. */
  noteLatest(key: string, value: number, atMs: number): void {
    if ((this.newest.get(key)?.atMs ?? -1) < atMs) this.newest.set(key, { value, atMs });
  }

  keys(): Iterable<string> {
    return this.series.keys();
  }

  forget(key: string): void {
    this.series.delete(key);
    this.newest.delete(key);
    for (const folds of this.open.values()) folds.delete(key);
  }

  /** The clock was set back to `atMs`: what was measured "later" is no longer the newest. */
  setBackTo(atMs: number): void {
    for (const { raw } of this.series.values()) raw.dropAfter(atMs);
    for (const latest of this.newest.values()) latest.atMs = Math.min(latest.atMs, atMs);
    for (const series of this.series.values()) series.lastAtMs = Math.min(series.lastAtMs, atMs);
  }

  /** Lets go of metrics that nobody measures any more. */
  evict(nowMs: number): void {
    const oldestMs = nowMs - KEPT_MINUTES * MINUTE_MS;
    for (const [key, { lastAtMs }] of this.series) if (lastAtMs < oldestMs) this.series.delete(key);
    for (const [key, { atMs }] of this.newest) if (atMs < nowMs - LATEST_KEPT_MS) this.newest.delete(key);
  }

  /** Takes over what the record has of the last hours; `pause` is awaited between slices of the work. */
  async load({ keys, minutes, counts }: Recent, pause: () => Promise<void>): Promise<void> {
    for (let i = 0; i < minutes.length; i += MINUTE_NUMBERS) {
      if (i > 0 && i % (MINUTE_NUMBERS * ROWS_AT_ONCE) === 0) await pause();
      const [place = 0, minute = 0, n = 0, min = 0, avg = 0, max = 0] = minutes.subarray(i, i + MINUTE_NUMBERS);
      const key = keys[place] ?? '';
      const series = this.seriesOf(key);
      if (!series) continue;
      series.minutes.addOlder(minute, n, min, avg, max);
      // What was measured last is not in the record: where a minute had one measurement, the average is that one.
      this.note(series, key, avg, minute * MINUTE_MS);
    }
    for (let i = 0; i < counts.length; i += COUNT_NUMBERS) {
      if (i > 0 && i % (COUNT_NUMBERS * ROWS_AT_ONCE) === 0) await pause();
      const [place = 0, minute = 0, cell = 0, count = 0] = counts.subarray(i, i + COUNT_NUMBERS);
      if (cell < CELLS) this.series.get(keys[place] ?? '')?.cells.add(minute, cell, count);
    }
  }

  private note(series: Series, key: string, value: number, atMs: number): void {
    series.lastAtMs = Math.max(series.lastAtMs, atMs);
    const latest = this.newest.get(key);
    if (!latest) this.newest.set(key, { value, atMs });
    else if (atMs >= latest.atMs) [latest.value, latest.atMs] = [value, atMs];
  }

  private seriesOf(key: string): Series | null {
    const known = this.series.get(key);
    if (known) return known;
    if (this.series.size >= MOST_METRICS) return null;
    const made: Series = {
      raw: new RawValues(),
      minutes: new MinuteMemory(),
      cells: new HistogramMemory(),
      lastAtMs: 0,
    };
    this.series.set(key, made);
    return made;
  }

  private foldOf(key: string, atMs: number): OpenFold {
    const minute = Math.floor(atMs / MINUTE_MS);
    const folds = this.open.get(minute) ?? new Map<string, OpenFold>();
    this.open.set(minute, folds);
    const known = folds.get(key);
    if (known) return known;
    const made: OpenFold = { ...emptyFold(), last: 0, cells: new Map() };
    folds.set(key, made);
    return made;
  }
}
