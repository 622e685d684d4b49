/**
 * What is remembered of one application: its series, and for each process that tells of a series what it told last, so
 * that totals become rates and additions. Bounded, whatever is sent.
 */
import { metricKey } from '@shared/metrics';
import { MOST_SERIES } from '@shared/monitoring';
import type { MetricSink } from '../metrics/types';
import { failedRequests, type Labels, seriesSubject } from './labels';
import { addedSince, asHistogram, countOf, nothingOf, type Totals } from './totals';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** A series is forgotten after so long without data. */
export const FORGOTTEN_AFTER_MS = 60 * MINUTE_MS;
/** Series, counted once for each process that tells of them. */
const MOST_STREAMS = 4 * MOST_SERIES;
/** What was measured longer ago, or later than this ahead, is taken as measured now. */
const OLDEST_MS = 10 * MINUTE_MS;
const AHEAD_MS = MINUTE_MS;
/** Totals closer together say nothing of a rate: they wait for the next ones. */
const SHORTEST_STEP_MS = SECOND_MS;
/** A process that was silent so long has ended when another one goes on under its name. */
const ENDED_AFTER_MS = 3 * MINUTE_MS;
/** Of several processes, how long the last figure of one counts while it is silent: in steps of its own. */
const COUNTED_STEPS = 1.5;

/** Where and when something was measured. */
export interface Point {
  name: string;
  labels: Labels;
  /** Null: now. */
  atMs: number | null;
  /** Since when totals are counted; null when that is not known. */
  startMs: number | null;
}

/** `overlapping`: two processes send the same series and cannot be told apart. */
export type Taken = 'taken' | 'left-out' | 'overlapping';

/** What one process told of one series. */
interface Stream {
  atMs: number;
  startMs: number | null;
  totals: Totals;
  /** Its share of the figure that processes have in common; null until there is one. */
  level: number | null;
  stepMs: number;
}
interface Series {
  subject: string;
  seenMs: number;
  streams: Map<string, Stream>;
}

export class Application {
  /** When data came last. */
  lastAtMs: number | null = null;
  /** Series over the limit in the last push or scrape. */
  leftOut = 0;
  private readonly series = new Map<string, Series>();
  private streams = 0;
  /** When each process told something last. */
  private readonly toldMs = new Map<string, number>();

  constructor(
    readonly name: string,
    private readonly sink: MetricSink,
    /** Since when Holdfast would have taken what the application tells. */
    private readonly sinceMs: number,
  ) {}

  get size(): number {
    return this.series.size;
  }

  /**
   * Takes what one process tells at one time. `instance` tells processes apart; it is empty when nothing does.
   * `continues` is false when something else was asked for before: a series that is new here may then be an old one.
   */
  batch(instance: string, nowMs: number, continues = true): Batch {
    this.forget(nowMs);
    return new Batch(this, instance, nowMs, continues ? (this.toldMs.get(instance) ?? null) : null);
  }

  /** Drops the series that have had no data for an hour. */
  forget(nowMs: number): void {
    // What lies ahead was told before the clock was set back.
    const old = (atMs: number) => nowMs - atMs > FORGOTTEN_AFTER_MS || atMs - nowMs > FORGOTTEN_AFTER_MS;
    for (const [subject, { seenMs, streams }] of this.series) {
      if (!old(seenMs)) continue;
      this.series.delete(subject);
      this.streams -= streams.size;
    }
    for (const [instance, atMs] of this.toldMs) if (old(atMs)) this.toldMs.delete(instance);
  }

  knows(subject: string): boolean {
    return this.series.has(subject);
  }

  /** True when a series is known or there is room for it beside `others` new ones. */
  hasRoomFor(subject: string, others = 0): boolean {
    return this.series.has(subject) || this.series.size + others < MOST_SERIES;
  }

  /** The series of a subject, made when there is room; null when there is none. */
  find(subject: string, nowMs: number): Series | null {
    let series = this.series.get(subject);
    if (!series) {
      if (!this.hasRoomFor(subject)) return null;
      series = { subject, seenMs: nowMs, streams: new Map() };
      this.series.set(subject, series);
    }
    series.seenMs = nowMs;
    return series;
  }

