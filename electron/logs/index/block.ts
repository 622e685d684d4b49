/**
 * Entries of one source, a few thousand together: columns of numbers, and their texts one after the other. A block that is
 * full is written once and never changed; an entry is known by its block and its place there.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LOG_LEVELS, type LogLevel } from '@shared/logs';
import { pack, unpack } from './columns';
import { type Folded, unfold } from './casing';

/** Entries of a block at most; also what the number of a block is multiplied with in the id of an entry. */
export const BLOCK_ENTRIES = 4_096;
/** A block is full with so many bytes of text, too. */
export const BLOCK_TEXT_BYTES = 512 * 1024;

export const entryId = (block: number, place: number): number => block * BLOCK_ENTRIES + place;
export const placeOf = (id: number): { block: number; place: number } => ({
  block: Math.floor(id / BLOCK_ENTRIES),
  place: id % BLOCK_ENTRIES,
});

/** What no level has. */
export const NO_LEVEL = LOG_LEVELS.length;
export const levelNumber = (level: LogLevel | 'NONE' | null): number =>
  level === null || level === 'NONE' ? NO_LEVEL : LOG_LEVELS.indexOf(level);
export const levelOf = (number: number): LogLevel | null => LOG_LEVELS[number] ?? null;

/** One entry on its way into the index. */
export interface IndexedEntry {
  atMs: number;
  hasOwnTime: boolean;
  level: number;
  patternId: number;
  fileId: number;
  loggerId: number;
  offset: number;
  sizeBytes: number;
  lines: number;
  isCut: boolean;
  text: string;
}

/** What is searched. */
export interface BlockColumns {
  times: Float64Array;
  levels: Uint8Array;
  patterns: Uint32Array;
  /** Where each text begins, and where the last one ends; a line feed stands after each. */
  starts: Uint32Array;
}

/** What is only needed to show entries. */
export interface BlockDetails {
  offsets: Float64Array;
  sizes: Uint32Array;
  lines: Uint32Array;
  files: Uint32Array;
  loggers: Uint32Array;
  flags: Uint8Array;
  /** Distances of upper-case letters, and where those of each entry begin. */
  upper: Uint32Array;
  upperStarts: Uint32Array;
  /** Texts that lower case says too little of, as UTF-8, by `exactStarts`; empty where it does not. */
  exact: Uint8Array;
  exactStarts: Uint32Array;
}

const OWN_TIME = 1;
const CUT = 2;

export interface BuiltBlock {
  columns: BlockColumns;
  details: BlockDetails;
  /** UTF-8, in lower case. */
  text: Buffer;
}

export function buildBlock(entries: readonly IndexedEntry[], folded: readonly Folded[]): BuiltBlock {
  const count = entries.length;
  const text = Buffer.from(folded.map((one) => `${one.text}\n`).join(''));
  const starts = new Uint32Array(count + 1);
  const upperStarts = new Uint32Array(count + 1);
  const exactStarts = new Uint32Array(count + 1);
  const upper: number[] = [];
  const exact: Buffer[] = [];
  for (const [place, { text: lower, upper: distances }] of folded.entries()) {
    starts[place + 1] = (starts[place] ?? 0) + Buffer.byteLength(lower) + 1;
    if (distances) for (const distance of distances) upper.push(distance);
    const whole = distances ? EMPTY : Buffer.from(entries[place]?.text ?? '');
    if (!distances) exact.push(whole);
    upperStarts[place + 1] = upper.length;
    exactStarts[place + 1] = (exactStarts[place] ?? 0) + whole.length;
  }
  return {
    text,
    columns: {
      times: Float64Array.from(entries, ({ atMs }) => atMs),
      levels: Uint8Array.from(entries, ({ level }) => level),
      patterns: Uint32Array.from(entries, ({ patternId }) => patternId),
      starts,
    },
    details: {
      offsets: Float64Array.from(entries, ({ offset }) => offset),
      sizes: Uint32Array.from(entries, ({ sizeBytes }) => sizeBytes),
      lines: Uint32Array.from(entries, ({ lines }) => lines),
      files: Uint32Array.from(entries, ({ fileId }) => fileId),
      loggers: Uint32Array.from(entries, ({ loggerId }) => loggerId),
      flags: Uint8Array.from(entries, ({ hasOwnTime, isCut }) => (hasOwnTime ? OWN_TIME : 0) | (isCut ? CUT : 0)),
      upper: Uint32Array.from(upper),
      upperStarts,
      exact: Buffer.concat(exact),
      exactStarts,
    },
  };
}
const EMPTY = Buffer.alloc(0);

export const packColumns = ({ times, levels, patterns, starts }: BlockColumns): Buffer =>
  pack([times, levels, patterns, starts]);

export function unpackColumns(packed: Uint8Array): BlockColumns {
  const [times, levels, patterns, starts] = unpack(packed, ['f64', 'u8', 'u32', 'u32']);
  return { times, levels, patterns, starts };
}

export function packDetails(details: BlockDetails): Buffer {
  const { offsets, sizes, lines, files, loggers, flags, upper, upperStarts, exact, exactStarts } = details;
  const packed = pack([offsets, sizes, lines, files, loggers, flags, upper, upperStarts, exact, exactStarts]);
  return deflateRawSync(packed, { level: 1 });
}

export function unpackDetails(packed: Uint8Array): BlockDetails {
  const kinds = ['f64', 'u32', 'u32', 'u32', 'u32', 'u8', 'u32', 'u32', 'u8', 'u32'] as const;
  const [offsets, sizes, lines, files, loggers, flags, upper, upperStarts, exact, exactStarts] = unpack(
    inflateRawSync(packed),
    kinds,
  );
  return { offsets, sizes, lines, files, loggers, flags, upper, upperStarts, exact, exactStarts };
}

/** The entry at a place of a block, as it came. */
export function entryAt({ columns, details, text }: BuiltBlock, place: number): IndexedEntry {
  const { starts } = columns;
  const flags = details.flags[place] ?? 0;
  const [exactFrom = 0, exactTo = 0] = details.exactStarts.subarray(place, place + 2);
  const [upperFrom = 0, upperTo = 0] = details.upperStarts.subarray(place, place + 2);
  const lower = text.toString('utf8', starts[place], (starts[place + 1] ?? 1) - 1);
  return {
    atMs: columns.times[place] ?? 0,
    hasOwnTime: (flags & OWN_TIME) !== 0,
    level: columns.levels[place] ?? NO_LEVEL,
    patternId: columns.patterns[place] ?? 0,
    fileId: details.files[place] ?? 0,
    loggerId: details.loggers[place] ?? 0,
    offset: details.offsets[place] ?? 0,
    sizeBytes: details.sizes[place] ?? 0,
    lines: details.lines[place] ?? 1,
    isCut: (flags & CUT) !== 0,
    text:
      exactTo > exactFrom
        ? Buffer.from(details.exact.subarray(exactFrom, exactTo)).toString()
        : unfold(lower, details.upper.subarray(upperFrom, upperTo)),
  };
}
