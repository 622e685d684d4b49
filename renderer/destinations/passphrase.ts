/** Passphrases that are made here: strong enough that only losing them is a danger. */

// Crockford's base 32: 5 bits each, and no letter that is read as another one.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUPS = 6;
const GROUP_LENGTH = 5;

/** Characters that the contract asks for at least. */
export const SHORTEST_PASSPHRASE = 8;

/**
 * Six groups of five characters: 150 bits, for example `7k2mq-0xw9d-…`.
 * @param random fills an array with bytes; the system's own source unless a test says otherwise
 */
export function makePassphrase(random: (bytes: Uint8Array<ArrayBuffer>) => void = fillRandomly): string {
  const bytes = new Uint8Array(GROUPS * GROUP_LENGTH);
  random(bytes);
  // 32 divides 256: every character is as likely as any other
  const characters = Array.from(bytes, (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
  return Array.from({ length: GROUPS }, (_none, group) =>
    characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH),
  ).join('-');
}

function fillRandomly(bytes: Uint8Array<ArrayBuffer>): void {
  crypto.getRandomValues(bytes);
}
