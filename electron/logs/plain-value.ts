/** Any value as JSON of bounded size, taken at once: it may change, or be anything, afterwards. */

const MAX_DEPTH = 6;
const MAX_ITEMS = 100;
const MAX_VALUES = 1_000;
/** Longer texts are cut: nobody reads them in a log. */
export const MAX_CHARACTERS = 16_384;
const MAX_ALL_CHARACTERS = 4 * MAX_CHARACTERS;

/**
 * `text`, cut to what a log holds. Cut at a space where there is one near, so that no half of a secret is left of which
 * nobody could tell what it was.
 */
export function cutText(text: string, limit = MAX_CHARACTERS): string {
  if (text.length <= limit) return text;
  const space = text.lastIndexOf(' ', limit);
  const end = space > limit - 1_024 ? space : limit;
  // a copy: a slice would hold on to all of it
  const kept = Buffer.from(text.slice(0, end), 'utf16le').toString('utf16le');
  return `${kept} [cut: ${text.length} characters]`;
}

/** JSON of `value`: never throws, whatever getters and `toJSON` do, and ends for circles. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(new Walk().plain(value, 0));
}

class Walk {
  private values = 0;
  private characters = 0;
  private readonly above = new Set<object>();

  plain(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        return this.text(value.toString());
      case 'boolean':
        return value;
      case 'undefined':
        return null;
      case 'symbol':
      case 'function':
        return `[${typeof value}]`;
      case 'object':
        return value === null ? null : this.object(value, depth);
    }
  }

  private text(value: string): string {
    const left = MAX_ALL_CHARACTERS - this.characters;
    const cut = cutText(value, Math.max(0, Math.min(MAX_CHARACTERS, left)));
    this.characters += cut.length;
    return cut;
  }

  private object(value: object, depth: number): unknown {
    if (this.above.has(value)) return '[circular]';
    if (depth >= MAX_DEPTH || ++this.values > MAX_VALUES) return '[more]';
    this.above.add(value);
    try {
      return this.members(value, depth);
    } catch (thrown) {
      return unreadable(thrown);
    } finally {
      this.above.delete(value);
    }
  }

  private members(value: object, depth: number): unknown {
    if (value instanceof Error) return this.error(value, depth);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return this.record([...firstOf(value)], value.size, depth);
    if (Array.isArray(value) || value instanceof Set) return this.list(value, depth);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.plain(toJSON.call(value), depth + 1);
    const keys = Object.keys(value);
    const entries = keys.slice(0, MAX_ITEMS).map((key): [unknown, unknown] => [key, read(value, key)]);
    return this.record(entries, keys.length, depth);
  }

  private error(error: Error, depth: number): unknown {
    const { stack, message, name, cause, code } = error as Error & { code?: unknown };
    return this.record(
      [
        ['name', name],
        ['message', message],
        ...(code === undefined ? [] : [['code', code] as [unknown, unknown]]),
        ['stack', stack],
        ...(cause === undefined ? [] : [['cause', cause] as [unknown, unknown]]),
      ],
      0,
      depth,
    );
  }

  private list(value: readonly unknown[] | Set<unknown>, depth: number): unknown[] {
    const size = Array.isArray(value) ? value.length : (value as Set<unknown>).size;
    const items = Array.isArray(value) ? value.slice(0, MAX_ITEMS) : [...firstOf(value as Set<unknown>)];
    const list = Array.from(items, (item) => this.plain(item, depth + 1));
    return size > MAX_ITEMS ? [...list, `[${size - MAX_ITEMS} more]`] : list;
  }

  private record(entries: [unknown, unknown][], size: number, depth: number): Record<string, unknown> {
    // without a prototype, so that a member `__proto__` is one like the others
    const record = Object.create(null) as Record<string, unknown>;
    for (const [key, value] of entries) record[cutText(String(key), 256)] = this.plain(value, depth + 1);
    if (size > MAX_ITEMS) record['…'] = `[${size - MAX_ITEMS} more]`;
    return record;
  }
}

function* firstOf<T>(values: Iterable<T>): Iterable<T> {
  let count = 0;
  for (const value of values) {
    if (count++ === MAX_ITEMS) return;
    yield value;
  }
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (thrown) {
    return unreadable(thrown);
  }
}

/** What stands for a value that cannot be read; what was thrown may be anything, too. */
export function unreadable(thrown: unknown): string {
  try {
    return `[cannot be read: ${cutText(String(thrown instanceof Error ? thrown.message : thrown), 256)}]`;
  } catch {
    return '[cannot be read]';
  }
}
