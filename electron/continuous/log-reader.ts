/**
 * Takes the content of one log file apart as it comes in, and checks it: its header, the numbers of its transactions, their
 * pages, the chain of their hashes. Of a transaction only its page numbers are in memory, and no more than the file is long.
 */
import type { Hash } from 'node:crypto';
import { runOf } from '../backup/changes-format';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import {
  beginRecordHash,
  decodeLogHeader,
  decodeTransactionHeader,
  LOG_HEADER_BYTES,
  type LogHeader,
  RECORD_HASH_BYTES,
  RECORD_HEADER_BYTES,
  recordBytes,
  type TransactionHeader,
} from './log-format';

const NUMBER_BYTES = 4;

/** A transaction that was read to its end and whose hash is right. */
export interface WholeTransaction extends TransactionHeader {
  hash: Buffer;
  /** Byte of the content after it. */
  endAt: number;
}

/** What must come before a file: the last transaction of the file before it. */
export interface LogPlace {
  number: number;
  hash: Buffer;
}

export interface ExpectedLog {
  /** Names the file in errors. */
  file: string;
  generationId: string;
  segment: number;
  pageSizeBytes: number;
  /** Null where the file before is not read. */
  after: LogPlace | null;
  /** Of the whole file; no transaction may promise more. */
  contentBytes: number;
}

export interface LogSink {
  /** Of each transaction, before its pages; false leaves them out. */
  begins?: (transaction: TransactionHeader) => boolean;
  /**
   * Bytes of pages that follow each other, before the hash of their transaction is known to be right.
   * @param at byte of the image where they belong
   */
  write?: (bytes: Buffer, at: number) => Promise<void>;
  ends?: (transaction: WholeTransaction) => void;
}

/** A file of the log is not what it must be: nothing that was read of it counts. */
export const logDamaged = (file: string, detail: string, cause?: unknown): HoldfastError =>
  holdfastError('LOG_DAMAGED', { params: { path: file }, detail, cause });

type Part = 'header' | 'record' | 'numbers' | 'pages' | 'hash';

export class LogReader {
  private part: Part = 'header';
  /** Bytes of a part that has not come to its end. */
  private cut: Buffer = Buffer.alloc(0);
  private readAt = 0;
  private header: LogHeader | null = null;
  private last: LogPlace | null = null;
  private transaction: TransactionHeader | null = null;
  private numbers = new Uint32Array(0);
  /** How many of them the database has afterwards: a transaction may have written pages that it then cut off. */
  private kept = 0;
  private hasher: Hash | null = null;
  private wanted = false;
  /** Bytes of pages of this transaction that have come. */
  private pageBytes = 0;

  constructor(
    private readonly expected: ExpectedLog,
    private readonly sink: LogSink,
  ) {}

  /** The last whole transaction, or the one before the file; null before the header. */
  get place(): LogPlace | null {
    return this.last;
  }

  /** Takes the next piece. @throws LOG_DAMAGED {path}; what the sink throws */
  async push(piece: Buffer): Promise<void> {
    this.readAt += piece.length;
    let rest: Buffer = this.cut.length > 0 ? Buffer.concat([this.cut, piece]) : piece;
    for (;;) {
      if (this.part === 'pages') {
        rest = await this.takePages(rest);
        if (this.part === 'pages') break;
      }
      const length = this.partBytes();
      if (rest.length < length) break;
      this.take(rest.subarray(0, length), this.readAt - rest.length + length);
      rest = rest.subarray(length);
    }
    // The piece may be used again by who read it.
    this.cut = Buffer.from(rest);
  }

  /** Ends the content. @throws LOG_DAMAGED when it ended inside of something */
  finish(): void {
    if (this.part !== 'record' || this.cut.length > 0) throw this.damaged('it ends inside of a transaction');
  }

  private partBytes(): number {
    if (this.part === 'header') return LOG_HEADER_BYTES;
    if (this.part === 'record') return RECORD_HEADER_BYTES;
    if (this.part === 'hash') return RECORD_HASH_BYTES;
    return (this.transaction?.pages ?? 0) * NUMBER_BYTES;
  }

  private take(bytes: Buffer, endAt: number): void {
    if (this.part === 'header') this.takeHeader(bytes);
    else if (this.part === 'record') this.takeRecord(bytes, endAt);
    else if (this.part === 'numbers') this.takeNumbers(bytes);
    else this.takeHash(bytes, endAt);
  }

