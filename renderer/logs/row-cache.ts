/** Entries of a result, fetched in windows when they are looked at; a few windows are held. */
import type { LogEntry } from '@shared/logs';

export const WINDOW_ROWS = 200;
/** 8 000 entries: several screens in both directions, and at most about 16 MB. */
const HELD_WINDOWS = 40;
/** More at once would be answered in the order they were asked, long after they have been scrolled past. */
const ASKED_AT_ONCE = 2;

/** Where the list takes its entries from. */
export interface RowSource {
  readonly total: number;
  /** The entry at a place; undefined while it is not there. */
  get(index: number): LogEntry | undefined;
  /** Says which are looked at, the last one not included. */
  want(from: number, to: number): void;
  /** Calls `listener` when entries arrived. Call the answer to stop. */
  subscribe(listener: () => void): () => void;
  /** Another one after each arrival. */
  version(): number;
}

interface Options {
  total: number;
  load: (offset: number, limit: number) => Promise<LogEntry[]>;
  /** Hears of each window that could not be fetched; it is asked for again when it is looked at the next time. */
  onFailure: (thrown: unknown) => void;
  /** Shown until the entries themselves are there: the same search a moment earlier. */
  before?: RowSource | null;
}

export class RowCache implements RowSource {
  readonly total: number;
  readonly #options: Options;
  /** By number; the one used last at the end. */
  readonly #held = new Map<number, LogEntry[]>();
  readonly #asked = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #wanted: number[] = [];
  #version = 0;
  #before: RowSource | null;

  constructor(options: Options) {
    this.#options = options;
    this.total = options.total;
    this.#before = options.before ?? null;
    // Only the one before is kept: each holds some megabytes.
    if (this.#before instanceof RowCache) this.#before.#before = null;
  }

  get(index: number): LogEntry | undefined {
    if (index >= this.total) return undefined;
    const held = this.#held.get(Math.floor(index / WINDOW_ROWS));
    return held ? held[index % WINDOW_ROWS] : this.#before?.get(index);
  }

  want(from: number, to: number): void {
    if (to <= from || this.total === 0) return;
    const first = Math.floor(Math.max(0, from) / WINDOW_ROWS);
    const last = Math.floor((Math.min(to, this.total) - 1) / WINDOW_ROWS);
    const windows = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    for (const window of windows) this.#use(window);
    // What was wanted before and is not asked for yet was scrolled past.
    this.#wanted = windows.filter((window) => !this.#held.has(window) && !this.#asked.has(window));
    this.#ask();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  version(): number {
    return this.#version;
  }

  #use(window: number): void {
    const held = this.#held.get(window);
    if (!held) return;
    this.#held.delete(window);
    this.#held.set(window, held);
  }

  #ask(): void {
    while (this.#asked.size < ASKED_AT_ONCE) {
      const window = this.#wanted.shift();
      if (window === undefined) return;
      this.#asked.add(window);
      void this.#load(window);
    }
  }

  async #load(window: number): Promise<void> {
    const offset = window * WINDOW_ROWS;
    try {
      this.#take(window, await this.#options.load(offset, Math.min(WINDOW_ROWS, this.total - offset)));
    } catch (thrown) {
      this.#options.onFailure(thrown);
    } finally {
      this.#asked.delete(window);
      this.#ask();
    }
  }

  #take(window: number, entries: LogEntry[]): void {
    this.#held.set(window, entries);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= HELD_WINDOWS) break;
      this.#held.delete(oldest);
    }
    // Everything that is looked at is there.
    if (this.#wanted.length === 0 && this.#asked.size <= 1) this.#before = null;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Entries that are all there. */
export class FixedRows implements RowSource {
  constructor(readonly entries: readonly LogEntry[]) {}

  get total(): number {
    return this.entries.length;
  }

  get(index: number): LogEntry | undefined {
    return this.entries[index];
  }

  want(): void {}

  subscribe(): () => void {
    return () => undefined;
  }

  version(): number {
    return 0;
  }
}