  /** Remembers what a process told of a series; false when there is no room. */
  remember(series: Series, instance: string, stream: Stream): boolean {
    if (!series.streams.has(instance)) {
      if (this.streams >= MOST_STREAMS) return false;
      this.streams++;
    }
    series.streams.set(instance, stream);
    return true;
  }

  record(name: 'app.value' | 'app.rate', subject: string, value: number, atMs: number): void {
    if (Number.isFinite(value)) this.sink.record(metricKey(name, subject), value, atMs);
  }

  merge(subject: string, totals: Totals, factor: number, atMs: number): void {
    const histogram = asHistogram(totals, factor);
    if (histogram?.counts.some((count) => count > 0)) this.sink.merge(metricKey('app.time', subject), histogram, atMs);
  }

  /**
   * Since when the totals of a series that is new here can be counted: it began while Holdfast was looking. Null for
   * one that may have been counting for long.
   */
  beginning(startMs: number | null, toldBeforeMs: number | null, nowMs: number): number | null {
    const began = startMs !== null && startMs >= Math.max(this.sinceMs, nowMs - FORGOTTEN_AFTER_MS) ? startMs : null;
    // Where series were left out, one that is new here may be an old one that has found room.
    const before = this.leftOut === 0 ? toldBeforeMs : null;
    if (began === null || before === null) return began ?? before;
    return Math.max(began, before);
  }

  ended(batch: Batch, instance: string): void {
    this.lastAtMs = batch.nowMs;
    this.leftOut = batch.leftOut;
    if (this.toldMs.size < MOST_STREAMS || this.toldMs.has(instance)) this.toldMs.set(instance, batch.nowMs);
  }
}

/** One push or one scrape of one process. `end` must follow. */
export class Batch {
  leftOut = 0;
  /** By name: requests since the last look, and how many of them failed. */
  private readonly requests = new Map<string, { all: number; failed: number }>();

  constructor(
    private readonly application: Application,
    private readonly instance: string,
    readonly nowMs: number,
    private readonly toldBeforeMs: number | null,
  ) {}

  /** A measured value, as it is. */
  value(point: Point, value: number): Taken {
    const series = this.find(point);
    if (!series) return this.leaveOut();
    this.application.record('app.value', series.subject, value, this.time(point));
    return 'taken';
  }

  /** A number that goes up and down and that processes have together: queue lengths add up. */
  level(point: Point, value: number): Taken {
    const atMs = this.time(point);
    const series = this.find(point);
    const before = series?.streams.get(this.instance);
    const stepMs = before ? Math.max(SHORTEST_STEP_MS, atMs - before.atMs) : MINUTE_MS;
    const totals: Totals = { kind: 'number', value };
    const stream: Stream = { atMs, startMs: point.startMs, totals, level: value, stepMs };
    if (!series || !this.application.remember(series, this.instance, stream)) return this.leaveOut();
    this.application.record('app.value', series.subject, this.together(series, atMs), atMs);
    return 'taken';
  }

  /** A change of such a number; it counts from what it was when it was seen first. */
  levelChange(point: Point, change: number): Taken {
    const before = this.find(point)?.streams.get(this.instance)?.totals;
    return this.level(point, change + (before?.kind === 'number' ? before.value : 0));
  }

