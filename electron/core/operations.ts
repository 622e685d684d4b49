/** Holdfast's own operations as metrics: how long they take, how many there are, how many fail. */
import { metricKey, type Operation } from '@shared/metrics';
import type { MetricSink } from '../metrics/types';

const MINUTE_MS = 60_000;

export class OperationMeter {
  /** Ended since the last minute was told, by kind; a kind stays once it was seen, so that quiet minutes count as 0. */
  private readonly ended = new Map<Operation, number>();
  private toldAtMs: number | null = null;

  constructor(private readonly sink: MetricSink) {}

  /** One operation that ended after `tookMs`. */
  add(operation: Operation, tookMs: number, ok: boolean): void {
    this.ended.set(operation, (this.ended.get(operation) ?? 0) + 1);
    this.sink.observe(metricKey('operation.time', operation), tookMs);
    // The average of a time is the share that failed in it.
    this.sink.record(metricKey('operation.errors', operation), ok ? 0 : 1);
  }

  /** Called at each tick; tells the throughput once a minute. */
  tick(nowMs: number): void {
    this.toldAtMs ??= nowMs;
    const passedMs = nowMs - this.toldAtMs;
    if (passedMs >= 0 && passedMs < MINUTE_MS) return;
    this.toldAtMs = nowMs;
    for (const [operation, count] of this.ended) {
      // After sleep, or when the clock was set, the time that passed says nothing of a minute.
      if (passedMs > 0 && passedMs < 2 * MINUTE_MS) {
        this.sink.record(metricKey('operation.rate', operation), (count * MINUTE_MS) / passedMs, nowMs);
      }
      this.ended.set(operation, 0);
    }
  }
}
