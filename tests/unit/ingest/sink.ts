/** A sink that remembers what it was given. */
import type { Histogram, MetricSink } from '../../../electron/metrics/types';

export interface Recorded {
  key: string;
  value: number;
  atMs: number | undefined;
}
export interface Merged {
  key: string;
  added: Histogram;
  atMs: number | undefined;
}

export class FakeSink implements MetricSink {
  recorded: Recorded[] = [];
  merged: Merged[] = [];

  record(key: string, value: number, atMs?: number): void {
    this.recorded.push({ key, value, atMs });
  }
  observe(key: string, value: number, atMs?: number): void {
    this.record(key, value, atMs);
  }
  merge(key: string, added: Histogram, atMs?: number): void {
    this.merged.push({ key, added, atMs });
  }

  /** Values of a key since the last `clear`, oldest first. */
  values(key: string): number[] {
    return this.recorded.filter((one) => one.key === key).map(({ value }) => value);
  }
  clear(): void {
    this.recorded = [];
    this.merged = [];
  }
}
