/** Texts are kept in lower case, so that they can be searched as they are, with what it takes to show them as they were. */

export interface Folded {
  /** Composed (NFC) and in lower case: what is searched. */
  text: string;
  /** Distances between the upper-case letters, each from the one before; null when lower case says too little of the text. */
  upper: number[] | null;
}

/** How texts, and what is searched for in them, are made comparable. */
export const foldText = (text: string): string => compose(text).toLowerCase();

export function fold(text: string): Folded {
  const folded = foldText(text);
  if (folded === text) return { text: folded, upper: [] };
  if (folded.length !== text.length) return { text: folded, upper: null };
  const upper: number[] = [];
  let last = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === folded.charCodeAt(at)) continue;
    if (folded.charAt(at).toUpperCase() !== text.charAt(at)) return { text: folded, upper: null };
    upper.push(at - last);
    last = at;
  }
  return { text: folded, upper };
}

/** The text as it was, from `fold`. */
export function unfold(folded: string, upper: Iterable<number>): string {
  let shown = '';
  let done = 0;
  let at = 0;
  for (const distance of upper) {
    at += distance;
    shown += folded.slice(done, at) + folded.charAt(at).toUpperCase();
    done = at + 1;
  }
  return shown + folded.slice(done);
}

// Nearly all texts of logs are ASCII, for which there is nothing to compose.
// oxlint-disable-next-line no-control-regex
const compose = (text: string): string => (/^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFC'));
