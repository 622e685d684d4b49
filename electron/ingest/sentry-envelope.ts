/**
 * Reads Sentry's envelopes while they come: a line of JSON about the whole, then items, each a line of JSON and a payload.
 * A payload has the `length` that its line says, or ends with the line.
 */
import { type Fields, isFields } from './otlp-json';
import type { Refusal } from './sentry-body';

export interface EnvelopeLimits {
  /** One payload that is kept. Others are passed over, however long they are. */
  eventBytes: number;
  items: number;
}

const LINE_BYTES = 64 * 1024;
const NEWLINE = 10;
const NOTHING: Buffer = Buffer.alloc(0);

const malformed = (reason: string): Refusal => ({ status: 400, reason });

export const isRefusal = (value: object): value is Refusal => 'status' in value && 'reason' in value;

/** The items in their order: `next`, then `payload` or `skip`, until `next` gives null. */
export class EnvelopeReader {
  private readonly bytes: ByteReader;
  private items = 0;
  private length: number | null = null;

  constructor(
    pieces: AsyncIterator<Buffer, void>,
    private readonly limits: EnvelopeLimits,
  ) {
    this.bytes = new ByteReader(pieces);
  }

  /** What is said of the whole. */
  async header(): Promise<{ header: Fields } | Refusal> {
    const line = await this.bytes.line(LINE_BYTES);
    const header = line instanceof Buffer ? fieldsIn(line) : null;
    return header ? { header } : malformed('the first line is no header of an envelope');
  }

  /** Type of the next item; null after the last one. */
  async next(): Promise<{ type: string } | Refusal | null> {
    let line: Buffer | 'too-long' | null;
    do {
      line = await this.bytes.line(LINE_BYTES);
    } while (line instanceof Buffer && isBlank(line));
    if (line === null) return null;
    const header = line === 'too-long' ? null : fieldsIn(line);
    if (!header || typeof header['type'] !== 'string') return malformed('an item has no header');
    const length = header['length'] ?? null;
    if (length !== null && !(Number.isSafeInteger(length) && (length as number) >= 0)) {
      return malformed('the length of an item is no number');
    }
    if (++this.items > this.limits.items) {
      return { status: 413, reason: `the envelope has more than ${this.limits.items} items` };
    }
    this.length = length as number | null;
    return { type: header['type'] };
  }

  async payload(): Promise<{ payload: Buffer } | Refusal> {
    const { eventBytes } = this.limits;
    const tooLarge: Refusal = { status: 413, reason: `an event is longer than ${eventBytes} bytes` };
    if (this.length === null) {
      const line = await this.bytes.line(eventBytes);
      return line === 'too-long' ? tooLarge : { payload: line ?? NOTHING };
    }
    if (this.length > eventBytes) return tooLarge;
    const payload = await this.bytes.exactly(this.length);
    return payload && (await this.bytes.endsLine()) ? { payload } : malformed(WRONG_LENGTH);
  }

  /** Passes over a payload. */
  async skip(): Promise<Refusal | null> {
    if (this.length === null) {
      await this.bytes.skipLine();
      return null;
    }
    return (await this.bytes.skip(this.length)) && (await this.bytes.endsLine()) ? null : malformed(WRONG_LENGTH);
  }
}

const WRONG_LENGTH = 'an item has another length than it says';

/** Lines and stretches of a body that comes in pieces. */
export class ByteReader {
  private rest = NOTHING;

  constructor(private readonly pieces: AsyncIterator<Buffer, void>) {}

  /** Up to the next newline, or to the end; null at the end. */
  async line(most: number): Promise<Buffer | 'too-long' | null> {
    const found: Buffer[] = [];
    let bytes = 0;
    while (await this.more()) {
      const end = this.rest.indexOf(NEWLINE);
      const part = this.cut(end < 0 ? this.rest.length : end);
      bytes += part.length;
      if (bytes > most) return 'too-long';
      found.push(part);
      if (end < 0) continue;
      this.cut(1);
      return Buffer.concat(found);
    }
    return found.length > 0 ? Buffer.concat(found) : null;
  }

  /** Everything that is left. */
  async all(most: number): Promise<Buffer | 'too-long'> {
    const found: Buffer[] = [];
    let bytes = 0;
    while (await this.more()) {
      const part = this.cut(this.rest.length);
      bytes += part.length;
      if (bytes > most) return 'too-long';
      found.push(part);
    }
    return Buffer.concat(found);
  }

  async skipLine(): Promise<void> {
    while (await this.more()) {
      const end = this.rest.indexOf(NEWLINE);
      this.cut(end < 0 ? this.rest.length : end + 1);
      if (end >= 0) return;
    }
  }

  /** Null when it ends before. */
  async exactly(length: number): Promise<Buffer | null> {
    const found: Buffer[] = [];
    let missing = length;
    while (missing > 0 && (await this.more())) {
      const part = this.cut(missing);
      found.push(part);
      missing -= part.length;
    }
    return missing === 0 ? Buffer.concat(found) : null;
  }

  /** False when it ends before. */
  async skip(length: number): Promise<boolean> {
    let missing = length;
    while (missing > 0 && (await this.more())) missing -= this.cut(missing).length;
    return missing === 0;
  }

  /** Passes over a newline; false when something else comes. */
  async endsLine(): Promise<boolean> {
    if (!(await this.more())) return true;
    return this.cut(1)[0] === NEWLINE;
  }

  private cut(length: number): Buffer {
    const part = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(part.length);
    return part;
  }

  /** True when there is something to read. */
  private async more(): Promise<boolean> {
    while (this.rest.length === 0) {
      const { done, value } = await this.pieces.next();
      if (done) return false;
      this.rest = value;
    }
    return true;
  }
}

function fieldsIn(line: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return isFields(value) ? value : null;
  } catch {
    return null; // said to whoever sent it
  }
}

const isBlank = (line: Buffer): boolean => line.every((byte) => byte === 32 || byte === 13 || byte === 9);
