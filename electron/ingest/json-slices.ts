/**
 * Reads JSON in slices. `JSON.parse` of 4 MiB holds the process up for 25 ms and more; this takes longer in all, and
 * lets everything else go on meanwhile.
 */
import type { Pacer } from './pacer';

/** Shorter texts are read by `JSON.parse` in a few milliseconds. */
const SHORT_LENGTH = 512 * 1024;
const DEEPEST = 64;
const TOKENS_BETWEEN_LOOKS = 256;
const QUOTE = 34;
const BACKSLASH = 92;

const SPACE = /[ \t\n\r]*/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Container = { array: unknown[] } | { object: Record<string, unknown>; name: string };

/**
 * What `text` holds. Rejects with `SyntaxError` when it is not JSON, nested deeper than 64, or holds more than `mostValues`
 * (looked at only in long texts).
 */
export async function parseJsonInSlices(
  text: string,
  pacer: Pacer,
  shortLength = SHORT_LENGTH,
  mostValues = Number.POSITIVE_INFINITY,
): Promise<unknown> {
  if (text.length <= shortLength) return JSON.parse(text);
  const reader = new Reader(text);
  for (let tokens = 0; !reader.ended; tokens++) {
    if (tokens > mostValues) throw reader.wrong(`more than ${mostValues} values`);
    reader.step();
    if (tokens % TOKENS_BETWEEN_LOOKS === 0 && pacer.due) await pacer.rest();
  }
  return reader.result;
}

class Reader {
  ended = false;
  result: unknown;
  private at = 0;
  private readonly open: Container[] = [];

  constructor(private readonly text: string) {}

  /** Reads one value or the beginning of a container, and what closes after it. */
  step(): void {
    this.skipSpace();
    const character = this.text[this.at];
    if (character === '{' || character === '[') this.enter(character);
    else this.place(character === '"' ? this.string() : this.plain());
  }

  private enter(character: '{' | '['): void {
    if (this.open.length === DEEPEST) throw this.wrong('nested too deeply');
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === (character === '{' ? '}' : ']')) {
      this.at++;
      this.place(character === '{' ? {} : []);
    } else {
      this.open.push(character === '[' ? { array: [] } : { object: {}, name: this.name() });
    }
  }

  /** Puts a whole value where it belongs, and closes the containers that end with it. */
  private place(first: unknown): void {
    let value = first;
    for (;;) {
      this.skipSpace();
      const container = this.open.at(-1);
      if (!container) {
        if (this.at < this.text.length) throw this.wrong('something follows the value');
        this.result = value;
        this.ended = true;
        return;
      }
      if ('array' in container) container.array.push(value);
      else define(container.object, container.name, value);
      const next = this.text[this.at++];
      if (next === ',') {
        if ('object' in container) container.name = this.name();
        return;
      }
      if (next !== ('array' in container ? ']' : '}')) throw this.wrong('a comma or an end is missing');
      this.open.pop();
      value = 'array' in container ? container.array : container.object;
    }
  }

  private name(): string {
    this.skipSpace();
    if (this.text[this.at] !== '"') throw this.wrong('a name is missing');
    const name = this.string();
    this.skipSpace();
    if (this.text[this.at++] !== ':') throw this.wrong('a colon is missing');
    return name;
  }

  private string(): string {
    const from = this.at;
    let end = from + 1;
    for (; this.text.charCodeAt(end) !== QUOTE; end++) {
      if (end >= this.text.length) throw this.wrong('a string does not end');
      if (this.text.charCodeAt(end) === BACKSLASH) end++;
    }
    this.at = end + 1;
    return JSON.parse(this.text.slice(from, this.at)) as string;
  }

  private plain(): unknown {
    PLAIN.lastIndex = this.at;
    const token = PLAIN.exec(this.text)?.[0];
    if (token === undefined) throw this.wrong('a value is missing');
    this.at += token.length;
    return JSON.parse(token);
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  wrong(what: string): SyntaxError {
    return new SyntaxError(`${what} at position ${this.at}`);
  }
}

/** Also `__proto__` is a name like any other. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
  else object[name] = value;
}
