/** Brings the index up to the record, file by file. The same code reads one new hour and builds a lost index anew. */
import type { MetricGap, Tier } from '@shared/metrics';
import { ChunkBuilder, chunkStart } from './chunk';
import type { IndexFile } from './index-file';
import { type RecordFile, type RecordFiles, recordName } from './record-files';
import { forgetLine, gapLine, lineTime, readLines } from './record-lines';
import { DAY_MS, floorTo, HOUR_MS } from './samples';

/** How long the index keeps each cadence. */
export const INDEX_KEPT_MS: Record<Tier, number> = { '1m': 14 * DAY_MS, '1h': 400 * DAY_MS, '1d': 3_653 * DAY_MS };

// Days first: they also hold the gaps and what is forgotten of times whose minutes are gone.
const ORDER: Tier[] = ['1d', '1h', '1m'];

/**
 * Reads what is new in the record; gives the paths of files in which damage was found that was not known before. Unless
 * it is to be `whole`, the hours of the day in hand wait for its end: a chunk that is written every hour is written 24
 * times, and memory has these hours.
 */
export function syncAll(index: IndexFile, files: RecordFiles, nowMs: number, whole: boolean): string[] {
  const list = files.list();
  const damaged: string[] = [];
  for (const tier of ORDER) {
    const oldestMs = chunkStart(tier, nowMs - INDEX_KEPT_MS[tier]);
    for (const file of list) {
      if (file.tier !== tier || file.toMs <= oldestMs) continue;
      if (syncFile(index, files, file, oldestMs, whole ? Number.POSITIVE_INFINITY : floorTo(nowMs, DAY_MS)))
        damaged.push(files.path(file.name));
    }
  }
  return damaged;
}

/** True when damage was found that was not known. Hours from `hoursUntilMs` on wait. */
function syncFile(
  index: IndexFile,
  files: RecordFiles,
  file: RecordFile,
  oldestMs: number,
  hoursUntilMs: number,
): boolean {
  const before = index.file(file.name);
  const { plain, packed } = files.sizes(file.name);
  if (before && before.packed === packed && (plain === null || (packed === null && plain === before.bytes)))
    return false;
  const { content, damaged: tornPack } = files.read(file.name);
  if (before?.bytes === content.length) {
    // It was packed: the content is the same.
    index.putFile(file.name, { ...before, packed });
    return false;
  }
  const text = content.toString('utf8');
  return index.atomically(() => {
    const forgotten = readNotes(index, files, file, text);
    const touched = touchedChunks(file, before?.bytes ?? 0, content);
    const wanted = (atMs: number) =>
      atMs >= oldestMs &&
      atMs >= file.fromMs &&
      atMs < file.toMs &&
      (touched?.has(chunkStart(file.tier, atMs)) ?? true);
    const found = readChunks(index, file.tier, text, wanted, forgotten);
    // A file that is read for the first time is read as a whole.
    const waits = (start: number) => before !== null && file.tier === '1h' && start >= hoursUntilMs;
    for (const [start, builder] of found.chunks) if (!waits(start)) writeChunk(index, file.tier, start, builder);
    const bytes = [...found.chunks.keys()].some(waits) ? (before?.bytes ?? 0) : content.length;
    if (file.tier === '1m') for (const hour of found.chunks.keys()) markPending(index, hour);
    const faults = found.damagedLines + (tornPack ? 1 : 0);
    const known = before?.damaged ?? 0;
    index.putFile(file.name, { bytes, packed, damaged: Math.max(known, faults) });
    return faults > known;
  });
}

/** Chunks that the part behind `knownBytes` belongs to; null for all. */
function touchedChunks(file: RecordFile, knownBytes: number, content: Buffer): Set<number> | null {
  if (knownBytes === 0 || knownBytes > content.length) return null;
  // From the last line that was whole then: the end of the one behind it may have arrived since.
  const from = content.lastIndexOf('\n', knownBytes - 1) + 1;
  const touched = new Set<number>();
  for (const line of content.subarray(from).toString('utf8').split('\n')) {
    const atMs = lineTime(line);
    if (atMs !== null) touched.add(chunkStart(file.tier, atMs));
  }
  return touched;
}

/** Takes over gaps and forgotten metrics; those of minute files are kept in the file of the year too, which lives longer. */
function readNotes(index: IndexFile, files: RecordFiles, file: RecordFile, text: string): Map<string, number> {
  const note = (isNew: boolean, atMs: number, line: string): void => {
    if (isNew && file.tier === '1m') files.append(recordName('1d', atMs), line);
  };
  const none = () => false;
  readLines(text, none, {
    gap: (gap: MetricGap) => note(index.putGap(gap), gap.toMs, gapLine(gap)),
    forget: (key, atMs) => note(index.forget(key, atMs), atMs, forgetLine(key, atMs)),
  });
  return index.forgotten();
}

function readChunks(
  index: IndexFile,
  tier: Tier,
  text: string,
  wanted: (atMs: number) => boolean,
  forgotten: ReadonlyMap<string, number>,
): { chunks: Map<number, ChunkBuilder>; damagedLines: number } {
  const chunks = new Map<number, ChunkBuilder>();
  const builderOf = (atMs: number): ChunkBuilder => {
    const start = chunkStart(tier, atMs);
    const known = chunks.get(start);
    if (known) return known;
    const made = new ChunkBuilder();
    chunks.set(start, made);
    return made;
  };
  const kept = (key: string, atMs: number): boolean => (forgotten.get(key) ?? 0) <= atMs;
  const damagedLines = readLines(text, wanted, {
    snapshot: (atMs, toMs) => {
      // A minute may be written in parts, which add up. An hour and a day are whole: a later line replaces the earlier.
      if (tier !== '1m') builderOf(atMs).clear(atMs);
      if (tier === '1d' && toMs !== null) index.putDay(atMs, toMs);
    },
    sample: (atMs, key, n, min, avg, max) => {
      if (kept(key, atMs)) builderOf(atMs).add(atMs, key, n, min, avg, max);
    },
    histogram: (atMs, key, cell, count) => {
      if (kept(key, atMs)) builderOf(atMs).count(atMs, key, cell, count);
    },
  });
  return { chunks, damagedLines };
}

function writeChunk(index: IndexFile, tier: Tier, start: number, builder: ChunkBuilder): void {
  const ids = new Map<string, number>();
  for (const { key, atMs, value } of builder.newest()) ids.set(key, index.noteMetric(key, atMs, value));
  const idOf = (key: string): number => ids.get(key) ?? index.noteMetric(key, start, 0);
  index.putChunk(tier, start, builder.encode(idOf), builder.encodeHistograms(idOf));
}

function markPending(index: IndexFile, atMs: number): void {
  const hour = floorTo(atMs, HOUR_MS);
  index.setPending('1h', hour, true);
  index.setPending('1d', hour, true);
}
