/**
 * Lines on their way from the thread that logs to the one that writes. They are kept as columns (lengths, numbers, one
 * long text) and not as objects: what a line costs the thread that logs is then a fifth of what copying objects to
 * another thread costs, and a seventh of JSON.
 */
import { LOG_LEVELS, type LogLevel } from '@shared/logs';
import { cutText, jsonOf, MAX_CHARACTERS, unreadable } from './plain-value';
import type { LogFields } from './types';

/** A level as a number: its place in `LOG_LEVELS`. */
export const RANK = Object.fromEntries(LOG_LEVELS.map((level, index) => [level, index])) as Record<LogLevel, number>;
export const CRITICAL = RANK.CRITICAL;

export interface LineBatch {
  /** Of each line: head, part and message; of each of its fields: name, then kind and length of its text. */
  marks: Uint32Array;
  /** Of each line: when, milliseconds since 1970; and its values that are numbers. */
  numbers: Float64Array;
  /** Parts, messages, names and short values, which come again and again: each once, by its place. */
  words: string[];
  /** Texts of values, one behind the other. */
  text: string;
}

/** In the head of a line: three bits of level, then these, then from bit 8 the number of fields. */
const DEAD = 8;
/** A line of the log's own, which nobody logged. */
const NOTICE = 16;
const LEVEL = 7;

const MAX_FIELDS = 64;
/** What a value is: the four bits above its length. */
const LENGTH = 0x0fffffff;
const TEXT = 0;
const NUMBER = 1;
const TRUE = 2;
const FALSE = 3;
const NULL = 4;
const JSON_TEXT = 5;
/** A short text that came before, or may come again. */
const WORD = 6;
const WORD_CHARACTERS = 64;
const MAX_WORDS = 1_000;

/** Texts that wait, in characters; the worse the level, the more room it has. */
const ROOM: readonly number[] = [4, 4, 6, 8, 8].map((mebi) => mebi << 20);

export class LineQueue {
  private marks = new Uint32Array(4_096);
  private numbers = new Float64Array(2_048);
  private words = new Map<string, number>();
  private wordCharacters = 0;
  private text = '';
  private markCount = 0;
  private numberCount = 0;
  /** Where the lines of each level begin in `marks`; those before `heads` were dropped. */
  private starts: number[][] = LOG_LEVELS.map(() => []);
  private heads: number[] = LOG_LEVELS.map(() => 0);
  /** Lines that wait, those of the log's own included. */
  count = 0;
  private notices = 0;

  constructor(private readonly maxLines: number) {}

  /**
   * Takes a line. Gives the level of the one that was dropped for want of room: an older one of the lowest level that is
   * under this one's, or this one itself; -1 when there was room.
   */
  add(level: number, part: string, message: string, fields: LogFields | undefined): number {
    if (this.text.length + this.wordCharacters > (ROOM[level] ?? 0)) return level;
    let dropped = -1;
    if (this.count >= this.maxLines) {
      dropped = this.dropUnder(level);
      if (dropped < 0) return level;
    }
    this.starts[level]?.push(this.markCount);
    this.encode(level, part, message, fields);
    this.count++;
    return dropped;
  }

  /** A line of the log's own: it needs no room, and does not count as one that was logged. */
  addNotice(level: number, part: string, message: string, fields: LogFields): void {
    this.encode(level | NOTICE, part, message, fields);
    this.count++;
    this.notices++;
  }

  /** Lines that wait, without those of the log's own. */
  get logged(): number {
    return this.count - this.notices;
  }

  /** What waits, as it is sent; the queue still has it. */
  view(): LineBatch {
    return {
      marks: this.marks.slice(0, this.markCount),
      numbers: this.numbers.slice(0, this.numberCount),
      words: [...this.words.keys()],
      text: this.text,
    };
  }

  /** The first so many of what waits are written: they are not sent again. */
  dropFirst(lines: number): void {
    let left = lines;
    for (let start = 0; left > 0 && start < this.markCount; ) {
      const head = this.marks[start] ?? 0;
      if ((head & DEAD) === 0) {
        left--;
        this.count--;
        this.marks[start] = head | DEAD;
        const level = head & LEVEL;
        if ((head & NOTICE) === 0) this.heads[level] = (this.heads[level] ?? 0) + 1;
        else this.notices--;
      }
      start += 3 + 2 * (head >>> 8);
    }
  }

  clear(): void {
    this.notices = 0;
    this.text = '';
    this.words = new Map();
    this.wordCharacters = 0;
    this.markCount = 0;
    this.numberCount = 0;
    this.starts = LOG_LEVELS.map(() => []);
    this.heads = LOG_LEVELS.map(() => 0);
    this.count = 0;
  }

