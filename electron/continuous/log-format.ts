/**
 * The content of a file of the transaction log, the same in one that is still written (`.log`) and in a sealed one
 * (`.log.gz`, a container of gzip members with a trailer as in docs/backup-format.md). All integers are little endian.
 *
 *   header       16 bytes `HOLDFAST LOG 1\n\0`; u32 page size; u32 number of the segment, from 1; u64 number of the last
 *                transaction before this segment; 32 bytes id of the generation, ASCII, filled with zeros; 32 bytes hash of
 *                the last record before this segment, zeros for the first
 *   transaction  4 bytes `TXN\n`; u32 number of pages that follow; u32 pages of the database after it; u32 zero;
 *                u64 number, one higher than before; u64 from and u64 until: milliseconds since 1970 between which it was
 *                committed; the page numbers, u32 each, ascending, from 1; the pages in that order; 32 bytes hash:
 *                SHA-256 of the hash before (of the header's for the first) and of this record up to here
 *
 * The hashes chain every transaction to all before it, across segments: a lost, doubled or changed one is found.
 */
import { createHash, type Hash } from 'node:crypto';

export const LOG_MAGIC = Buffer.from('HOLDFAST LOG 1\n\0', 'latin1');
export const LOG_HEADER_BYTES = 96;
export const RECORD_HEADER_BYTES = 40;
export const RECORD_HASH_BYTES = 32;
const RECORD_MARK = 0x0a4e5854; // `TXN\n`
/** SQLite's largest database has fewer pages; bounds what a forged file can ask for. */
const MOST_PAGES = 0xffff_fffe;

export interface LogHeader {
  pageSizeBytes: number;
  segment: number;
  /** Number of the last transaction before this segment; 0 for the first. */
  transactionsBefore: number;
  generationId: string;
  /** Hash of the record before; 32 zero bytes for the first of a generation. */
  previousHash: Buffer;
}

export interface TransactionHeader {
  number: number;
  pages: number;
  /** Size of the database afterwards. */
  pageCountAfter: number;
  fromMs: number;
  untilMs: number;
}

export function encodeLogHeader(header: LogHeader): Buffer {
  const bytes = Buffer.alloc(LOG_HEADER_BYTES);
  LOG_MAGIC.copy(bytes);
  bytes.writeUInt32LE(header.pageSizeBytes, 16);
  bytes.writeUInt32LE(header.segment, 20);
  bytes.writeBigUInt64LE(BigInt(header.transactionsBefore), 24);
  bytes.write(header.generationId, 32, 32, 'latin1');
  header.previousHash.copy(bytes, 64);
  return bytes;
}

/** Null when these are not the first bytes of a log file. */
export function decodeLogHeader(bytes: Buffer): LogHeader | null {
  if (bytes.length < LOG_HEADER_BYTES || !bytes.subarray(0, LOG_MAGIC.length).equals(LOG_MAGIC)) return null;
  const pageSizeBytes = bytes.readUInt32LE(16);
  const isPageSize = pageSizeBytes >= 512 && pageSizeBytes <= 65_536 && (pageSizeBytes & (pageSizeBytes - 1)) === 0;
  if (!isPageSize) return null;
  return {
    pageSizeBytes,
    segment: bytes.readUInt32LE(20),
    transactionsBefore: Number(bytes.readBigUInt64LE(24)),
    generationId: bytes.toString('latin1', 32, 64).replace(/\0+$/, ''),
    previousHash: Buffer.from(bytes.subarray(64, 96)),
  };
}

/**
 * The beginning of a transaction: all before its pages.
 * @param pageNumbers ascending, each once
 */
export function encodeRecordHead(header: Omit<TransactionHeader, 'pages'>, pageNumbers: ArrayLike<number>): Buffer {
  const head = Buffer.alloc(RECORD_HEADER_BYTES + pageNumbers.length * 4);
  head.writeUInt32LE(RECORD_MARK, 0);
  head.writeUInt32LE(pageNumbers.length, 4);
  head.writeUInt32LE(header.pageCountAfter, 8);
  head.writeBigUInt64LE(BigInt(header.number), 16);
  head.writeBigUInt64LE(BigInt(header.fromMs), 24);
  head.writeBigUInt64LE(BigInt(header.untilMs), 32);
  for (let index = 0; index < pageNumbers.length; index++) {
    head.writeUInt32LE(pageNumbers[index] ?? 0, RECORD_HEADER_BYTES + index * 4);
  }
  return head;
}

/**
 * The bytes of one transaction, in the order they are written, and its hash.
 * @param pages by page number, ascending, each once
 */
export function encodeTransaction(
  header: Omit<TransactionHeader, 'pages'>,
  pages: readonly { number: number; content: Buffer }[],
  previousHash: Buffer,
): { pieces: Buffer[]; hash: Buffer } {
  const head = encodeRecordHead(
    header,
    pages.map(({ number }) => number),
  );
  const hasher = beginRecordHash(previousHash).update(head);
  for (const { content } of pages) hasher.update(content);
  const hash = hasher.digest();
  return { pieces: [head, ...pages.map(({ content }) => content), hash], hash };
}

/** Null when these are not the first bytes of a transaction. */
export function decodeTransactionHeader(bytes: Buffer): TransactionHeader | null {
  if (bytes.length < RECORD_HEADER_BYTES || bytes.readUInt32LE(0) !== RECORD_MARK) return null;
  const pages = bytes.readUInt32LE(4);
  const pageCountAfter = bytes.readUInt32LE(8);
  const number = bytes.readBigUInt64LE(16);
  if (pages === 0 || pages > MOST_PAGES || pageCountAfter === 0 || number > BigInt(Number.MAX_SAFE_INTEGER))
    return null;
  return {
    number: Number(number),
    pages,
    pageCountAfter,
    fromMs: Number(bytes.readBigUInt64LE(24)),
    untilMs: Number(bytes.readBigUInt64LE(32)),
  };
}

/** Bytes of a whole transaction of so many pages. */
export const recordBytes = (pages: number, pageSizeBytes: number): number =>
  RECORD_HEADER_BYTES + pages * (4 + pageSizeBytes) + RECORD_HASH_BYTES;

/** The hasher of a record, begun with the hash of the one before. */
export const beginRecordHash = (previousHash: Buffer): Hash => createHash('sha256').update(previousHash);
