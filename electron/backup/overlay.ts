/**
 * Changed pages that are gathered in memory and laid over the image of the full backup while that comes out of its file:
 * the image is written once and hashed once, instead of being changed and read again.
 */
import type { ChangesTarget } from './changes-format';

export class Overlay implements ChangesTarget {
  private readonly pages = new Map<number, Buffer>();
  private sizeBytes: number;
  /** What lies behind this in the base was cut off by one of the changes. */
  private baseLimitBytes: number;

  /** @param baseBytes size of the full backup's image */
  constructor(
    private readonly pageSizeBytes: number,
    private readonly baseBytes: number,
  ) {
    this.sizeBytes = baseBytes;
    this.baseLimitBytes = baseBytes;
  }

  async size(): Promise<number> {
    return this.sizeBytes;
  }

  async write(piece: Buffer, position: number): Promise<void> {
    const size = this.pageSizeBytes;
    for (let done = 0; done < piece.length; ) {
      const index = Math.floor((position + done) / size);
      const page = this.pages.get(index) ?? Buffer.alloc(size);
      this.pages.set(index, page);
      done += piece.copy(page, (position + done) % size, done);
    }
    this.sizeBytes = Math.max(this.sizeBytes, position + piece.length);
  }

  async truncate(bytes: number): Promise<void> {
    this.sizeBytes = bytes;
    this.baseLimitBytes = Math.min(this.baseLimitBytes, bytes);
    for (const index of this.pages.keys()) if (index * this.pageSizeBytes >= bytes) this.pages.delete(index);
  }

  /**
   * Lays the changed pages over the base's content from `position` on, in place. Gives the part that belongs to the image.
   * `position` and the length are whole numbers of pages.
   */
  lay(content: Buffer, position: number): Buffer {
    const size = this.pageSizeBytes;
    const inside = content.subarray(0, Math.max(0, Math.min(content.length, this.sizeBytes - position)));
    const known = Math.max(0, Math.min(inside.length, this.baseLimitBytes - position));
    inside.fill(0, known);
    for (let at = 0; at < inside.length; at += size) this.pages.get((position + at) / size)?.copy(inside, at);
    return inside;
  }

  /** The pages behind the end of the base, in order. */
  *behind(): Generator<Buffer> {
    const size = this.pageSizeBytes;
    for (let at = this.baseBytes; at < this.sizeBytes; at += size)
      yield this.pages.get(at / size) ?? Buffer.alloc(size);
  }
}
