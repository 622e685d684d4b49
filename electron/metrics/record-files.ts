/** The files of the record: their names, what time they hold, and how they are read whatever state they are in. */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readdirSync } from 'node:fs';
import { fstatSync, readFileSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { TIERS, type Tier } from '@shared/metrics';
import { DAY_MS } from './samples';

const NAMES: Record<Tier, string> = { '1m': 'minute', '1h': 'hour', '1d': 'day' };
const NAME = /^(minute|hour|day)-(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\.jsonl$/;
const NEWLINE = 10;
const TAIL_BYTES = 64 * 1024;

/** One file of the record, packed or not: `name` is that of the plain one. */
export interface RecordFile {
  name: string;
  tier: Tier;
  fromMs: number;
  toMs: number;
}

/** Name of the file that holds a bucket: minutes by UTC day, hours by month, days by year. */
export function recordName(tier: Tier, atMs: number): string {
  const length = { '1m': 10, '1h': 7, '1d': 4 }[tier];
  return `${NAMES[tier]}-${new Date(atMs).toISOString().slice(0, length)}.jsonl`;
}

function describe(name: string): RecordFile | null {
  const match = NAME.exec(name);
  const tier = TIERS.find((one) => NAMES[one] === match?.[1]);
  if (!match || !tier) return null;
  const [year, month, day] = [Number(match[2]), Number(match[3] ?? 1) - 1, Number(match[4] ?? 1)];
  const fromMs = Date.UTC(year, month, day);
  if (Number.isNaN(fromMs) || recordName(tier, fromMs) !== name) return null;
  const toMs = { '1m': fromMs + DAY_MS, '1h': Date.UTC(year, month + 1), '1d': Date.UTC(year + 1, 0) }[tier];
  return { name, tier, fromMs, toMs };
}

export class RecordFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Every file of the record, oldest first; packed and plain of one name are one. */
  list(): RecordFile[] {
    const names = new Set(readdirSync(this.folder).map((name) => name.replace(/\.gz$/, '')));
    return [...names].flatMap((name) => describe(name) ?? []).toSorted((a, b) => a.fromMs - b.fromMs);
  }

  /** Bytes of the plain and of the packed file; null for one that is not there. */
  sizes(name: string): { plain: number | null; packed: number | null } {
    const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? null;
    return { plain: size(this.path(name)), packed: size(this.path(`${name}.gz`)) };
  }

  /**
   * Content of packed and plain file in this order. `damaged` is true when not all of the packed one could be unpacked.
   * A plain file that the packed one ends with is what a pack left behind that was interrupted: it counts once.
   */
  read(name: string, plainBytes?: number): { content: Buffer; damaged: boolean } {
    const { plain, packed } = this.sizes(name);
    const plainContent = plain === null ? Buffer.alloc(0) : readFileSync(this.path(name)).subarray(0, plainBytes);
    if (packed === null) return { content: plainContent, damaged: false };
    const unpacked = unpack(readFileSync(this.path(`${name}.gz`)));
    return { content: joined(unpacked.content, plainContent), damaged: unpacked.damaged };
  }

  /** Appends whole lines; what a failed write left is taken back. */
  append(name: string, lines: string): void {
    const file = openSync(this.path(name), 'a', 0o600);
    try {
      const before = fstatSync(file).size;
      try {
        writeAll(file, Buffer.from(lines));
      } catch (thrown) {
        ftruncateSync(file, before);
        throw thrown;
      }
    } finally {
      closeSync(file);
    }
  }

  /** Packs a file that is closed; one that was packed before gets what was added since. */
  pack(name: string): void {
    if (!existsSync(this.path(name))) return;
    const { content } = this.read(name);
    const partial = this.path(`${name}.gz.partial`);
    const file = openSync(partial, 'w', 0o600);
    try {
      writeAll(file, gzipSync(content));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, this.path(`${name}.gz`));
    rmSync(this.path(name));
  }

  remove(name: string): void {
    for (const path of [this.path(name), this.path(`${name}.gz`)]) rmSync(path, { force: true });
  }

  /** Cuts the unfinished last lines that a killed process left in plain files; gives the paths of those files. */
  cutTornLines(): string[] {
    const plain = this.list().filter(({ name }) => existsSync(this.path(name)));
    return plain.map(({ name }) => this.path(name)).filter(cutTornLine);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function joined(packed: Buffer, plain: Buffer): Buffer {
  const left = packed.length >= plain.length && packed.subarray(packed.length - plain.length).equals(plain);
  return left ? packed : Buffer.concat([packed, plain]);
}

function unpack(bytes: Buffer): { content: Buffer; damaged: boolean } {
  try {
    return { content: gunzipSync(bytes), damaged: false };
  } catch {
    return { content: unpackStart(bytes), damaged: true };
  }
}

/** As much as can be unpacked of a file that ends too early; nothing of one that is damaged otherwise. */
function unpackStart(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

function cutTornLine(path: string): boolean {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    const whole = endOfLastLine(file, size);
    if (whole === size) return false;
    ftruncateSync(file, whole);
    return true;
  } finally {
    closeSync(file);
  }
}

function endOfLastLine(file: number, size: number): number {
  const piece = Buffer.alloc(TAIL_BYTES);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - TAIL_BYTES);
    readSync(file, piece, 0, end - start, start);
    const newline = piece.subarray(0, end - start).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
