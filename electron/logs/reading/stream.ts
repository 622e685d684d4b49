/** One log's content from its first byte to its last, in whatever file it is: renamed, copied, packed. */
import type { LogFormat } from '@shared/logs';
import { wrapError } from '../../errors/wrap';
import type { FilePosition, ParsedEntry } from '../types';
import { isUnfinished, PlainContent, TAIL_BYTES, hashOf } from './content';
import type { FoundFile } from './find-files';
import { beginsAs, type Identity, parseIdentity } from './identity';
import { ContentChanged, Reading } from './reading';

/** An entry is closed when its file is quiet so long: lines of a traceback are written together. */
export const ENTRY_QUIET_MS = 1_000;
/** Of a rotated file, for which younger ones wait: what is written to it ends with it. */
const ROTATED_QUIET_MS = 250;
/** A line without an end is taken when its file is quiet so long. */
export const LINE_QUIET_MS = 5_000;
/** A rotated file that is quiet so long has got its last line. */
const DONE_QUIET_MS = 60_000;
/** What could not be opened is tried again after so long. */
const RETRY_MS = 5_000;

export interface StreamParts {
  format: LogFormat | null;
  nowMs: () => number;
  /** Keeps entries and the position together; may throw. */
  take: (stream: LogStream, entries: ParsedEntry[], format: LogFormat) => void;
}

export class LogStream {
  readonly identity: Identity;
  /** The file that holds it now; null when it is gone. */
  file: FoundFile | null = null;
  /** The last file that held it. */
  lastFile: FoundFile | null = null;
  /** Why it cannot be read now. */
  error: unknown = null;
  format: LogFormat | null = null;
  #reading: Reading | null = null;
  #lastChangeMs = 0;
  #retryAtMs = 0;
  #heldSinceMs: number | null = null;
  /** At the end of what the file of this state holds. */
  #readFile: FoundFile | null = null;

  constructor(
    readonly position: FilePosition,
    identity: Identity,
    private readonly parts: StreamParts,
  ) {
    this.identity = identity;
  }

  /** Null for a position that was not written by a follower. */
  static from(position: FilePosition, parts: StreamParts): LogStream | null {
    const identity = parseIdentity(position.identity);
    return identity === null ? null : new LogStream({ ...position }, identity, parts);
  }

  get readOffset(): number {
    return this.#reading?.content.offset ?? this.position.offset;
  }

  get isPending(): boolean {
    return this.#reading?.isPending ?? false;
  }

  /** Bytes that can be read at once; an estimate for a .gz. */
  get behindBytes(): number {
    const { file } = this;
    if (file === null || this.position.isDone || this.#isWaiting) return 0;
    if (file.rotated.isGzip) return this.#readFile === file ? 0 : Math.max(1, file.sizeBytes);
    return Math.max(0, file.sizeBytes - this.readOffset);
  }

  /** Whether it is worth to read: also from a file that is gone and was held open. */
  get hasMore(): boolean {
    if (this.file === null) return this.#reading !== null && !this.#reading.isClosed;
    return this.behindBytes > 0;
  }

  get #isWaiting(): boolean {
    return this.error !== null && this.parts.nowMs() < this.#retryAtMs;
  }

  /** The file that holds it was found. `mayHaveMore`: it was done, in a file that may have been shorter. */
  async attach(file: FoundFile, mayHaveMore = false): Promise<void> {
    const before = this.file;
    if (before === null || before.key !== file.key) {
      await this.#letGo();
      this.#lastChangeMs = Math.min(this.parts.nowMs(), file.mtimeMs);
      this.error = null;
    } else if (isChanged(before, file)) {
      // By what is seen, not by its time stamp: the clock of a file server may be another one.
      this.#lastChangeMs = this.parts.nowMs();
      this.#retryAtMs = 0;
    } else if (this.#readFile === before) {
      this.#readFile = file;
    }
    const { position } = this;
    this.file = file;
    this.lastFile = file;
    if (mayHaveMore || (!file.rotated.isGzip && file.sizeBytes > position.offset)) position.isDone = false;
    if (position.path !== file.path) this.#tell({ path: file.path });
  }

  /** The file is not there any more. One that is open is read to its end. */
  lose(): void {
    this.file = null;
  }

  /** What is at the path and in the inode is other content now. */
  async replaced(): Promise<void> {
    this.file = null;
    await this.#reading?.close();
  }

  /** Whether a file that changed still holds this content, up to where it was read. */
  async isIn(file: FoundFile): Promise<boolean> {
    if (file.rotated.isGzip) return true; // found out when it is opened
    const offset = this.readOffset;
    if (file.sizeBytes < offset) return false;
    const { identity, parts } = this;
    const start = { path: file.path, key: file.key, isGzip: false, identity, format: null, nowMs: parts.nowMs };
    const check = this.#reading?.checkAt(offset) ?? this.position.check;
    try {
      const content = this.#reading?.content;
      if (content instanceof PlainContent && this.#reading?.isClosed === false) {
        const head = Buffer.alloc(this.identity.headBytes);
        await content.handle.read(head, 0, head.length, 0);
        const tail = Buffer.alloc(Math.min(TAIL_BYTES, offset));
        await content.handle.read(tail, 0, tail.length, offset - tail.length);
        return beginsAs(head, this.identity) && (offset === 0 || hashOf(tail) === check);
      }
      await (await Reading.open({ ...start, offset, check })).close();
      return true;
    } catch (error) {
      if (error instanceof ContentChanged) return false;
      this.#fail(error);
      return true;
    }
  }

