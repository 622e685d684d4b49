/** A reader of the log made apart from Holdfast's own: what it says is what the files hold. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import Database from 'better-sqlite3';

export interface ReadTransaction {
  number: number;
  pageCountAfter: number;
  fromMs: number;
  untilMs: number;
  pages: { number: number; content: Buffer }[];
}

export interface ReadLog {
  pageSize: number;
  transactions: ReadTransaction[];
  segments: { number: number; sealed: boolean }[];
}

/** Reads a generation as `log-format.ts` describes it: sealed files by `gunzip`, then the one that is still written. */
export function readLog(folder: string, generationId: string): ReadLog {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name.includes(`-${generationId}-`));
  const numbers = [...new Set(names.map((name) => Number(/-(\d{6})\.log/.exec(name)?.[1])))].toSorted((a, b) => a - b);
  const log: ReadLog = { pageSize: 0, transactions: [], segments: [] };
  let hash: Buffer = Buffer.alloc(32);
  for (const number of numbers) {
    const sealed = names.find((name) => name.endsWith(`${String(number).padStart(6, '0')}.log.gz`));
    const open = names.find((name) => name.endsWith(`${String(number).padStart(6, '0')}.log`));
    const bytes = sealed ? zlib.gunzipSync(readFileSync(join(folder, sealed))) : readFileSync(join(folder, open ?? ''));
    log.segments.push({ number, sealed: sealed !== undefined });
    hash = readSegment(bytes, generationId, number, hash, log, sealed !== undefined);
  }
  return log;
}

function readSegment(
  bytes: Buffer,
  generationId: string,
  segment: number,
  before: Buffer,
  log: ReadLog,
  whole: boolean,
): Buffer {
  const header = {
    magic: bytes.toString('latin1', 0, 16),
    pageSize: bytes.readUInt32LE(16),
    segment: bytes.readUInt32LE(20),
    transactionsBefore: Number(bytes.readBigUInt64LE(24)),
    generationId: bytes.toString('latin1', 32, 64).replace(/\0+$/, ''),
    previousHash: bytes.toString('hex', 64, 96),
  };
  const last = log.transactions.at(-1)?.number ?? 0;
  const right = {
    magic: 'HOLDFAST LOG 1\n\0',
    segment,
    transactionsBefore: last,
    generationId,
    previousHash: before.toString('hex'),
  };
  if (JSON.stringify({ ...header, pageSize: 0 }) !== JSON.stringify({ ...header, ...right, pageSize: 0 })) {
    throw new Error(`segment ${segment}: ${JSON.stringify(header)}`);
  }
  log.pageSize = header.pageSize;
  let at = 96;
  let hash = before;
  while (at + 40 <= bytes.length) {
    const pages = bytes.readUInt32LE(at + 4);
    const length = 40 + pages * (4 + header.pageSize) + 32;
    if (at + length > bytes.length) break;
    hash = createHash('sha256')
      .update(hash)
      .update(bytes.subarray(at, at + length - 32))
      .digest();
    if (
      bytes.toString('latin1', at, at + 4) !== 'TXN\n' ||
      !hash.equals(bytes.subarray(at + length - 32, at + length))
    ) {
      throw new Error(`segment ${segment}: record at byte ${at}`);
    }
    const number = Number(bytes.readBigUInt64LE(at + 16));
    if (number !== (log.transactions.at(-1)?.number ?? 0) + 1) throw new Error(`transaction ${number} out of turn`);
    log.transactions.push({
      number,
      pageCountAfter: bytes.readUInt32LE(at + 8),
      fromMs: Number(bytes.readBigUInt64LE(at + 24)),
      untilMs: Number(bytes.readBigUInt64LE(at + 32)),
      pages: Array.from({ length: pages }, (_, index) => ({
        number: bytes.readUInt32LE(at + 40 + index * 4),
        content: bytes.subarray(
          at + 40 + pages * 4 + index * header.pageSize,
          at + 40 + pages * 4 + (index + 1) * header.pageSize,
        ),
      })),
    });
    at += length;
  }
  if (whole && at !== bytes.length) throw new Error(`segment ${segment}: ${bytes.length - at} bytes too many`);
  return hash;
}

/** The image after each transaction, from the image of a base on. */
export class Replayed {
  private image: Buffer;
  private next = 0;

  constructor(
    base: string,
    private readonly log: ReadLog,
    private readonly replayFrom = 0,
  ) {
    this.image = readFileSync(base);
    this.next = this.replayFrom;
  }

  /** Writes the image after a transaction to a file, in rollback mode so that it can be opened by itself. */
  writeAfter(transaction: number, file: string): void {
    const { transactions, pageSize } = this.log;
    for (; this.next < transaction; this.next++) {
      const { pages, pageCountAfter } = transactions[this.next]!;
      const size = pageCountAfter * pageSize;
      const needed = Math.max(size, ...pages.map(({ number }) => number * pageSize));
      if (needed > this.image.length)
        this.image = Buffer.concat([this.image, Buffer.alloc(needed - this.image.length)]);
      for (const { number, content } of pages) content.copy(this.image, (number - 1) * pageSize);
      this.image = this.image.subarray(0, size);
    }
    const copy = Buffer.from(this.image);
    copy[18] = 1;
    copy[19] = 1;
    writeFileSync(file, copy);
  }
}

/** What the writers left in an image: how many commits, and whose. */
export function readCommits(file: string): {
  total: number;
  rows: { total: number; writer: string; seq: number }[];
  check: unknown;
} {
  const db = new Database(file, { readonly: true });
  try {
    return {
      total: db.prepare('SELECT total FROM counter').pluck().get() as number,
      rows: db.prepare('SELECT total, writer, seq FROM done ORDER BY total').all() as {
        total: number;
        writer: string;
        seq: number;
      }[],
      check: db.pragma('integrity_check', { simple: true }),
    };
  } finally {
    db.close();
  }
}
