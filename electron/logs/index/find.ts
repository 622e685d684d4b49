/** Finding words in bytes. The entries of a block lie one after the other: a call for each would take longer than the search. */

export interface Needle {
  bytes: Uint8Array;
  /** How far to go on when this byte stands at the end of the window (Horspool). */
  skip: Uint16Array;
  /** Bits of the block's filter. */
  bits: number[];
}

export function needleOf(bytes: Uint8Array, bits: number[]): Needle {
  const skip = new Uint16Array(256).fill(bytes.length);
  for (let at = 0; at < bytes.length - 1; at++) skip[bytes[at] ?? 0] = bytes.length - 1 - at;
  return { bytes, skip, bits };
}

/** First place of the needle in `text` that begins at or after `from` and ends before or at `end`; -1 when there is none. */
export function find(text: Uint8Array, { bytes, skip }: Needle, from: number, end: number): number {
  const last = bytes.length - 1;
  const lastByte = bytes[last];
  let at = from + last;
  while (at < end) {
    const byte = text[at] ?? 0;
    if (byte === lastByte) {
      let back = 1;
      while (back <= last && text[at - back] === bytes[last - back]) back++;
      if (back > last) return at - last;
    }
    at += skip[byte] ?? 0;
  }
  return -1;
}
