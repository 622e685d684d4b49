/** The lines of the record, written and read: see docs/metrics-format.md. */
import type { MetricGap } from '@shared/metrics';

export const RECORD_VERSION = 1;

/** What one metric has in one snapshot; numbers as `roundSample` gives them. */
export interface Sample {
  n: number;
  min: number;
  avg: number;
  max: number;
}

export const keysLine = (keys: readonly string[]): string => `${JSON.stringify({ keys, v: RECORD_VERSION })}\n`;

export const gapLine = ({ fromMs, toMs, reason }: MetricGap): string =>
  `${JSON.stringify({ gap: [fromMs, toMs], reason })}\n`;

export const forgetLine = (key: string, atMs: number): string => `${JSON.stringify({ forget: key, at: atMs })}\n`;

/**
 * One snapshot. A metric without measurements is null, one whose measurements were all equal is that number, any other
 * is [min, average, max]. `n` is the most frequent number of measurements, `x` names the metrics that had another.
 */
export function snapshotLine(
  atMs: number,
  keys: readonly string[],
  samples: ReadonlyMap<string, Sample>,
  toMs?: number,
): string {
  const n = mostFrequentCount(samples);
  const values: string[] = [];
  const others: Record<string, number> = {};
  for (const [place, key] of keys.entries()) {
    const sample = samples.get(key);
    if (!sample) values.push('null');
    else if (sample.min === sample.max) values.push(shortest(sample.min));
    else values.push(`[${shortest(sample.min)},${shortest(sample.avg)},${shortest(sample.max)}]`);
    if (sample && sample.n !== n) others[place] = sample.n;
  }
  while (values.at(-1) === 'null') values.pop();
  const to = toMs === undefined ? '' : `"to":${toMs},`;
  const x = Object.keys(others).length > 0 ? `,"x":${JSON.stringify(others)}` : '';
  return `{"t":${atMs},${to}"n":${n},"m":[${values.join(',')}]${x}}\n`;
}

/** 412340000000 as 4.1234e11: a third of a snapshot would be zeros otherwise. */
function shortest(value: number): string {
  const plain = String(value);
  if (plain.length <= 7) return plain;
  const exponential = value.toExponential().replace('e+', 'e');
  return exponential.length < plain.length ? exponential : plain;
}

/** Counts of histograms by cell, for those that have any; '' when none has. */
export function histogramLine(
  atMs: number,
  keys: readonly string[],
  histograms: ReadonlyMap<string, ReadonlyMap<number, number>>,
): string {
  const h: Record<string, Record<string, number>> = {};
  for (const [place, key] of keys.entries()) {
    const cells = histograms.get(key);
    if (cells && cells.size > 0) h[place] = Object.fromEntries(cells);
  }
  return Object.keys(h).length > 0 ? `${JSON.stringify({ t: atMs, h })}\n` : '';
}

function mostFrequentCount(samples: ReadonlyMap<string, Sample>): number {
  const votes = new Map<number, number>();
  let best = 0;
  for (const { n } of samples.values()) {
    const count = (votes.get(n) ?? 0) + 1;
    votes.set(n, count);
    if (count > (votes.get(best) ?? 0)) best = n;
  }
  return best;
}

export interface RecordVisitor {
  /** A snapshot begins; `toMs` is given for days. */
  snapshot?(atMs: number, toMs: number | null): void;
  sample?(atMs: number, key: string, n: number, min: number, avg: number, max: number): void;
  histogram?(atMs: number, key: string, cell: number, count: number): void;
  gap?(gap: MetricGap): void;
  forget?(key: string, atMs: number): void;
}

const TIME = /^\{"t":(\d+)/;

/** Time of a snapshot or histogram line, without parsing it; null for other lines. */
export function lineTime(line: string): number | null {
  const match = TIME.exec(line);
  return match ? Number(match[1]) : null;
}

/**
 * Reads the whole lines of `text` (an unfinished last one is left alone) and tells the visitor what they hold. Lines for
 * which `wanted` says no are passed over unparsed. Gives the number of lines that are damaged: they are left out.
 */
export function readLines(text: string, wanted: (atMs: number) => boolean, visitor: RecordVisitor): number {
  let keys: string[] | null = null;
  let damaged = 0;
  for (let start = 0; ; ) {
    const end = text.indexOf('\n', start);
    if (end < 0) return damaged;
    const line = text.slice(start, end);
    start = end + 1;
    const atMs = lineTime(line);
    if (line === '' || (atMs !== null && !wanted(atMs))) continue;
    const parsed = parse(line);
    if (Array.isArray(parsed?.keys)) keys = parsed.keys.map(String);
    else if (!parsed || !tell(parsed, keys, visitor)) damaged++;
  }
}

type Line = Record<string, unknown>;

function parse(line: string): Line | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Line) : null;
  } catch {
    return null; // counted as damaged by the caller
  }
}

function tell(line: Line, keys: string[] | null, visitor: RecordVisitor): boolean {
  if (Array.isArray(line.gap)) return tellGap(line.gap, line.reason, visitor);
  if (typeof line.forget === 'string' && typeof line.at === 'number') {
    visitor.forget?.(line.forget, line.at);
    return true;
  }
  if (!keys || typeof line.t !== 'number') return false;
  if (Array.isArray(line.m)) return tellSnapshot(line, line.t, line.m, keys, visitor);
  if (typeof line.h !== 'object' || line.h === null) return false;
  for (const [place, cells] of Object.entries(line.h as Record<string, Record<string, number>>)) {
    const key = keys[Number(place)];
    if (key === undefined) return false;
    for (const [cell, count] of Object.entries(cells)) visitor.histogram?.(line.t, key, Number(cell), count);
  }
  return true;
}

function tellGap(range: unknown[], reason: unknown, visitor: RecordVisitor): boolean {
  const [fromMs, toMs] = range;
  if (typeof fromMs !== 'number' || typeof toMs !== 'number') return false;
  if (reason !== 'asleep' && reason !== 'not-running' && reason !== 'clock-set') return false;
  visitor.gap?.({ fromMs, toMs, reason });
  return true;
}

function tellSnapshot(line: Line, atMs: number, values: unknown[], keys: string[], visitor: RecordVisitor): boolean {
  const n = Number(line.n);
  const others = (line.x ?? {}) as Record<string, number>;
  if (!Number.isInteger(n) || values.length > keys.length) return false;
  visitor.snapshot?.(atMs, typeof line.to === 'number' ? line.to : null);
  if (!visitor.sample) return true;
  let whole = true;
  for (const [place, value] of values.entries()) {
    if (value === null) continue;
    const [min, avg, max] = Array.isArray(value) ? (value as unknown[]) : [value, value, value];
    const key = keys[place];
    if (key !== undefined && typeof min === 'number' && typeof avg === 'number' && typeof max === 'number') {
      visitor.sample(atMs, key, others[place] ?? n, min, avg, max);
    } else whole = false;
  }
  return whole;
}
