/**
 * Says of a block that a word is not in it: one bit for each three bytes in a row that occur. Bytes of UTF-8, so that two
 * Korean syllables (six bytes) are narrowed down like any word.
 */
const BITS = 16;
export const FILTER_BYTES = 2 ** BITS / 8;

export function filterOf(text: Uint8Array): Uint8Array {
  const filter = new Uint8Array(FILTER_BYTES);
  let three = ((text[0] ?? 0) << 8) | (text[1] ?? 0);
  for (let at = 2; at < text.length; at++) {
    three = ((three << 8) | (text[at] ?? 0)) & 0xffffff;
    const bit = bitOf(three);
    filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
  }
  return filter;
}

/** The bits that a block with `word` in it has set; none for a word of one or two bytes. */
export function bitsOf(word: Uint8Array): number[] {
  const bits: number[] = [];
  for (let at = 2; at < word.length; at++) {
    bits.push(bitOf(((word[at - 2] ?? 0) << 16) | ((word[at - 1] ?? 0) << 8) | (word[at] ?? 0)));
  }
  return bits;
}

/** False: the word is not in the block. */
export const mayHold = (filter: Uint8Array, bits: readonly number[]): boolean =>
  bits.every((bit) => ((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0);

const bitOf = (three: number): number => Math.imul(three, 0x9e3779b1) >>> (32 - BITS);