  private takeHeader(bytes: Buffer): void {
    const { expected } = this;
    const header = decodeLogHeader(bytes);
    if (!header) throw this.damaged('it does not begin as a log file');
    if (header.generationId !== expected.generationId) throw this.damaged(`it is of generation ${header.generationId}`);
    if (header.segment !== expected.segment) throw this.damaged(`it is segment ${header.segment}`);
    if (header.pageSizeBytes !== expected.pageSizeBytes) throw this.damaged(`pages of ${header.pageSizeBytes} bytes`);
    const { after } = expected;
    const follows =
      after === null || (after.number === header.transactionsBefore && after.hash.equals(header.previousHash));
    if (!follows) throw this.damaged('it does not follow the file before it');
    this.header = header;
    this.last = { number: header.transactionsBefore, hash: header.previousHash };
    this.part = 'record';
  }

  private takeRecord(bytes: Buffer, endAt: number): void {
    const { last, header } = this;
    const transaction = decodeTransactionHeader(bytes);
    if (!transaction || !last || !header) throw this.damaged(`no transaction before byte ${endAt}`);
    if (transaction.number !== last.number + 1) {
      throw this.damaged(`transaction ${transaction.number} after ${last.number}`);
    }
    const length = recordBytes(transaction.pages, header.pageSizeBytes);
    if (endAt - RECORD_HEADER_BYTES + length > this.expected.contentBytes) {
      throw this.damaged(`transaction ${transaction.number} is longer than the file`);
    }
    this.transaction = transaction;
    this.hasher = beginRecordHash(last.hash).update(bytes);
    this.pageBytes = 0;
    this.part = 'numbers';
  }

  private takeNumbers(bytes: Buffer): void {
    const { transaction } = this;
    if (!transaction) throw this.damaged('page numbers without a transaction');
    this.hasher?.update(bytes);
    this.numbers = new Uint32Array(transaction.pages);
    this.kept = 0;
    let before = 0;
    for (let index = 0; index < transaction.pages; index++) {
      const page = bytes.readUInt32LE(index * NUMBER_BYTES);
      if (page <= before) throw this.damaged(`page ${page} after page ${before}`);
      this.numbers[index] = before = page;
      if (page <= transaction.pageCountAfter) this.kept = index + 1;
    }
    this.wanted = this.sink.begins?.(transaction) ?? false;
    this.part = 'pages';
  }

  /** Gives what comes after the pages. */
  private async takePages(piece: Buffer): Promise<Buffer> {
    const size = this.header?.pageSizeBytes ?? 0;
    const left = this.numbers.length * size - this.pageBytes;
    const bytes = piece.subarray(0, Math.min(left, piece.length));
    this.hasher?.update(bytes);
    if (this.wanted) await this.writePages(bytes, size);
    this.pageBytes += bytes.length;
    if (bytes.length === left) this.part = 'hash';
    return piece.subarray(bytes.length);
  }

  private async writePages(bytes: Buffer, size: number): Promise<void> {
    const pageAt = (index: number) => (index < this.kept ? (this.numbers[index] ?? 0) : 0);
    let at = this.pageBytes;
    let rest = bytes;
    while (rest.length > 0 && at < this.kept * size) {
      const offset = at % size;
      const run = runOf(pageAt, Math.floor(at / size), Math.ceil((offset + rest.length) / size));
      const piece = rest.subarray(0, run.count * size - offset);
      await this.sink.write?.(piece, (run.first - 1) * size + offset);
      at += piece.length;
      rest = rest.subarray(piece.length);
    }
  }

  private takeHash(bytes: Buffer, endAt: number): void {
    const { transaction, hasher } = this;
    if (!transaction || !hasher) throw this.damaged('a hash without a transaction');
    const hash = hasher.digest();
    if (!hash.equals(bytes)) throw this.damaged(`transaction ${transaction.number} does not have its hash`);
    this.last = { number: transaction.number, hash };
    this.transaction = null;
    this.hasher = null;
    this.part = 'record';
    this.sink.ends?.({ ...transaction, hash, endAt });
  }

  private damaged(detail: string): HoldfastError {
    return logDamaged(this.expected.file, detail);
  }
}
