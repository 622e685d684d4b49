/**
 * Chunks of the index: all metrics of one hour of minutes, one UTC day of hours, one UTC month of days, in one BLOB.
 *
 *     uint32   magic, number of buckets B, number of metrics M, 0
 *     float64  B starts of buckets, milliseconds since 1970, ascending
 *     uint32   M times id and form, ids ascending
 *     M columns of numbers of measurements, minima, averages, maxima; 0 measurements where nothing was measured
 *
 * The form says what a column leaves out. Lowest two bits: 0 when all numbers of measurements are the same and stand there
 * once (uint32), 1 when they fit into bytes (filled up to a multiple of four), 2 for B uint32. Third bit: minimum, average
 * and maximum are the same everywhere and stand there once (B float32 in place of 3 B).
 *
 * Histograms are in BLOBs of their own: the same header and starts, then for each metric uint32 id, number of entries E,
 * and E times uint32 number of the bucket * 256 + cell, uint32 count. All numbers are little endian.
 */
import type { Tier } from '@shared/metrics';
import { addTo, DAY_MS, emptyFold, floorTo, type Fold, HOUR_MS, roundSample } from './samples';

const MAGIC = 0x31464d48; // HMF1
const HEADER_BYTES = 16;
const CELL_BITS = 256;

/** Start of the chunk that holds a bucket. */
export function chunkStart(tier: Tier, atMs: number): number {
  if (tier === '1m') return floorTo(atMs, HOUR_MS);
  if (tier === '1h') return floorTo(atMs, DAY_MS);
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

export class DamagedChunk extends Error {
  override name = 'DamagedChunk';
}

/** Collects what one chunk holds. */
export class ChunkBuilder {
  /** Folds by bucket, then by key. */
  private readonly buckets = new Map<number, Map<string, Fold>>();
  /** Counts by bucket, key and cell. */
  private readonly histograms = new Map<number, Map<string, Map<number, number>>>();

  add(atMs: number, key: string, n: number, min: number, avg: number, max: number): void {
    const folds = getOrMake(this.buckets, atMs, () => new Map<string, Fold>());
    addTo(getOrMake(folds, key, emptyFold), n, min, avg, max);
  }

  count(atMs: number, key: string, cell: number, count: number): void {
    const keys = getOrMake(this.histograms, atMs, () => new Map<string, Map<number, number>>());
    const cells = getOrMake(keys, key, () => new Map<number, number>());
    cells.set(cell, (cells.get(cell) ?? 0) + count);
  }

  /** Takes out what a bucket has: what follows replaces it. */
  clear(atMs: number): void {
    this.buckets.delete(atMs);
    this.histograms.delete(atMs);
  }

  /** Newest bucket of each key, and its average. */
  newest(): { key: string; atMs: number; value: number }[] {
    const newest = new Map<string, { atMs: number; fold: Fold }>();
    for (const [atMs, folds] of this.buckets) {
      for (const [key, fold] of folds) if ((newest.get(key)?.atMs ?? -1) < atMs) newest.set(key, { atMs, fold });
    }
    return [...newest].map(([key, { atMs, fold }]) => ({ key, atMs, value: roundSample(fold.sum / fold.n) }));
  }

  encode(idOf: (key: string) => number): Buffer {
    const times = [...this.buckets.keys()].toSorted((a, b) => a - b);
    const keys = new Set(times.flatMap((atMs) => [...(this.buckets.get(atMs)?.keys() ?? [])]));
    const columns = [...keys].map((key) => ({ id: idOf(key), ...packColumn(this.columnOf(key, times)) }));
    columns.sort((a, b) => a.id - b.id);
    let offset = HEADER_BYTES + times.length * 8;
    const buffer = new ArrayBuffer(
      columns.reduce((sum, { parts }) => sum + bytesOf(parts), offset + columns.length * 8),
    );
    writeHeader(buffer, times, columns.length);
    new Uint32Array(buffer, offset, columns.length * 2).set(columns.flatMap(({ id, form }) => [id, form]));
    offset += columns.length * 8;
    for (const part of columns.flatMap(({ parts }) => parts)) {
      new Uint8Array(buffer, offset).set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      offset += part.byteLength;
    }
    return Buffer.from(buffer);
  }

  private columnOf(key: string, times: readonly number[]): Column {
    const { length } = times;
    const floats = () => new Float32Array(length);
    const column = { n: new Uint32Array(length), min: floats(), avg: floats(), max: floats() };
    for (const [i, atMs] of times.entries()) {
      const fold = this.buckets.get(atMs)?.get(key);
      if (!fold) continue;
      column.n[i] = fold.n;
      column.min[i] = fold.min;
      column.avg[i] = fold.sum / fold.n;
      column.max[i] = fold.max;
    }
    return column;
  }

  /** Null when there are no counts. */
  encodeHistograms(idOf: (key: string) => number): Buffer | null {
    if (this.histograms.size === 0) return null;
    const times = [...this.histograms.keys()].toSorted((a, b) => a - b);
    const entries = new Map<number, number[]>();
    for (const [i, atMs] of times.entries()) {
      for (const [key, cells] of this.histograms.get(atMs) ?? []) {
        const list = getOrMake(entries, idOf(key), (): number[] => []);
        for (const [cell, count] of [...cells].toSorted(([a], [b]) => a - b)) list.push(i * CELL_BITS + cell, count);
      }
    }
    const sorted = [...entries].toSorted(([a], [b]) => a - b);
    const body = sorted.flatMap(([id, list]) => [id, list.length / 2, ...list]);
    const buffer = new ArrayBuffer(HEADER_BYTES + times.length * 8 + body.length * 4);
    writeHeader(buffer, times, sorted.length);
    new Uint32Array(buffer, HEADER_BYTES + times.length * 8).set(body);
    return Buffer.from(buffer);
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function writeHeader(buffer: ArrayBuffer, times: readonly number[], metrics: number): void {
  new Uint32Array(buffer, 0, 4).set([MAGIC, times.length, metrics, 0]);
  new Float64Array(buffer, HEADER_BYTES, times.length).set(times);
}

export interface Column {
  n: Uint32Array;
  min: Float32Array;
  avg: Float32Array;
  max: Float32Array;
}
type Part = Uint32Array | Uint8Array | Float32Array;

const SAME_NUMBER = 0;
const BYTES = 1;
const NUMBERS = 2;
const FLAT = 4;

const bytesOf = (parts: readonly Part[]): number => parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
const paddedTo4 = (length: number): number => Math.ceil(length / 4) * 4;

function packColumn({ n, min, avg, max }: Column): { form: number; parts: Part[] } {
  const flat = min.every((value, i) => value === avg[i] && value === max[i]);
  const values: Part[] = flat ? [min] : [min, avg, max];
  const flatness = flat ? FLAT : 0;
  if (n.every((count) => count === n[0])) return { form: SAME_NUMBER | flatness, parts: [n.slice(0, 1), ...values] };
  if (n.some((count) => count > 255)) return { form: NUMBERS | flatness, parts: [n, ...values] };
  const bytes = new Uint8Array(paddedTo4(n.length));
  bytes.set(n);
  return { form: BYTES | flatness, parts: [bytes, ...values] };
}

/** Bytes of a column of this form. */
function columnBytes(form: number, length: number): number {
  const numbers = { [SAME_NUMBER]: 4, [BYTES]: paddedTo4(length), [NUMBERS]: 4 * length }[form & 3];
  if (numbers === undefined) throw new DamagedChunk(`a column of the index has form ${form}`);
  return numbers + (form & FLAT ? 4 : 12) * length;
}

function unpackColumn(buffer: ArrayBuffer, offset: number, form: number, length: number): Column {
  const values = offset + columnBytes(form, length) - (form & FLAT ? 4 : 12) * length;
  const floats = (place: number) => new Float32Array(buffer, values + (form & FLAT ? 0 : place) * length * 4, length);
  return { n: numbersOf(buffer, offset, form & 3, length), min: floats(0), avg: floats(1), max: floats(2) };
}

function numbersOf(buffer: ArrayBuffer, offset: number, form: number, length: number): Uint32Array {
  if (form === NUMBERS) return new Uint32Array(buffer, offset, length);
  if (form === BYTES) return Uint32Array.from(new Uint8Array(buffer, offset, length));
  return new Uint32Array(length).fill(new Uint32Array(buffer, offset, 1)[0] ?? 0);
}

interface Opened {
  buffer: ArrayBuffer;
  times: Float64Array;
  metrics: number;
  bodyAt: number;
}

function open(blob: Buffer): Opened {
  // A copy: where SQLite put the bytes, eight-byte numbers may not be read in place.
  const buffer = new ArrayBuffer(blob.length);
  new Uint8Array(buffer).set(blob);
  const [magic, length = 0, metrics = 0] = blob.length < HEADER_BYTES ? [] : new Uint32Array(buffer, 0, 4);
  const bodyAt = HEADER_BYTES + length * 8;
  if (magic !== MAGIC || bodyAt > blob.length) throw new DamagedChunk('a chunk of the index is not as it was written');
  return { buffer, times: new Float64Array(buffer, HEADER_BYTES, length), metrics, bodyAt };
}

/** A chunk that is read. Throws `DamagedChunk`. */
export class Chunk {
  readonly times: Float64Array;
  readonly ids: Uint32Array;
  private readonly buffer: ArrayBuffer;
  private readonly forms: Uint32Array;
  private readonly offsets: number[] = [];

  constructor(blob: Buffer) {
    const { buffer, times, metrics, bodyAt } = open(blob);
    let offset = bodyAt + metrics * 8;
    if (offset > buffer.byteLength) throw new DamagedChunk('a chunk of the index is shorter than it says');
    const pairs = new Uint32Array(buffer, bodyAt, metrics * 2);
    this.ids = pairs.filter((_, i) => i % 2 === 0);
    this.forms = pairs.filter((_, i) => i % 2 === 1);
    for (const form of this.forms) {
      this.offsets.push(offset);
      offset += columnBytes(form, times.length);
    }
    if (offset !== buffer.byteLength) throw new DamagedChunk('a chunk of the index is shorter or longer than it says');
    this.buffer = buffer;
    this.times = times;
  }

  /** The column of the metric in the `place` of `ids`. */
  column(place: number): Column {
    return unpackColumn(this.buffer, this.offsets[place] ?? 0, this.forms[place] ?? 0, this.times.length);
  }
}

/** Visits the counts of a BLOB of histograms. Throws `DamagedChunk`. */
export function eachCount(blob: Buffer, visit: (id: number, atMs: number, cell: number, count: number) => void): void {
  const { buffer, times, metrics, bodyAt } = open(blob);
  const body = new Uint32Array(buffer, bodyAt);
  let at = 0;
  for (let metric = 0; metric < metrics; metric++) {
    const [id, entries] = [body[at], body[at + 1]];
    if (id === undefined || entries === undefined || at + 2 + entries * 2 > body.length) {
      throw new DamagedChunk('histograms in the index are shorter than they say');
    }
    at += 2;
    for (const end = at + entries * 2; at < end; at += 2) {
      const place = body[at] ?? 0;
      visit(id, times[Math.floor(place / CELL_BITS)] ?? Number.NaN, place % CELL_BITS, body[at + 1] ?? 0);
    }
  }
}
