/** Operations that ended since they were last written down, by local day. */
import type { Operation } from '@shared/metrics';
import { localDay } from '../backup/local-time';
import type { OperationDay } from '../store/operation-days';

export class OperationCounts {
  private counts = new Map<string, OperationDay>();

  /** `timeZone`: of whoever uses it; a day has 23, 24 or 25 hours in it. */
  add(operation: Operation, ok: boolean, nowMs: number, timeZone: string): void {
    const day = localDay(nowMs, timeZone);
    const key = `${day} ${operation}`;
    const count = this.counts.get(key) ?? { day, operation, total: 0, failed: 0 };
    count.total++;
    if (!ok) count.failed++;
    this.counts.set(key, count);
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  list(): OperationDay[] {
    return [...this.counts.values()];
  }

  /** They are written. */
  clear(): void {
    this.counts = new Map();
  }
}
