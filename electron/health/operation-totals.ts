/** Counts Holdfast's own operations from the start of the process on, for those who fetch totals. */
import type { Operation } from '@shared/metrics';
import type { OperationFigures } from './snapshot';

/** Milliseconds: from a look at a page to the backup of a large database. */
const BOUNDS_MS: readonly number[] = [5, 25, 100, 250, 1_000, 2_500, 10_000, 60_000, 300_000, 1_800_000];

export class OperationTotals {
  private readonly figures = new Map<Operation, { failed: number; counts: number[]; sum: number }>();

  /** One operation that ended after `tookMs`. */
  add(operation: Operation, tookMs: number, ok: boolean): void {
    let figure = this.figures.get(operation);
    if (!figure) {
      figure = { failed: 0, counts: Array<number>(BOUNDS_MS.length + 1).fill(0), sum: 0 };
      this.figures.set(operation, figure);
    }
    const over = BOUNDS_MS.findIndex((bound) => tookMs <= bound);
    const bucket = over < 0 ? BOUNDS_MS.length : over;
    figure.counts[bucket] = (figure.counts[bucket] ?? 0) + 1;
    figure.sum += tookMs;
    if (!ok) figure.failed++;
  }

  list(): OperationFigures[] {
    return [...this.figures].map(([operation, { failed, counts, sum }]) => ({
      operation,
      failed,
      time: { bounds: BOUNDS_MS, counts: [...counts], sum },
    }));
  }
}
