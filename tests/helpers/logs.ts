/**
 * Logs made by hand: the frames of a real WAL, read here a second time by SQLite's description of it, written as the
 * encoder writes transactions.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import Database from 'better-sqlite3';
import { encodeTrailer, memberPieces } from '../../electron/backup/gzip-member';
import { encodeLogHeader, encodeTransaction } from '../../electron/continuous/log-format';
import type { LogManifest } from '../../electron/continuous/log-manifest';
import { openLogName, sealedLogName } from '../../electron/continuous/log-names';
import type { LogBase, LogFile } from '../../electron/continuous/types';
import { sha256 } from './chains';

export const GENERATION = '20261121T020000Z-0000aa';
export const LOG_START_MS = Date.UTC(2026, 10, 21, 2);
/** Transaction `n` is seen by the poll that ends so long after the start, and was committed since the poll before. */
export const untilOf = (number: number): number => LOG_START_MS + number * 1000;

export interface MadeTransaction {
  pages: { number: number; content: Buffer }[];
  pageCountAfter: number;
  /** The database as SQLite says it is afterwards. */
  image: Buffer;
}

/** A database in WAL mode whose WAL is never begun anew, so that all transactions are in it. */
export class LoggedDatabase {
  readonly transactions: MadeTransaction[] = [];
  /** Image before the first transaction. */
  readonly before: Buffer;
  private readonly database: Database.Database;
  private readAt = 32;

  constructor(
    private readonly file: string,
    readonly pageSizeBytes: number,
    create: string,
    pragmas: readonly string[] = [],
  ) {
    this.database = new Database(file);
    this.database.pragma(`page_size = ${pageSizeBytes}`);
    for (const pragma of pragmas) this.database.pragma(pragma);
    this.database.pragma('journal_mode = WAL');
    this.database.exec(create);
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    this.database.pragma('wal_autocheckpoint = 0');
    this.before = this.database.serialize();
  }

  /** Runs one transaction. */
  commit(sql: string): void {
    this.database.exec(sql);
    const found = this.readTransactions();
    if (found.length !== 1) throw new Error(`${found.length} transactions: ${sql}`);
    const [transaction] = found;
    if (transaction) this.transactions.push({ ...transaction, image: this.database.serialize() });
  }

  close(): void {
    this.database.close();
  }

  /** https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
  private readTransactions(): Omit<MadeTransaction, 'image'>[] {
    const wal = existsSync(`${this.file}-wal`) ? readFileSync(`${this.file}-wal`) : Buffer.alloc(0);
    const salts = wal.subarray(16, 24);
    const found: Omit<MadeTransaction, 'image'>[] = [];
    let pages = new Map<number, Buffer>();
    const frameBytes = 24 + this.pageSizeBytes;
    for (let at = this.readAt; at + frameBytes <= wal.length; at += frameBytes) {
      if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
      pages.set(wal.readUInt32BE(at), Buffer.from(wal.subarray(at + 24, at + frameBytes)));
      const pageCountAfter = wal.readUInt32BE(at + 4);
      if (pageCountAfter === 0) continue;
      const sorted = [...pages].toSorted(([a], [b]) => a - b);
      found.push({ pages: sorted.map(([number, content]) => ({ number, content })), pageCountAfter });
      pages = new Map();
      this.readAt = at + frameBytes;
    }
    return found;
  }
}

export interface MadeSegment {
  file: string;
  bytes: Buffer;
  /** Uncompressed. */
  content: Buffer;
  /** Null for one that is still written. */
  manifest: LogManifest | null;
  log: LogFile;
  first: number;
  last: number;
}

export interface SegmentOptions {
  generationId?: string;
  name?: string;
  bases?: LogBase[];
  /** Content of each gzip member. */
  memberBytes?: number;
  home?: string;
  databaseId?: string;
  path?: string;
  /** Changes the content before it is sealed: a file that was never right. */
  forge?: (content: Buffer, segment: number) => Buffer;
}

/**
 * Writes the log of `transactions` as segments of so many transactions each; what is left over is in one that is still
 * written.
 */
export function writeLog(
  folder: string,
  pageSizeBytes: number,
  transactions: readonly Pick<MadeTransaction, 'pages' | 'pageCountAfter'>[],
  perSegment: readonly number[],
  options: SegmentOptions = {},
): MadeSegment[] {
  const { generationId = GENERATION, name = 'app' } = options;
  mkdirSync(folder, { recursive: true });
  const segments: MadeSegment[] = [];
  let hash: Buffer = Buffer.alloc(32);
  let number = 0;
  const write = (count: number, isOpen: boolean): void => {
    const segment = segments.length + 1;
    const [previousHash, first] = [hash, number + 1];
    const pieces = [
      encodeLogHeader({ pageSizeBytes, segment, transactionsBefore: number, generationId, previousHash }),
    ];
    for (const { pages, pageCountAfter } of transactions.slice(number, number + count)) {
      number++;
      const [fromMs, untilMs] = [untilOf(number - 1), untilOf(number)];
      const encoded = encodeTransaction({ number, pageCountAfter, fromMs, untilMs }, pages, hash);
      pieces.push(...encoded.pieces);
      hash = encoded.hash;
    }
    const made = Buffer.concat(pieces);
    const content = options.forge?.(made, segment) ?? made;
    const manifest = isOpen
      ? null
      : manifestOf(
          content,
          { ...options, generationId, name },
          {
            ...{ segment, firstTransaction: first, lastTransaction: number, pageSizeBytes },
            fromAt: new Date(untilOf(first - 1)).toISOString(),
            untilAt: new Date(untilOf(number)).toISOString(),
            previousHash: previousHash.toString('hex'),
            lastHash: hash.toString('hex'),
          },
        );
    const bytes = manifest ? sealLog(content, manifest) : content;
    const file = join(folder, (isOpen ? openLogName : sealedLogName)(name, generationId, segment));
    writeFileSync(file, bytes);
    const expected = isOpen ? null : { sizeBytes: bytes.length, sha256: sha256(bytes) };
    const log = { file, number: segment, expected, through: number };
    segments.push({ file, bytes, content, manifest, log, first, last: number });
  };
  for (const count of perSegment) write(count, false);
  if (number < transactions.length) write(transactions.length - number, true);
  return segments;
}

type Described = Pick<
  LogManifest,
  | 'segment'
  | 'firstTransaction'
  | 'lastTransaction'
  | 'pageSizeBytes'
  | 'fromAt'
  | 'untilAt'
  | 'previousHash'
  | 'lastHash'
>;

function manifestOf(
  content: Buffer,
  options: SegmentOptions & { generationId: string; name: string },
  described: Described,
): LogManifest {
  const { databaseId = `database-${options.name}`, path = `/data/${options.name}.db` } = options;
  return {
    format: 'holdfast-log/1',
    generationId: options.generationId,
    database: { id: databaseId, name: options.name, path },
    home: options.home ?? '00000000',
    ...described,
    contentBytes: content.length,
    contentSha256: sha256(content),
    memberBytes: options.memberBytes ?? 64 << 10,
    bases: options.bases ?? [],
  };
}

/** The sealed file of `content`, cut into members. */
export function sealLog(content: Buffer, manifest: LogManifest): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < content.length; at += manifest.memberBytes) {
    const piece = content.subarray(at, at + manifest.memberBytes);
    members.push(...memberPieces(zlib.gzipSync(piece), piece.length));
  }
  const body = Buffer.concat(members);
  return Buffer.concat([body, encodeTrailer(manifest, createHash('sha256').update(body))]);
}
