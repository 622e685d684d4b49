/** What the keeper of measurements offers to those who measure and to those who ask. */
import type { MetricAnswer, MetricGap, MetricQuery, MetricReading } from '@shared/metrics';

/** Counts of a distribution: `counts[i]` values were at most `bounds[i]`, the last count is of those above all bounds. */
export interface Histogram {
  /** Ascending. */
  bounds: readonly number[];
  /** One more than `bounds`. */
  counts: readonly number[];
  sum: number;
}

/** Takes measurements. A value that is not a finite number is not a measurement and is left out. */
export interface MetricSink {
  /** A value measured at `atMs` (milliseconds since 1970; now when left out). */
  record(key: string, value: number, atMs?: number): void;
  /** One measurement of a metric that is a histogram, in the metric's unit. */
  observe(key: string, value: number, atMs?: number): void;
  /** Measurements of a histogram that were counted elsewhere: what was added since the last call, not totals. */
  merge(key: string, added: Histogram, atMs?: number): void;
}

/**
 * What of the last `windowMs` was measured. `lastAtMs` is null when nothing was. What is older than an hour, or than the
 * start, comes from closed minutes: its times are those of the minutes' starts, and of a plain metric it counts into the
 * percentiles with the minutes' averages.
 */
export interface WindowFigures {
  count: number;
  last: number;
  lastAtMs: number | null;
  /** Oldest measurement in the window. */
  firstAtMs: number | null;
  avg: number;
  min: number;
  max: number;
  /** Of histograms and, over the measurements themselves, of plain metrics; NaN without any. */
  p95: number;
  p99: number;
}

/** One closed minute of one metric. */
export interface MinutePoint {
  atMs: number;
  count: number;
  min: number;
  avg: number;
  max: number;
}

export interface KnownMetric {
  key: string;
  lastValue: number | null;
  lastAtMs: number | null;
}

export interface MetricKeeper extends MetricSink {
  /** Ends a tick: what was recorded since the last call is one live reading. */
  endTick(atMs: number): MetricReading;
  /** Live readings of the last ten minutes, oldest first. */
  readings(): MetricReading[];
  latest(key: string): { value: number; atMs: number } | null;
  /** Every metric that has values in memory or in the index. */
  known(): KnownMetric[];
  /** Figures of the last `windowMs`, from memory: at most the last 24 hours. */
  window(key: string, windowMs: number, nowMs: number): WindowFigures;
  /** Closed minutes of a time, oldest first, from memory and index. */
  minutes(key: string, fromMs: number, toMs: number): Promise<MinutePoint[]>;
  query(query: MetricQuery): Promise<MetricAnswer>;
  /** Nothing was measured in this time. It is written to the record and shown as a gap. */
  markGap(gap: MetricGap): void;
  /** Drops what is kept of a metric nobody measures any more (a removed probe). */
  forget(key: string): void;
  /** Closes the minute in hand and writes what is not written yet. What is recorded afterwards is left out. */
  stop(): Promise<void>;
}

export interface KeeperWithStart extends MetricKeeper {
  /**
   * Reads the last day back from the record; resolves when it is in memory, and never rejects. Measurements are taken
   * before, too; questions wait for it. The index is brought up to date behind it.
   */
  start(): Promise<void>;
  /** True while what is measured cannot be written to the record. */
  recordFailing(): boolean;
  /** Resolves when all that was closed so far is written and taken into the index. */
  settled(): Promise<void>;
}
