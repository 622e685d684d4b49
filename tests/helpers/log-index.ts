/** Stands for the index of logs: keeps entries and position together or not at all, and may be made to fail. */
import { Follower } from '../../electron/logs/reading/follower';
import type { FollowerState } from '../../electron/logs/reading/types';
import type { EntryBatch, FilePosition, ParsedEntry } from '../../electron/logs/types';

/** One line of Python's `logging`. */
export const line = (text: string): string => `2026-01-02 03:04:05,678 - app - INFO - ${text}\n`;
export const lines = (...texts: string[]): string => texts.map(line).join('');

export class LogIndex {
  readonly positions = new Map<string, FilePosition>();
  readonly entries: ParsedEntry[] = [];
  readonly states: FollowerState[] = [];
  batches: EntryBatch[] = [];
  /** Throws before anything is kept. */
  fail: () => boolean = () => false;
  nowMs = Date.now();
  #follower: Follower | null = null;

  constructor(readonly path: string) {
    LogIndex.#all.push(this);
  }

  static readonly #all: LogIndex[] = [];

  /** Lets go of all files, at the end of a test. */
  static async closeAll(): Promise<void> {
    for (const index of LogIndex.#all.splice(0)) await index.restart();
  }

  get follower(): Follower {
    this.#follower ??= new Follower({
      sourceId: 's',
      path: this.path,
      format: null,
      positions: [...this.positions.values()].map((position) => ({ ...position })),
      take: (batch) => this.#take(batch),
      nowMs: () => this.nowMs,
      onState: (state) => this.states.push(state),
    });
    return this.#follower;
  }

  get texts(): string[] {
    return this.entries.map(({ text }) => text);
  }

  #take(batch: EntryBatch): void {
    if (this.fail()) throw new Error('not kept');
    this.batches.push(batch);
    this.positions.set(batch.position.identity, { ...batch.position });
    this.entries.push(...batch.entries);
  }

  /** As when the process is killed: only what was kept is there for the next follower. */
  async restart(): Promise<void> {
    await this.#follower?.close();
    this.#follower = null;
  }

  async poll(bytes = 1 << 20): Promise<{ readBytes: number; behindBytes: number }> {
    return await this.follower.poll({ bytes });
  }

  /** Reads until everything is quiet and taken. */
  async settle(bytes = 1 << 20): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      let idle = 0;
      for (;;) {
        const { readBytes, behindBytes } = await this.poll(bytes);
        if (behindBytes === 0) break;
        idle = readBytes > 0 ? 0 : idle + 1;
        if (idle > 100) throw new Error(`it does not go on: ${JSON.stringify(this.states.at(-1))}`);
      }
      this.nowMs += 2_000;
    }
  }
}
