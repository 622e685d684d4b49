/** Content on its way from a file to entries: what is read, split, put together, and not yet kept. */
import { open } from 'node:fs/promises';
import type { LogFormat } from '@shared/logs';
import type { ParsedEntry } from '../types';
import { type Content, goTo, GzipContent, hashOf, PlainContent, readUpTo } from './content';
import { EntryAssembler } from './entries';
import { beginsAs, type Identity } from './identity';
import { asFound } from './find-files';
import { encodingOf, LineSplitter } from './lines';
import { TailHashes } from './tail';

/** Lines at the start of a file by which its format is known, before any of it is given. */
const SAMPLE_BYTES = 16 << 10;

export interface ReadingStart {
  path: string;
  /** Device and inode that must be there. */
  key: string;
  isGzip: boolean;
  identity: Identity;
  offset: number;
  check: string;
  format: LogFormat | null;
  nowMs: () => number;
}

/** The file at the path is another one, or its content before the place changed. */
export class ContentChanged extends Error {}

export class Reading {
  readonly #splitter: LineSplitter;
  readonly #assembler: EntryAssembler;
  #isClosed = false;

  private constructor(
    readonly content: Content,
    private readonly tails: TailHashes,
    private readonly start: ReadingStart,
    private readonly sampled: LogFormat | null,
    splitterOf: (take: EntryAssembler['line']) => LineSplitter,
  ) {
    this.#assembler = new EntryAssembler(start.format, start.nowMs);
    this.#splitter = splitterOf((...line) => this.#assembler.line(...line));
  }

  /** @throws ContentChanged, or what the file system or zlib says */
  static async open(start: ReadingStart): Promise<Reading> {
    const content = await opened(start);
    try {
      const sample = start.isGzip ? await gzipSample(start.path) : await plainSample(content);
      if (!beginsAs(sample, start.identity)) throw new ContentChanged(start.path);
      const { encoding, markBytes } = encodingOf(sample);
      const offset = Math.max(start.offset, markBytes);
      const before = await goTo(content, offset);
      const isSame = content.offset === offset && (start.offset === 0 || hashOf(before) === start.check);
      if (!isSame) throw new ContentChanged(start.path);
      const sampled = new EntryAssembler(start.format, start.nowMs);
      new LineSplitter(encoding, 0, (...line) => sampled.line(...line)).feed(sample.subarray(markBytes));
      sampled.flush();
      const tails = new TailHashes(before, offset);
      const splitterOf = (take: EntryAssembler['line']): LineSplitter => new LineSplitter(encoding, offset, take);
      return new Reading(content, tails, start, sampled.recognised, splitterOf);
    } catch (error) {
      await content.close();
      throw error;
    }
  }

  /** What the entries are. */
  get format(): LogFormat | null {
    return this.#assembler.recognised ?? this.sampled;
  }

  /** Place up to which all entries are given by `drain`. */
  get givenOffset(): number {
    return this.#assembler.openOffset ?? this.#splitter.lineStart;
  }

  /** Whether there is an entry or a line that may go on. */
  get isPending(): boolean {
    return this.#assembler.openOffset !== null || this.#splitter.restBytes > 0;
  }

  get hasRest(): boolean {
    return this.#splitter.restBytes > 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Hash of the content before a place: the given one, or the last that was read. */
  checkAt(place: number): string {
    return this.tails.at(place);
  }

  /** Reads the next piece. Returns its size, 0 at the end of what is there. */
  async step(buffer: Buffer): Promise<number> {
    const piece = await this.content.read(buffer);
    if (piece.length === 0) return 0;
    // Checked behind the reading: a file that is emptied and written anew meanwhile gives bytes of something else.
    if (this.content instanceof PlainContent) {
      const head = Buffer.alloc(this.start.identity.headBytes);
      const { bytesRead } = await this.content.handle.read(head, 0, head.length, 0);
      if (!beginsAs(head.subarray(0, bytesRead), this.start.identity)) throw new ContentChanged(this.start.path);
    }
    this.#splitter.feed(piece);
    this.tails.feed(piece, [this.givenOffset, this.#splitter.lineStart]);
    return piece.length;
  }

  drain(): ParsedEntry[] {
    return this.#assembler.drain();
  }

  /** Closes the entry that is open; with `isLine` also ends a line without an end. */
  flush(isLine: boolean): void {
    if (isLine) this.#splitter.flush();
    this.#assembler.flush();
  }

  /** Lets go of the file; what was read stays. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.content.close();
  }
}

async function opened({ path, key, isGzip }: ReadingStart): Promise<Content> {
  const handle = await open(path, 'r');
  try {
    if (asFound(path, await handle.stat()).key !== key) throw new ContentChanged(path);
    if (!isGzip) return new PlainContent(handle, 0);
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return new GzipContent(path);
}

async function plainSample(content: Content): Promise<Buffer> {
  return await readUpTo(content, SAMPLE_BYTES);
}

async function gzipSample(path: string): Promise<Buffer> {
  const content = new GzipContent(path);
  try {
    return await readUpTo(content, SAMPLE_BYTES);
  } finally {
    await content.close();
  }
}