  /** Reads the next piece and gives its entries. Returns the bytes read; 0 when there is nothing more now. */
  async step(buffer: Buffer): Promise<number> {
    let size = 0;
    try {
      this.#reading ??= await this.#open();
      if (this.#reading === null || this.#reading.isClosed) return 0;
      size = await this.#reading.step(buffer);
      this.error = null;
    } catch (error) {
      await this.#failed(error);
      return 0;
    }
    if (size > 0) {
      if (this.file === null) this.#lastChangeMs = this.parts.nowMs();
      this.#heldSinceMs = null;
    } else {
      await this.#ended();
    }
    await this.#give();
    return size;
  }

  /** Closes what is pending when its file is quiet; and the stream, when nothing of it will come. */
  async settle(): Promise<void> {
    if (this.behindBytes > 0) return;
    const quietMs = this.parts.nowMs() - this.#lastChangeMs;
    const isGone = this.file === null;
    const reading = this.#reading;
    const isLive = this.file?.rotated.isLive === true;
    if (reading?.isPending === true && quietMs >= (isLive ? ENTRY_QUIET_MS : ROTATED_QUIET_MS)) {
      if (!reading.hasRest || isGone || quietMs >= LINE_QUIET_MS) reading.flush(true);
      await this.#give();
    }
    const isOver = isGone ? quietMs >= LINE_QUIET_MS : !isLive && quietMs >= DONE_QUIET_MS;
    if (isOver && !this.position.isDone && this.error === null) await this.#done();
  }

  /** Whether something of it is to come: also when its file is looked for. */
  get isUnread(): boolean {
    if (this.hasMore || this.isPending) return true;
    const { file, lastFile, position } = this;
    if (file !== null || lastFile === null || position.isDone) return false;
    return lastFile.rotated.isGzip || lastFile.sizeBytes > this.readOffset;
  }

  /** Whether younger files of its family wait for it, so that entries come in their order. */
  holds(): boolean {
    if (!this.isUnread || this.error !== null) return false;
    const now = this.parts.nowMs();
    this.#heldSinceMs ??= now;
    return now - this.#heldSinceMs < LINE_QUIET_MS;
  }

  get isOpen(): boolean {
    return this.#reading !== null;
  }

  /** Closes its file while there is nothing to read: it is opened again at its place. */
  async rest(): Promise<void> {
    if (this.file !== null && !this.isPending && this.behindBytes === 0) await this.#letGo();
  }

  /** Nothing of it will come any more, and nothing of it was taken. */
  async drop(): Promise<void> {
    await this.#letGo();
    this.file = null;
  }

  async #open(): Promise<Reading | null> {
    const { file, position } = this;
    if (file === null) return null;
    const { path, key } = file;
    const { format, nowMs } = this.parts;
    const { offset, check } = position;
    const { identity } = this;
    return await Reading.open({ path, key, isGzip: file.rotated.isGzip, identity, offset, check, format, nowMs });
  }

  /** The end of what is there now. */
  async #ended(): Promise<void> {
    this.#readFile = this.file;
    if (this.file === null) {
      await this.#reading?.close();
    } else if (this.file.rotated.isGzip) {
      this.#reading?.flush(true);
      await this.#give();
      await this.#done();
    }
  }

  async #done(): Promise<void> {
    this.format = this.#reading?.format ?? this.format;
    await this.#letGo();
    this.#tell({ isDone: true });
  }

  /** Gives the entries that are closed, with the place behind them. */
  async #give(): Promise<void> {
    const reading = this.#reading;
    if (reading === null) return;
    const entries = reading.drain();
    const offset = reading.givenOffset;
    this.format = reading.format ?? this.format;
    if (offset === this.position.offset) return;
    try {
      this.#tell({ offset, check: reading.checkAt(offset) }, entries);
    } catch (error) {
      // The same bytes are read again.
      await this.#letGo();
      throw error;
    }
  }

  /** Changes the position, together with what is taken; not at all when that fails. */
  #tell(change: Partial<FilePosition>, entries: ParsedEntry[] = []): void {
    const { position, format } = this;
    const before = { ...position };
    Object.assign(position, change);
    // Nothing of it was ever given: there is nothing to tell.
    if (format === null) return;
    try {
      this.parts.take(this, entries, format);
    } catch (error) {
      Object.assign(position, before);
      throw error;
    }
  }

  async #failed(error: unknown): Promise<void> {
    await this.#letGo();
    if (error instanceof ContentChanged) {
      this.file = null;
      // Nothing was taken of it, and nothing can be: it was gone before it was read.
      if (this.position.offset === 0) this.lastFile = null;
    } else if (isUnfinished(error)) {
      this.#readFile = this.file;
    } else {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.error = wrapError(error);
    this.#retryAtMs = this.parts.nowMs() + RETRY_MS;
  }

  async #letGo(): Promise<void> {
    await this.#reading?.close();
    this.#reading = null;
    this.#readFile = null;
  }
}

export function isChanged(before: FoundFile, now: FoundFile): boolean {
  return before.sizeBytes !== now.sizeBytes || before.mtimeMs !== now.mtimeMs || before.ctimeMs !== now.ctimeMs;
}
