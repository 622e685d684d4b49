/** Splits content into lines: of any length, in bounded memory, with the place of each in bytes. */
import { isAscii } from 'node:buffer';
import { ENTRY_CHARACTERS } from '../types';

export type Encoding = 'utf8' | 'utf16le' | 'utf16be';

/** What is kept of a line; the rest is counted. */
const LINE_BYTES = 4 * ENTRY_CHARACTERS;
const NOTHING = Buffer.alloc(0);

/** A line without its end. `sizeBytes` counts the end and what was cut. */
export type TakeLine = (text: string, offset: number, sizeBytes: number, isCut: boolean) => void;

/** The encoding that a mark at the start of the content tells; UTF-8 without one. */
export function encodingOf(head: Buffer): { encoding: Encoding; markBytes: number } {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf16le', markBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf16be', markBytes: 2 };
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf8', markBytes: 3 };
  return { encoding: 'utf8', markBytes: 0 };
}

/** Text of whole lines; what is not valid becomes U+FFFD. */
export function decoded(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf8') return bytes.toString('utf8');
  const even = bytes.subarray(0, bytes.length & ~1);
  return (encoding === 'utf16be' ? Buffer.from(even).swap16() : even).toString('utf16le');
}

// Latin-1 gives one character a byte, so that places in the text are places in the content.
const WIDE = /[\x80-\xff]/;

export class LineSplitter {
  readonly #unit: 1 | 2;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #lineStart: number;
  #lineBytes = 0;
  #odd = NOTHING;

  /** @param offset place of the first byte that will be fed; the start of a line */
  constructor(
    private readonly encoding: Encoding,
    offset: number,
    private readonly take: TakeLine,
  ) {
    this.#unit = encoding === 'utf8' ? 1 : 2;
    this.#lineStart = offset;
  }

  /** Place of the line that is not complete. */
  get lineStart(): number {
    return this.#lineStart;
  }

  /** Bytes of the line that is not complete. */
  get restBytes(): number {
    return this.#lineBytes;
  }

  feed(fed: Buffer): void {
    let chunk = fed;
    if (this.#unit === 2 && (this.#odd.length > 0 || fed.length % 2 === 1)) {
      chunk = Buffer.concat([this.#odd, fed]);
      this.#odd = Buffer.from(chunk.subarray(chunk.length & ~1));
      chunk = chunk.subarray(0, chunk.length & ~1);
    }
    const from = this.#lineBytes > 0 ? this.#finishLine(chunk) : 0;
    if (from < chunk.length) this.#split(from === 0 ? chunk : chunk.subarray(from));
  }

  /** Ends the line that is not complete, where it can be read: not within a character. */
  flush(): void {
    if (this.#lineBytes === 0) return;
    const cut = this.#lineBytes - this.#keptBytes;
    const kept = this.#concatenated();
    const torn = cut > 0 || this.#unit === 2 ? 0 : tornBytes(kept);
    const size = this.#lineBytes - torn;
    if (size === 0) return;
    this.#emit(kept.subarray(0, kept.length - torn), size, cut > 0);
    this.#lineStart += size;
    this.#keep(torn > 0 ? kept.subarray(kept.length - torn) : NOTHING);
  }

  /** Completes the line that was begun by an earlier piece. Returns where the next one starts. */
  #finishLine(chunk: Buffer): number {
    const end = this.#newline(chunk, 0);
    const size = end < 0 ? chunk.length : end + this.#unit;
    const room = Math.max(0, LINE_BYTES - this.#keptBytes);
    const piece = chunk.subarray(0, Math.min(size, room));
    if (piece.length > 0) {
      // A copy: the buffer is read into again.
      this.#kept.push(Buffer.from(piece));
      this.#keptBytes += piece.length;
    }
    this.#lineBytes += size;
    if (end < 0) return size;
    this.#emit(this.#concatenated(), this.#lineBytes, this.#lineBytes > this.#keptBytes);
    this.#lineStart += this.#lineBytes;
    this.#keep(NOTHING);
    return size;
  }

  /** Lines of a piece that begins with a line. */
  #split(chunk: Buffer): void {
    const text = this.#unit === 1 ? chunk.toString('latin1') : decoded(chunk, this.encoding);
    const isPlain = this.#unit === 2 || isAscii(chunk);
    const base = this.#lineStart;
    let start = 0;
    for (;;) {
      // A file that was emptied under a writer that goes on at its old place begins with a hole of NULs.
      while (text.charCodeAt(start) === 0) start += 1;
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      const size = end + 1 - start;
      const isCut = size * this.#unit > LINE_BYTES;
      let stop = text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
      if (isCut) stop = start + LINE_BYTES / this.#unit;
      let line = text.slice(start, stop);
      if (!isPlain && WIDE.test(line)) line = chunk.toString('utf8', start, stop);
      this.take(line, base + start * this.#unit, size * this.#unit, isCut);
      start = end + 1;
    }
    this.#lineStart = base + start * this.#unit;
    this.#keep(chunk.subarray(start * this.#unit));
  }

  #newline(chunk: Buffer, from: number): number {
    if (this.#unit === 1) return chunk.indexOf(10, from);
    const [first, second] = this.encoding === 'utf16le' ? [10, 0] : [0, 10];
    for (let index = from; index + 1 < chunk.length; index += 2) {
      if (chunk[index] === first && chunk[index + 1] === second) return index;
    }
    return -1;
  }

  #emit(kept: Buffer, size: number, isCut: boolean): void {
    let text = decoded(kept, this.encoding);
    if (text.endsWith('\n')) text = text.slice(0, -1);
    if (text.endsWith('\r')) text = text.slice(0, -1);
    this.take(text, this.#lineStart, size, isCut);
  }

  #keep(rest: Buffer): void {
    this.#lineBytes = rest.length;
    const kept = rest.subarray(0, LINE_BYTES);
    this.#kept = kept.length > 0 ? [Buffer.from(kept)] : [];
    this.#keptBytes = kept.length;
  }

  #concatenated(): Buffer {
    return this.#kept.length === 1 ? (this.#kept[0] ?? NOTHING) : Buffer.concat(this.#kept);
  }
}

/** Bytes at the end of a character that is not complete. */
function tornBytes(bytes: Buffer): number {
  const last = bytes.length - 1;
  for (let back = 0; back < 3 && back <= last; back += 1) {
    const byte = bytes[last - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back + 1 < size && byte < 0xf8 ? back + 1 : 0;
    }
  }
  return 0;
}
