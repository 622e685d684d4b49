/**
 * Words that must occur in whatever a regular expression matches: entries without them need not be compared with it. Says
 * less rather than too much: what is optional, inside a group or a choice says nothing.
 */

/** Shorter ones occur nearly everywhere. */
const SHORTEST = 3;
/** `i` with `u` takes `ſ` for an s and the Kelvin sign for a k, which lower case does not. */
const OTHER_CASES = /[skSK]/;
const PLAIN = /^[\x20-\x7e가-힣]$/;
const SPECIAL = new Set('.^$*+?{}()[]|\\');

/** Lower case. Empty when nothing is certain. */
export function wordsOfRegex(source: string): string[] {
  if (source.includes('|')) return [];
  const words: string[] = [];
  let word = '';
  const end = (without = 0): void => {
    const whole = word.slice(0, word.length - without);
    if (whole.length >= SHORTEST) words.push(whole.toLowerCase());
    word = '';
  };
  const add = (char: string): void => {
    if (PLAIN.test(char) && !OTHER_CASES.test(char)) word += char;
    else end();
  };
  for (let at = 0, depth = 0; at < source.length; at++) {
    const char = source[at] ?? '';
    if (char === '\\') {
      const next = source[++at] ?? '';
      // A letter or a digit after a backslash stands for something else than itself.
      if (depth === 0 && SPECIAL.has(next)) add(next);
      else end();
    } else if (char === '[') {
      end();
      at = endOfClass(source, at);
    } else if (char === '(' || char === ')') {
      end();
      depth += char === '(' ? 1 : -1;
    } else if (depth > 0) continue;
    else if (char === '*' || char === '?' || char === '{') {
      end(1);
      // Digits between the braces are no text.
      if (char === '{') at = Math.max(at, source.indexOf('}', at));
    } else if (SPECIAL.has(char)) end();
    else add(char);
  }
  end();
  return words;
}

function endOfClass(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === ']') return at;
  }
  return source.length;
}
