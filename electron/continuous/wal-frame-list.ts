/** Which frames a transaction has. Made anew for each, in the same memory. */
import { WalSums } from './wal-checksum';

const FIRST_CAPACITY = 256;

export class FrameList {
  /** Page number in the upper half, frame number in the lower: sorts by page, then by frame, without a comparison in script. */
  private keys = new BigUint64Array(FIRST_CAPACITY);
  private halves = new Uint32Array(this.keys.buffer);
  /** Running checksum of the WAL before each frame, and after the last: two numbers each. */
  private sums = new Int32Array(2 * FIRST_CAPACITY + 2);
  private count = 0;
  private firstFrame = 0;

  /** Forgets all. `sums`: before the frame `firstFrame`. */
  begin(firstFrame: number, sums: WalSums): void {
    this.count = 0;
    this.firstFrame = firstFrame;
    this.sums[0] = sums.first;
    this.sums[1] = sums.second;
  }

  /** Adds the next frame. `sums`: after it. */
  add(page: number, sums: WalSums): void {
    if (this.count === this.keys.length) this.grow();
    const at = 2 * this.count;
    this.halves[at] = this.firstFrame + this.count;
    this.halves[at + 1] = page;
    this.sums[at + 2] = sums.first;
    this.sums[at + 3] = sums.second;
    this.count++;
  }

  /** A copy of the checksum before a frame of the list, or after its last. */
  sumsBefore(frame: number): WalSums {
    const at = 2 * (frame - this.firstFrame);
    return new WalSums(this.sums[at], this.sums[at + 1]);
  }

  /**
   * The pages up to `lastPage`, ascending, each with its last frame: that one counts. SQLite may have written pages that the
   * transaction cut off again in the end.
   */
  lastOfEach(lastPage: number): { pages: Uint32Array; frames: Uint32Array } {
    if (this.count > 1) this.keys.subarray(0, this.count).sort();
    const pages = new Uint32Array(this.count);
    const frames = new Uint32Array(this.count);
    let found = 0;
    for (let index = 0; index < this.count; index++) {
      const page = this.halves[2 * index + 1] ?? 0;
      if (page > lastPage) break;
      if (found === 0 || pages[found - 1] !== page) found++;
      pages[found - 1] = page;
      frames[found - 1] = this.halves[2 * index] ?? 0;
    }
    return { pages: pages.subarray(0, found), frames: frames.subarray(0, found) };
  }

  private grow(): void {
    const keys = new BigUint64Array(2 * this.keys.length);
    keys.set(this.keys);
    const sums = new Int32Array(2 * keys.length + 2);
    sums.set(this.sums);
    [this.keys, this.halves, this.sums] = [keys, new Uint32Array(keys.buffer), sums];
  }
}
