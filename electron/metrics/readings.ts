/** What was measured at each tick, for ten minutes. */
import type { MetricReading } from '@shared/metrics';
import { MINUTE_MS } from './samples';

const KEPT_MS = 10 * MINUTE_MS;
// At the fastest cadence, one a second, and some to spare.
const MOST = 1_200;

export class Readings {
  private list: MetricReading[] = [];
  private values: Record<string, number> = {};
  private broken = false;

  add(key: string, value: number): void {
    this.values[key] = value;
  }

  forget(key: string): void {
    delete this.values[key];
  }

  /** Nothing was measured for a while: the next reading says so. */
  breakOff(): void {
    this.broken = true;
  }

  end(atMs: number): MetricReading {
    const reading: MetricReading = { atMs, afterGap: this.broken, values: this.values };
    this.values = {};
    this.broken = false;
    // A clock that was set back must not leave readings of the future behind.
    const oldestMs = atMs - KEPT_MS;
    this.list = [...this.list.filter((one) => one.atMs >= oldestMs && one.atMs <= atMs), reading].slice(-MOST);
    return reading;
  }

  all(): MetricReading[] {
    return [...this.list];
  }
}
