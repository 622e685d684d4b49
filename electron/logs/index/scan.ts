/** Goes through the index and gathers what is meant. Gives way often: following and other questions go on meanwhile. */
import { setImmediate as pause } from 'node:timers/promises';
import { type BlockColumns, entryId } from './block';
import { Found } from './found';
import type { LogIndex } from './log-index';
import { columnTest, isInReach, matchWords, mayHoldWords } from './match';
import type { Plan } from './query';
import type { BlockMeta, SourceIndex } from './source-index';

const SLICE_MS = 20;
/** Blocks that are on their way to the thread at once. */
const IN_FLIGHT = 3;

/** A thread that compares blocks with a regular expression. */
export interface RegexRun {
  /** Rejects when it was ended. */
  match(text: Uint8Array, starts: Uint32Array): Promise<Uint16Array>;
  end(): void;
}
/** Starts one; the expression was checked before. */
export type StartRegex = (source: string) => RegexRun;

export interface ScanOptions {
  startRegex: StartRegex;
  /** Time for a regular expression; what was found until then counts. */
  limitMs: number;
}

export async function scan(index: LogIndex, plan: Plan, options: ScanOptions): Promise<Found> {
  const found = new Found();
  const parts = partsOf(index, plan);
  if (plan.regex === null) await scanWords(index, plan, parts, found);
  else await scanRegex(index, plan, plan.regex, parts, found, options);
  return found.finish();
}

/** Full blocks and newest entries of one source after the other: nearly in the order of time. */
function partsOf(index: LogIndex, plan: Plan): Part[] {
  const sources = index
    .sourceIds()
    .filter((id) => plan.sourceIds === null || plan.sourceIds.has(id))
    .flatMap((id) => index.source(id) ?? []);
  const metas = index.metas();
  return sources.flatMap((source) => [
    ...metas
      .filter((meta) => meta.source === source.number && isInReach(meta, plan))
      .map((meta) => ({ meta, source: null })),
    ...[source.newest()].flatMap((newest) =>
      newest && isInReach(newest.meta, plan) ? [{ meta: newest.meta, source }] : [],
    ),
  ]);
}

interface Part {
  meta: BlockMeta;
  /** Of newest entries, which may have become a full block by the time they are looked at. */
  source: SourceIndex | null;
}

interface Opened {
  meta: BlockMeta;
  columns: BlockColumns;
  text: () => Buffer;
}

/** Null when it is gone by now, or says nothing of the words. */
function open(index: LogIndex, { meta, source }: Part, plan: Plan): Opened | null {
  const { number } = meta;
  const newest = source?.newest();
  if (newest && newest.meta.number === number) {
    return { meta: newest.meta, columns: newest.built.columns, text: () => newest.built.text };
  }
  const known = index.block(number);
  if (!known || !mayHoldWords(index.filterOf(number), plan)) return null;
  return { meta: known, columns: index.columnsOf(number), text: () => index.textOnce(number) };
}

async function scanWords(index: LogIndex, plan: Plan, parts: readonly Part[], found: Found): Promise<void> {
  let since = performance.now();
  for (const part of parts) {
    const opened = open(index, part, plan);
    if (opened) {
      const { meta, columns, text } = opened;
      const test = columnTest(meta, columns, plan);
      gather(found, opened, matchWords(columns, plan.words.length > 0 ? text() : null, plan, test), null);
    }
    if (performance.now() - since < SLICE_MS) continue;
    await pause();
    since = performance.now();
  }
}

async function scanRegex(
  index: LogIndex,
  plan: Plan,
  source: string,
  parts: readonly Part[],
  found: Found,
  { startRegex, limitMs }: ScanOptions,
): Promise<void> {
  const run = startRegex(source);
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    run.end();
  }, limitMs);
  const waiting: Promise<void>[] = [];
  try {
    for (const part of parts) {
      if (isOver) break;
      const opened = open(index, part, plan);
      if (!opened) continue;
      const { columns, meta, text } = opened;
      const test = columnTest(meta, columns, plan);
      const some = candidates(columns, text(), plan, test);
      if (some.starts.length === 1) continue;
      const matched = run
        .match(some.text, some.starts)
        .then((places) => gather(found, opened, some.placesOf(places), test));
      // Looked at below; a rejection before that is none that nobody sees.
      matched.catch(() => undefined);
      waiting.push(matched);
      if (waiting.length >= IN_FLIGHT) await waiting.shift();
      else await pause();
    }
    await Promise.all(waiting);
  } catch (thrown) {
    if (!isOver) throw thrown;
  } finally {
    clearTimeout(timer);
    run.end();
  }
  found.isWhole = !isOver;
}

/** The entries that an expression has to be compared with: where words are certain, those that have them. */
function candidates(columns: BlockColumns, text: Buffer, plan: Plan, test: ((place: number) => boolean) | null) {
  const { starts } = columns;
  if (plan.words.length === 0 && test === null) {
    return { text, starts, placesOf: (places: Uint16Array): Uint16Array => places };
  }
  const all = matchWords(columns, text, plan, test);
  const sizes = new Uint32Array(all.length + 1);
  all.forEach((place, index) => {
    sizes[index + 1] = (sizes[index] ?? 0) + (starts[place + 1] ?? 0) - (starts[place] ?? 0);
  });
  const some = Buffer.allocUnsafeSlow(sizes[all.length] ?? 0);
  all.forEach((place, index) => text.copy(some, sizes[index], starts[place], starts[place + 1]));
  return {
    text: some,
    starts: sizes,
    placesOf: (places: Uint16Array): Uint16Array => places.map((place) => all[place] ?? 0),
  };
}

function gather(
  found: Found,
  { meta, columns }: Opened,
  places: Uint16Array,
  test: ((place: number) => boolean) | null,
): void {
  found.add(entryId(meta.number, 0), columns, test === null ? places : places.filter(test));
}
