/**
 * Makes hours and local days from closed minutes and writes them to the record. What it makes depends on the minutes
 * alone, so that doing it again changes nothing.
 */
import { addTo, emptyFold, type Fold, HOUR_MS, roundSample } from './samples';
import { Chunk, chunkStart, eachCount } from './chunk';
import type { IndexFile } from './index-file';
import { dayStart, nextDay } from './local-days';
import { type RecordFiles, recordName } from './record-files';
import { histogramLine, keysLine, type Sample, snapshotLine } from './record-lines';

/** What all metrics measured in one bucket. */
interface Bucket {
  samples: Map<string, Sample>;
  histograms: Map<string, Map<number, number>>;
}
interface Span {
  fromMs: number;
  toMs: number;
}

/** Rolls up every hour and day that has ended and whose minutes changed; true when the record got lines. */
export function rollUp(index: IndexFile, files: RecordFiles, nowMs: number, timeZone: string): boolean {
  const keyOf = new Map(index.metrics().map(({ id, key }) => [id, key]));
  let wrote = false;
  for (const hour of index.pending('1h').filter((start) => start + HOUR_MS <= nowMs)) {
    const span = { fromMs: hour, toMs: hour + HOUR_MS };
    wrote = write(index, files, '1h', span, keyOf) || wrote;
    index.setPending('1h', hour, false);
  }
  const waiting = new Set(index.pending('1d'));
  for (const hour of waiting) {
    // Where days begin at half an hour, an hour belongs to two of them.
    const first = spanOfDay(index, hour, timeZone);
    const second = first.toMs < hour + HOUR_MS ? spanOfDay(index, first.toMs, timeZone) : first;
    if (second.toMs > nowMs) continue;
    for (const span of first === second ? [first] : [first, second]) {
      wrote = write(index, files, '1d', span, keyOf) || wrote;
      index.putDay(span.fromMs, span.toMs);
    }
    for (const one of [...waiting].filter((start) => start >= first.fromMs && start + HOUR_MS <= second.toMs)) {
      waiting.delete(one);
      index.setPending('1d', one, false);
    }
    waiting.delete(hour);
    index.setPending('1d', hour, false);
  }
  return wrote;
}

/** The day that holds a moment. Days never overlap: after a journey to another zone the first one is shorter or longer. */
function spanOfDay(index: IndexFile, atMs: number, timeZone: string): Span {
  const { before, nextStart } = index.daysAround(atMs);
  if (before && before.until > atMs) return { fromMs: before.start, toMs: before.until };
  return {
    fromMs: Math.max(dayStart(atMs, timeZone), before?.until ?? 0),
    toMs: Math.min(nextDay(atMs, timeZone), nextStart ?? Number.POSITIVE_INFINITY),
  };
}

function write(
  index: IndexFile,
  files: RecordFiles,
  tier: '1h' | '1d',
  span: Span,
  keyOf: ReadonlyMap<number, string>,
): boolean {
  const made = foldChunks(index, '1m', span, keyOf);
  const known = foldChunks(index, tier, { fromMs: span.fromMs, toMs: span.fromMs + 1 }, keyOf);
  if (!takeOver(made, known)) return false;
  const name = recordName(tier, span.fromMs);
  const named = new Set(lastKeys(files, name));
  const before = named.size;
  for (const key of made.samples.keys()) named.add(key);
  const keys = [...named];
  const names = keys.length > before ? keysLine(keys) : '';
  const toMs = tier === '1d' ? span.toMs : undefined;
  const { samples, histograms } = made;
  files.append(
    name,
    names + snapshotLine(span.fromMs, keys, samples, toMs) + histogramLine(span.fromMs, keys, histograms),
  );
  return true;
}

/**
 * Completes what was made from minutes with what is known already; true when that is different. Minutes are only ever
 * added, so a bucket with fewer measurements comes from minutes that were lost or are no longer kept.
 */
function takeOver(made: Bucket, known: Bucket): boolean {
  let changed = false;
  for (const [key, sample] of made.samples) {
    const before = known.samples.get(key);
    if (before && before.n >= sample.n) {
      made.samples.set(key, before);
      const cells = known.histograms.get(key);
      if (cells) made.histograms.set(key, cells);
    } else changed = true;
  }
  for (const [key, sample] of known.samples) {
    if (made.samples.has(key)) continue;
    made.samples.set(key, sample);
    const cells = known.histograms.get(key);
    if (cells) made.histograms.set(key, cells);
  }
  return changed;
}

function foldChunks(
  index: IndexFile,
  tier: '1m' | '1h' | '1d',
  span: Span,
  keyOf: ReadonlyMap<number, string>,
): Bucket {
  const folds = new Map<string, Fold>();
  const histograms = new Map<string, Map<number, number>>();
  for (const row of index.chunks(tier, chunkStart(tier, span.fromMs), span.toMs)) {
    foldChunk(new Chunk(row.data), span, keyOf, folds);
    if (!row.histograms) continue;
    eachCount(row.histograms, (id, atMs, cell, count) => {
      const key = keyOf.get(id);
      if (key === undefined || atMs < span.fromMs || atMs >= span.toMs) return;
      const cells = histograms.get(key) ?? new Map<number, number>();
      cells.set(cell, (cells.get(cell) ?? 0) + count);
      histograms.set(key, cells);
    });
  }
  const samples = new Map<string, Sample>();
  for (const [key, { n, min, sum, max }] of folds) {
    samples.set(key, { n, min: roundSample(min), avg: roundSample(sum / n), max: roundSample(max) });
  }
  return { samples, histograms };
}

function foldChunk(chunk: Chunk, span: Span, keyOf: ReadonlyMap<number, string>, folds: Map<string, Fold>): void {
  for (const [place, id] of chunk.ids.entries()) {
    const key = keyOf.get(id);
    if (key === undefined) continue;
    const { n, min, avg, max } = chunk.column(place);
    const fold = folds.get(key) ?? emptyFold();
    for (const [i, atMs] of chunk.times.entries()) {
      const count = n[i] ?? 0;
      if (count === 0 || atMs < span.fromMs || atMs >= span.toMs) continue;
      addTo(fold, count, min[i] ?? 0, avg[i] ?? 0, max[i] ?? 0);
    }
    if (fold.n > 0) folds.set(key, fold);
  }
}

/** Keys that the last line of keys in the plain file names. */
function lastKeys(files: RecordFiles, name: string): string[] {
  if (files.sizes(name).plain === null) return [];
  const text = files.read(name).content.toString('utf8');
  const start = text.lastIndexOf('{"keys":');
  if (start < 0) return [];
  const line = text.slice(start, text.indexOf('\n', start));
  try {
    return (JSON.parse(line) as { keys: string[] }).keys;
  } catch {
    return []; // a damaged line: the keys are named anew
  }
}
