/** The running checksum of a WAL. See https://www.sqlite.org/walformat.html#checksum_algorithm. */

/** Both halves, as signed 32-bit numbers. It is the checksum of all bytes that were added since it was begun. */
export class WalSums {
  constructor(
    public first = 0,
    public second = 0,
  ) {}

  /**
   * Adds 32-bit words of the machine's byte order, which must be little endian: an even number of them.
   * @param bigEndian byte order that the WAL's checksums were made in
   */
  // `as number`: the range is inside of the words, and a look at each would take as long as the sum.
  add(words: Int32Array, from: number, to: number, bigEndian: boolean): void {
    let { first, second } = this;
    if (bigEndian) {
      for (let at = from; at < to; at += 2) {
        first = (first + swapped(words[at] ?? 0) + second) | 0;
        second = (second + swapped(words[at + 1] ?? 0) + first) | 0;
      }
    } else {
      for (let at = from; at < to; at += 2) {
        first = (first + (words[at] as number) + second) | 0;
        second = (second + (words[at + 1] as number) + first) | 0;
      }
    }
    this.first = first;
    this.second = second;
  }

  equals(first: number, second: number): boolean {
    return this.first === first && this.second === second;
  }
}

const swapped = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
