/** Keeps long work in slices, so that everything else goes on between them. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MS = 6;

export class Pacer {
  private sliceEndsMs = performance.now() + SLICE_MS;

  /** True when the slice is over and `rest` should be awaited. */
  get due(): boolean {
    return performance.now() >= this.sliceEndsMs;
  }

  /** Lets everything else that waits have its turn. */
  async rest(): Promise<void> {
    await nextTurn();
    this.sliceEndsMs = performance.now() + SLICE_MS;
  }
}
