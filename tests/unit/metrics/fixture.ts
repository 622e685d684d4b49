/** A keeper over a folder of its own, driven by a clock that the test sets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMetricKeeper } from '../../../electron/metrics/open';
import type { KeeperWithStart } from '../../../electron/metrics/types';
import type { HoldfastError } from '../../../electron/errors/holdfast-error';
import { afterEach } from 'vitest';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-metrics-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export class Bench {
  nowMs: number;
  elapsedMs = 0;
  zone = 'UTC';
  readonly reported: HoldfastError[] = [];
  private constructor(
    readonly folder: string,
    nowMs: number,
  ) {
    this.nowMs = nowMs;
  }

  keeper!: KeeperWithStart;

  /** Opens and starts a keeper at a moment, in UTC unless a zone is given. */
  static async open(at: string, { folder = scratchFolder(), zone = 'UTC' } = {}): Promise<Bench> {
    const bench = new Bench(folder, Date.parse(at));
    bench.zone = zone;
    await bench.reopen();
    undo.push(() => bench.keeper.stop());
    return bench;
  }

  /** Opens the folder again, as the next start would. */
  async reopen(): Promise<void> {
    await this.openOnly();
    await this.keeper.start();
  }

  /** Opens it and reads nothing back yet. */
  async openOnly(): Promise<void> {
    this.keeper = await openMetricKeeper({
      folder: this.folder,
      nowMs: () => this.nowMs,
      elapsedMs: () => this.elapsedMs,
      timeZone: () => this.zone,
      report: (error) => this.reported.push(error),
      queries: 'inline',
    });
  }

  get codes(): string[] {
    return this.reported.map(({ code }) => code);
  }

  /** Lets time pass; both clocks go on. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.elapsedMs += ms;
  }

  /** A tick every `everyMs` for `ms`, each recording `values` (called with the time). */
  async run(ms: number, values: (atMs: number) => Record<string, number>, everyMs = 20_000): Promise<void> {
    for (let done = 0; done < ms; done += everyMs) {
      // As in life, what was closed is written before the next hour ends.
      if (this.nowMs % HOUR < everyMs) await this.keeper.settled();
      for (const [key, value] of Object.entries(values(this.nowMs))) this.keeper.record(key, value, this.nowMs);
      this.keeper.endTick(this.nowMs);
      this.pass(everyMs);
    }
    await this.keeper.settled();
  }

  query(keys: string[], rangeMs: number, points = 1_200, toMs = this.nowMs) {
    return this.keeper.query({ keys, fromMs: toMs - rangeMs, toMs, points });
  }
}
