/**
 * Whose turn it is to append: the thread of the log, or the thread that logs, which writes itself what must not wait.
 * Kept in memory that both share.
 */

/** How many batches are done, by whoever did it. */
const DONE = 1;
/** Lines of the batch under way that are in the files already. */
const LINES = 2;
const TAKEN = 0;
const CELLS = 3;

export class Turn {
  private readonly cells: Int32Array;

  /** @param memory of the other one; new when it is left out */
  constructor(readonly memory = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.cells = new Int32Array(memory);
  }

  /** Waits for it, at most so long; false when it was not to be had. */
  take(timeoutMs: number): boolean {
    const until = performance.now() + timeoutMs;
    while (Atomics.compareExchange(this.cells, TAKEN, 0, 1) !== 0) {
      const leftMs = until - performance.now();
      if (leftMs <= 0 || Atomics.wait(this.cells, TAKEN, 1, leftMs) === 'timed-out') return false;
    }
    return true;
  }

  /** Also for one who ended without giving it back. */
  give(): void {
    Atomics.store(this.cells, TAKEN, 0);
    Atomics.notify(this.cells, TAKEN);
  }

  isDone(batch: number): boolean {
    return Atomics.load(this.cells, DONE) >= batch;
  }

  /** Lines of the batch under way that are written. */
  get lines(): number {
    return Atomics.load(this.cells, LINES);
  }

  /** Tells how far the batch is, so that nobody writes a line of it a second time. */
  note(batch: number, lines: number, isDone: boolean): void {
    Atomics.store(this.cells, LINES, isDone ? 0 : lines);
    if (isDone) Atomics.store(this.cells, DONE, batch);
  }
}
