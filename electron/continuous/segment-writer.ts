/** Writes one segment of the log while it is captured: the file `….log`. */
import type { Hash } from 'node:crypto';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { syncFolder } from './sync-folder';
import {
  beginRecordHash,
  encodeLogHeader,
  encodeRecordHead,
  LOG_HEADER_BYTES,
  type LogHeader,
  RECORD_HASH_BYTES,
} from './log-format';
import type { LogPlace } from './log-reader';
import type { WalTransaction } from './wal-frames';

const dataSync = promisify(fs.fdatasync);
const BUFFER_BYTES = 1 << 20;

/** Between which two moments transactions were committed, milliseconds since 1970. */
export interface CommittedBetween {
  fromMs: number;
  untilMs: number;
}

/** What a segment holds. */
export interface SegmentState {
  last: LogPlace;
  /** Content so far, with what is not written yet. */
  sizeBytes: number;
  /** The `from` of the first transaction and the `until` of the last; null while there is none. */
  between: CommittedBetween | null;
}

/** Hash that the record of a transaction has, which is not written here. @throws what reading its pages does */
export function hashOfRecord(transaction: WalTransaction, number: number, between: CommittedBetween, before: Buffer) {
  const { pageNumbers, pageCountAfter } = transaction;
  const hasher = beginRecordHash(before);
  hasher.update(encodeRecordHead({ number, pageCountAfter, ...between }, pageNumbers));
  for (let index = 0; index < pageNumbers.length; index++) hasher.update(transaction.page(index));
  return hasher.digest();
}

export class SegmentWriter {
  private readonly buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Bytes in the buffer, how many of them are in the hash of the record, and bytes in the file. */
  private filled = 0;
  private hashed = 0;
  private writtenBytes: number;
  private isDirty = false;
  private syncing: Promise<void> | null = null;

  private constructor(
    readonly file: string,
    readonly header: LogHeader,
    private readonly fd: number,
    private state: SegmentState,
  ) {
    this.writtenBytes = state.sizeBytes;
  }

  /**
   * Makes the file, on the disk when this returns.
   * @throws what `fs` throws; EEXIST when it is there
   */
  static create(file: string, header: LogHeader): SegmentWriter {
    const fd = fs.openSync(file, 'wx', 0o600);
    const last = { number: header.transactionsBefore, hash: header.previousHash };
    const writer = new SegmentWriter(file, header, fd, { last, sizeBytes: 0, between: null });
    try {
      writer.put(encodeLogHeader(header));
      writer.state.sizeBytes = LOG_HEADER_BYTES;
      writer.sync();
      syncFolder(file);
      return writer;
    } catch (thrown) {
      writer.close();
      fs.rmSync(file, { force: true });
      throw thrown;
    }
  }

  /** Goes on with a file that is there. What is in it behind `state` is cut off. @throws what `fs` throws */
  static goOn(file: string, header: LogHeader, state: SegmentState): SegmentWriter {
    const fd = fs.openSync(file, 'r+');
    const writer = new SegmentWriter(file, header, fd, state);
    try {
      fs.ftruncateSync(fd, state.sizeBytes);
      fs.fsyncSync(fd);
      return writer;
    } catch (thrown) {
      writer.close();
      throw thrown;
    }
  }

  get holds(): Readonly<SegmentState> {
    return this.state;
  }

  get transactions(): number {
    return this.state.last.number - this.header.transactionsBefore;
  }

  /**
   * Adds a transaction. What cannot be written to its end must be undone with `undoTo`.
   * @throws what `fs` throws and reading the transaction's pages does
   */
  append(transaction: WalTransaction, between: CommittedBetween): void {
    const { last } = this.state;
    const { pageNumbers, pageCountAfter } = transaction;
    const number = last.number + 1;
    const hasher = beginRecordHash(last.hash);
    const head = encodeRecordHead({ number, pageCountAfter, ...between }, pageNumbers);
    this.hashed = this.filled;
    this.put(head, hasher);
    for (let index = 0; index < pageNumbers.length; index++) this.put(transaction.page(index), hasher);
    hasher.update(this.buffer.subarray(this.hashed, this.filled));
    const hash = hasher.digest();
    this.hashed = this.filled;
    this.put(hash);
    this.state = {
      last: { number, hash },
      sizeBytes:
        this.state.sizeBytes + head.length + pageNumbers.length * this.header.pageSizeBytes + RECORD_HASH_BYTES,
      between: { fromMs: this.state.between?.fromMs ?? between.fromMs, untilMs: between.untilMs },
    };
  }

  /** Cuts off what was added since `holds` was this. @throws what `fs` throws */
  undoTo(state: SegmentState): void {
    this.filled = Math.max(0, state.sizeBytes - this.writtenBytes);
    this.hashed = this.filled;
    this.writtenBytes = Math.min(this.writtenBytes, state.sizeBytes);
    this.state = state;
    this.isDirty = true;
    // A write that failed may have left a part of itself.
    fs.ftruncateSync(this.fd, this.writtenBytes);
  }

  /** Brings everything to the disk. @throws what `fs` throws */
  sync(): void {
    this.flush();
    if (!this.isDirty) return;
    fs.fdatasyncSync(this.fd);
    this.isDirty = false;
  }

  /**
   * Brings everything that is in it by now to the disk, while more is added. One at a time.
   * @throws what `fs` throws
   */
  async syncBeside(): Promise<void> {
    this.flush();
    if (!this.isDirty) return;
    this.isDirty = false;
    this.syncing = dataSync(this.fd);
    try {
      await this.syncing;
    } catch (thrown) {
      this.isDirty = true;
      throw thrown;
    } finally {
      this.syncing = null;
    }
  }

  /** Gives the file to the system, which has it also when this process is killed. @throws what `fs` throws */
  flush(): void {
    for (let written = 0; written < this.filled; ) {
      this.isDirty = true;
      written += fs.writeSync(this.fd, this.buffer, written, this.filled - written, this.writtenBytes + written);
    }
    this.writtenBytes += this.filled;
    this.filled = 0;
    this.hashed = 0;
  }

  /** The descriptor stays open until what is being synced is on the disk. */
  close(): void {
    const close = (): void => fs.closeSync(this.fd);
    // Whoever began the sync hears of its failure.
    if (this.syncing) void this.syncing.then(close, close);
    else close();
  }

  private put(bytes: Buffer, hasher?: Hash): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.filled === BUFFER_BYTES) {
        hasher?.update(this.buffer.subarray(this.hashed, this.filled));
        this.flush();
      }
      const copied = bytes.copy(this.buffer, this.filled, from);
      this.filled += copied;
      from += copied;
    }
  }
}
