/** The last hours of the record as flat arrays: what memory begins with after a start. */
import type { MetricGap } from '@shared/metrics';
import type { RecordFiles } from './record-files';
import { readLines } from './record-lines';
import { MINUTE_MS } from './samples';

export interface RecentRequest {
  fromMs: number;
  toMs: number;
  /** Bytes of plain files that were there at the start: what follows them is in memory already. */
  plainBytes: Record<string, number>;
}

export interface Recent {
  keys: string[];
  /** `MINUTE_NUMBERS` for each minute of one metric: place of the key, minute, n, min, average, max. */
  minutes: Float64Array;
  /** `COUNT_NUMBERS` for each count of a histogram: place of the key, minute, cell, count. */
  counts: Float64Array;
  gaps: MetricGap[];
  /** End of the newest minute in the record; null when there is none. */
  endMs: number | null;
}

export const MINUTE_NUMBERS = 6;
export const COUNT_NUMBERS = 4;

/** Reads the minutes from `fromMs` to `toMs` out of the record. Errors are Node's. */
export function readRecent(files: RecordFiles, { fromMs, toMs, plainBytes }: RecentRequest): Recent {
  const places = new Map<string, number>();
  const placeOf = (key: string): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, places.size);
    return places.size - 1;
  };
  const minutes: number[] = [];
  const counts: number[] = [];
  const gaps: MetricGap[] = [];
  const forgotten = new Map<number, number>();
  let endMs: number | null = null;
  const wanted = (atMs: number): boolean => {
    if (atMs <= toMs) endMs = Math.max(endMs ?? 0, atMs + MINUTE_MS);
    return atMs >= fromMs && atMs <= toMs;
  };
  const all = files.list().filter(({ tier }) => tier === '1m');
  // The newest one also says when Holdfast last ran, however long ago.
  for (const { name } of all.filter((file) => (file.toMs > fromMs && file.fromMs <= toMs) || file === all.at(-1))) {
    const text = files.read(name, plainBytes[name] ?? 0).content.toString('utf8');
    readLines(text, wanted, {
      sample: (atMs, key, n, min, avg, max) => minutes.push(placeOf(key), atMs / MINUTE_MS, n, min, avg, max),
      histogram: (atMs, key, cell, count) => counts.push(placeOf(key), atMs / MINUTE_MS, cell, count),
      gap: (gap) => gaps.push(gap),
      forget: (key, atMs) => forgotten.set(placeOf(key), atMs),
    });
  }
  return {
    keys: [...places.keys()],
    minutes: without(forgotten, minutes, MINUTE_NUMBERS),
    counts: without(forgotten, counts, COUNT_NUMBERS),
    gaps,
    endMs,
  };
}

/** The rows of `width` numbers without those of forgotten metrics. */
function without(forgotten: ReadonlyMap<number, number>, rows: readonly number[], width: number): Float64Array {
  if (forgotten.size === 0) return Float64Array.from(rows);
  const kept = rows.filter((_, i) => {
    const row = i - (i % width);
    return (forgotten.get(rows[row] ?? 0) ?? 0) <= (rows[row + 1] ?? 0) * MINUTE_MS;
  });
  return Float64Array.from(kept);
}
