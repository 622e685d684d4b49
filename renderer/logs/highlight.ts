/** Text of a log as it is shown: what was searched for is marked, and no character does more than be seen. */
import type { LogQuery } from '@shared/logs';

export interface Part {
  text: string;
  isHit: boolean;
}

type Searched = Pick<LogQuery, 'text' | 'isRegex'>;
type Span = [from: number, to: number];

/** More marks than anybody reads are not worth the elements. */
const MOST_HITS = 200;
/** An expression takes up to the square of it. */
const MARKED_CHARACTERS = 2_000;

/** Takes a text apart at what was searched for. */
export function partsOf(text: string, searched: Searched): Part[] {
  const spans = joined(hitsIn(text, searched));
  const parts: Part[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    if (from > end) parts.push({ text: text.slice(end, from), isHit: false });
    parts.push({ text: text.slice(from, to), isHit: true });
    end = to;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isHit: false });
  return parts;
}

function hitsIn(text: string, { text: wanted, isRegex }: Searched): Span[] {
  if (wanted === null) return [];
  const expression = isRegex ? markable(wanted) : wordsAsExpression(wanted);
  if (!expression) return [];
  const spans: Span[] = [];
  for (const match of (isRegex ? text.slice(0, MARKED_CHARACTERS) : text).matchAll(expression)) {
    if (match[0] !== '') spans.push([match.index, match.index + match[0].length]);
    if (spans.length === MOST_HITS) break;
  }
  return spans;
}

function wordsAsExpression(words: string): RegExp | null {
  const each = words.split(/\s+/).filter((word) => word !== '');
  // the longest first: of `err` and `error` both are marked in full
  each.sort((a, b) => b.length - a.length);
  return each.length === 0 ? null : new RegExp(each.map(escaped).join('|'), 'giu');
}

const escaped = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/**
 * The expression, when it can be marked while the window draws: one that repeats more than once, or repeats a group, may
 * take longer than anybody waits. What it finds is then shown without marks.
 */
export function markable(source: string): RegExp | null {
  const bare = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const repeats = bare.match(/[*+{]/g)?.length ?? 0;
  const options = bare.replace(/\(\?/g, '(').match(/\?/g)?.length ?? 0;
  if (repeats > 1 || options > 3 || /\)[*+{?]/.test(bare) || /\\[1-9k]/.test(source)) return null;
  // as the search does: with Unicode's rules where the expression allows it
  for (const flags of ['gimu', 'gim']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The next one; the search itself says what is wrong with it.
    }
  }
  return null;
}

function joined(spans: Span[]): Span[] {
  const all: Span[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

/**
 * Makes control characters visible, and takes from those that change the direction or hide text their effect: `\u001b`
 * becomes ␛, U+202E becomes ⟨202e⟩. Line ends and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x24_00 + code);
    return code === 0x7f ? '␡' : `⟨${code.toString(16).padStart(4, '0')}⟩`;
  });
}

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** The first line of an entry, as much of it as a row can show. */
export function firstLine(text: string, most: number): string {
  const end = text.search(/[\r\n]/);
  return text.slice(0, Math.min(most, end < 0 ? text.length : end));
}