  private dropUnder(level: number): number {
    for (let lower = 0; lower < level; lower++) {
      const start = this.starts[lower]?.[this.heads[lower] ?? 0];
      if (start === undefined) continue;
      this.heads[lower] = (this.heads[lower] ?? 0) + 1;
      // What it took stays in the columns until they are sent: each line can push out one of a lower level at most, so
      // there are at most five times `maxLines`.
      this.marks[start] = (this.marks[start] ?? 0) | DEAD;
      this.count--;
      return lower;
    }
    return -1;
  }

  private encode(head: number, part: string, message: string, fields: LogFields | undefined): void {
    this.makeRoom();
    const start = this.markCount;
    const { marks } = this;
    const said = message.length > MAX_CHARACTERS ? cutText(message) : message;
    marks[start] = head;
    marks[start + 1] = this.word(part);
    marks[start + 2] = this.word(said);
    this.markCount = start + 3;
    this.numbers[this.numberCount++] = Date.now();
    if (fields === undefined) return;
    const before = { text: this.text, marks: this.markCount, numbers: this.numberCount };
    let count = 0;
    try {
      for (const name in fields) {
        if (count === MAX_FIELDS) break;
        if (this.field(name, fields)) count++;
      }
    } catch (thrown) {
      // not even the names can be listed
      this.text = before.text;
      this.markCount = before.marks;
      this.numberCount = before.numbers;
      this.field('fields', { fields: unreadable(thrown) });
      count = 1;
    }
    marks[start] = head | (count << 8);
  }

  /** False for what is not there. */
  private field(name: string, fields: LogFields): boolean {
    let value: unknown;
    try {
      value = fields[name];
    } catch (thrown) {
      value = unreadable(thrown);
    }
    if (value === undefined) return false;
    const named = name.length > 256 ? cutText(name, 256) : name;
    let kind: number;
    let length = 0;
    if (typeof value === 'string' && value.length <= WORD_CHARACTERS && this.words.size < MAX_WORDS) {
      kind = WORD;
      length = this.word(value);
    } else if (typeof value === 'string') {
      const text = value.length > MAX_CHARACTERS ? cutText(value) : value;
      kind = TEXT;
      length = text.length;
      this.text += text;
    } else if (typeof value === 'number' && Number.isFinite(value)) {
      kind = NUMBER;
      this.numbers[this.numberCount++] = value;
    } else if (typeof value === 'boolean') {
      kind = value ? TRUE : FALSE;
    } else if (value === null) {
      kind = NULL;
    } else {
      const json = jsonOf(value);
      kind = JSON_TEXT;
      length = json.length;
      this.text += json;
    }
    this.marks[this.markCount++] = this.word(named);
    this.marks[this.markCount++] = (kind << 28) | length;
    return true;
  }

  private word(text: string): number {
    const known = this.words.get(text);
    if (known !== undefined) return known;
    const place = this.words.size;
    this.words.set(text, place);
    this.wordCharacters += text.length;
    return place;
  }

  /** For one more line with all the fields that it may have. */
  private makeRoom(): void {
    if (this.marks.length - this.markCount < 3 + 2 * MAX_FIELDS) this.marks = grown(this.marks);
    if (this.numbers.length - this.numberCount < 1 + MAX_FIELDS) this.numbers = grown(this.numbers);
  }
}

function grown<T extends Uint32Array | Float64Array>(column: T): T {
  const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
  larger.set(column);
  return larger;
}

export interface QueuedLine {
  level: LogLevel;
  isNotice: boolean;
  atMs: number;
  part: string;
  message: string;
  /** Texts, numbers and the like as they are; of everything else the JSON. */
  fields: { name: string; value: string | number | boolean | null; isJson: boolean }[];
}

/** The lines of a batch in the order in which they were logged, without those that were dropped. */
export function* linesIn({ marks, numbers, words, text }: LineBatch): Generator<QueuedLine> {
  let mark = 0;
  let number = 0;
  let place = 0;
  const next = (): number => marks[mark++] ?? 0;
  const nextNumber = (): number => numbers[number++] ?? 0;
  const nextWord = (): string => words[next()] ?? '';
  const cut = (length: number): string => text.slice(place, (place += length));
  while (mark < marks.length) {
    const head = next();
    const line: QueuedLine = {
      level: LOG_LEVELS[head & LEVEL] ?? 'INFO',
      isNotice: (head & NOTICE) !== 0,
      atMs: nextNumber(),
      part: nextWord(),
      message: nextWord(),
      fields: [],
    };
    for (let left = head >>> 8; left > 0; left--) {
      const name = nextWord();
      const about = next();
      const kind = about >>> 28;
      let value: string | number | boolean | null;
      if (kind === NUMBER) value = nextNumber();
      else if (kind === NULL) value = null;
      else if (kind === TRUE || kind === FALSE) value = kind === TRUE;
      else if (kind === WORD) value = words[about & LENGTH] ?? '';
      else value = cut(about & LENGTH);
      line.fields.push({ name, value, isJson: kind === JSON_TEXT });
    }
    if ((head & DEAD) === 0) yield line;
  }
}
