/** Counts by minute and cell of the last 26 hours of one histogram: nine bytes for each cell that has counts. */
import { KEPT_MINUTES } from './minute-memory';

const FIRST_CAPACITY = 64;

export class HistogramMemory {
  private minutes = new Int32Array(FIRST_CAPACITY);
  private cells = new Uint8Array(FIRST_CAPACITY);
  private counts = new Uint32Array(FIRST_CAPACITY);
  private length = 0;

  add(minute: number, cell: number, count: number): void {
    if (this.length === this.minutes.length) this.makeRoom(minute - KEPT_MINUTES);
    this.minutes[this.length] = minute;
    this.cells[this.length] = cell;
    this.counts[this.length] = count;
    this.length++;
  }

  /** Visits the counts of the minutes from `fromMinute` up to, not including, `toMinute`, in no order. */
  each(fromMinute: number, toMinute: number, visit: (minute: number, cell: number, count: number) => void): void {
    for (let i = 0; i < this.length; i++) {
      const minute = this.minutes[i] ?? 0;
      if (minute >= fromMinute && minute < toMinute) visit(minute, this.cells[i] ?? 0, this.counts[i] ?? 0);
    }
  }

  private makeRoom(oldestMinute: number): void {
    const before = this.length;
    this.length = 0;
    for (let i = 0; i < before; i++) {
      if ((this.minutes[i] ?? 0) < oldestMinute) continue;
      this.minutes[this.length] = this.minutes[i] ?? 0;
      this.cells[this.length] = this.cells[i] ?? 0;
      this.counts[this.length] = this.counts[i] ?? 0;
      this.length++;
    }
    if (this.length <= before / 2) return;
    const grown = <T extends Int32Array | Uint8Array | Uint32Array>(larger: T, old: T): T => {
      larger.set(old);
      return larger;
    };
    this.minutes = grown(new Int32Array(before * 2), this.minutes);
    this.cells = grown(new Uint8Array(before * 2), this.cells);
    this.counts = grown(new Uint32Array(before * 2), this.counts);
  }
}