  /** What a process has counted since `startMs`. Times are multiplied by `factor`. */
  total(point: Point, totals: Totals, factor = 1): Taken {
    const atMs = this.time(point);
    const series = this.find(point);
    if (!series) return this.leaveOut();
    const before = series.streams.get(this.instance) ?? this.first(point, totals);
    if (!before) {
      const stream: Stream = { atMs, startMs: point.startMs, totals, level: null, stepMs: MINUTE_MS };
      return this.application.remember(series, this.instance, stream) ? 'taken' : this.leaveOut();
    }
    const older = point.startMs !== null && before.startMs !== null && point.startMs < before.startMs;
    if (older && atMs - before.atMs < ENDED_AFTER_MS) return 'overlapping';
    const stepMs = atMs - before.atMs;
    // Told before the clock was set back.
    const lostTime = before.atMs > this.nowMs + AHEAD_MS;
    if (stepMs < SHORTEST_STEP_MS && !lostTime) {
      return this.application.remember(series, this.instance, before) ? 'taken' : this.leaveOut();
    }
    const anew = point.startMs !== before.startMs && point.startMs !== null && before.startMs !== null;
    // A process that began before the other one told last did not take its place: its totals may be of long ago.
    const unknownPast = lostTime || (anew && Number(point.startMs) < before.atMs);
    const added = (anew ? null : addedSince(before.totals, totals)) ?? totals;
    const level = unknownPast ? null : (countOf(added) / stepMs) * SECOND_MS;
    const stream: Stream = { atMs, startMs: point.startMs, totals, level, stepMs: Math.max(stepMs, SHORTEST_STEP_MS) };
    if (!this.application.remember(series, this.instance, stream)) return this.leaveOut();
    if (level !== null) this.tell(point, series, added, factor, atMs);
    return 'taken';
  }

  /** What came since the process told last, or since `startMs`. */
  added(point: Point, added: Totals, factor = 1): Taken {
    const atMs = this.time(point);
    const series = this.find(point);
    if (!series) return this.leaveOut();
    const sinceMs = point.startMs ?? series.streams.get(this.instance)?.atMs ?? this.toldBeforeMs;
    const known = sinceMs !== null && sinceMs < atMs && atMs - sinceMs <= FORGOTTEN_AFTER_MS;
    const stepMs = known ? Math.max(SHORTEST_STEP_MS, atMs - sinceMs) : MINUTE_MS;
    const level = known ? (countOf(added) / stepMs) * SECOND_MS : null;
    const stream: Stream = { atMs, startMs: point.startMs, totals: nothingOf(added), level, stepMs };
    if (!this.application.remember(series, this.instance, stream)) return this.leaveOut();
    this.tell(point, series, added, factor, atMs);
    return 'taken';
  }

  /** Ends the push: what follows from all of it is recorded. */
  end(): void {
    for (const [name, { all, failed }] of this.requests) {
      const subject = seriesSubject(this.application.name, `${name}:error_ratio`, []);
      if (all > 0 && subject !== null) this.application.record('app.value', subject, failed / all, this.nowMs);
    }
    this.application.ended(this, this.instance);
  }

  private tell(point: Point, series: Series, added: Totals, factor: number, atMs: number): void {
    this.application.record('app.rate', series.subject, this.together(series, atMs), atMs);
    this.application.merge(series.subject, added, factor, atMs);
    const failed = failedRequests(point.name, point.labels);
    if (failed === null) return;
    const requests = this.requests.get(point.name) ?? { all: 0, failed: 0 };
    const count = countOf(added);
    this.requests.set(point.name, { all: requests.all + count, failed: requests.failed + (failed ? count : 0) });
  }

  /** The sum over the processes that still tell of the series; NaN when none has a figure yet. */
  private together(series: Series, atMs: number): number {
    let sum = Number.NaN;
    for (const [instance, { level, atMs: toldMs, stepMs }] of series.streams) {
      if (level === null || (instance !== this.instance && atMs - toldMs > COUNTED_STEPS * stepMs)) continue;
      sum = Number.isNaN(sum) ? level : sum + level;
    }
    return sum;
  }

  /** What a series that is new here is counted from; null when its past is not known. */
  private first(point: Point, totals: Totals): Stream | null {
    const atMs = this.application.beginning(point.startMs, this.toldBeforeMs, this.nowMs);
    if (atMs === null) return null;
    return { atMs, startMs: point.startMs, totals: nothingOf(totals), level: null, stepMs: MINUTE_MS };
  }

  private find(point: Point): Series | null {
    const subject = seriesSubject(this.application.name, point.name, point.labels);
    return subject === null ? null : this.application.find(subject, this.nowMs);
  }

  private leaveOut(): Taken {
    this.leftOut++;
    return 'left-out';
  }

  private time({ atMs }: Point): number {
    if (atMs === null || !Number.isFinite(atMs)) return this.nowMs;
    return atMs > this.nowMs + AHEAD_MS || atMs < this.nowMs - OLDEST_MS ? this.nowMs : atMs;
  }
}
