/**
 * What is the same in two texts that tell of the same: everything that changes from one time to the next becomes a
 * placeholder. Used to group errors and to find patterns in logs.
 */

/** Characters that are looked at. What comes later in a text tells no two messages apart. */
export const NORMALISED_CHARACTERS = 4_000;

interface Kind {
  pattern: RegExp;
  shown: string | ((found: string) => string);
}

// Every repetition is bounded, cannot be split in two ways, or is the last of its pattern: the time is linear in the text,
// whatever it is.
const kind = (pattern: string, shown: Kind['shown']): Kind => ({ pattern: new RegExp(pattern, 'iy'), shown });
const quoted = (quote: string): string =>
  String.raw`(?<![\w\\])[bru]?${quote}(?:[^${quote}\\\n]|\\.){0,1000}${quote}(?!\w)`;

const STR = kind([quoted("'"), quoted('"'), quoted('`')].join('|'), '<str>');
const URL = kind(
  String.raw`(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,15}://[^\s"'<>${'`'}]*[^\s"'<>${'`'}.,;:!?)\]}]`,
  '<url>',
);
const EMAIL = kind(String.raw`(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}`, '<email>');
// Places that differ from machine to machine or from run to run; other paths keep their fixed parts.
const PATH = kind(
  String.raw`(?<![\w./~-])(?:~|/(?:home|users|root|tmp|var/tmp|var/folders|private|run/user|mnt|media|proc))/[^\s"'<>:;,|)]*`,
  '<path>',
);
const DRIVE = kind(String.raw`(?<![a-z0-9])[a-z]:\\[^\s"'<>:;,|)]*`, '<path>');
const UUID = kind(
  String.raw`(?<![a-z0-9])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![a-z0-9])`,
  '<uuid>',
);
const TIME = kind(
  String.raw`(?<!\d)(?:\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?)?|\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?)(?!\d)`,
  '<time>',
);
const IP = kind(String.raw`(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])`, '<ip>');
const NUMBER = kind(
  String.raw`(?:(?<![\w)\]>])-)?(?<![a-z0-9])\d{1,400}(?:[.,]\d{1,400}){0,20}(?:e[+-]?\d{1,4})?(?![a-z0-9])`,
  '<n>',
);
// A word with a digit in it: what it is shows its make.
const WORD = kind(String.raw`(?<![a-z0-9])(?=[a-z]{0,64}\d)[a-z0-9]+`, ofWord);
const DIGITS = kind(String.raw`\d+`, '<n>');

/** What may begin at a character, most telling first. */
const AT_LETTER = [STR, URL, EMAIL, DRIVE, UUID, WORD];
const AT_DIGIT = [URL, EMAIL, UUID, TIME, IP, NUMBER, WORD, DIGITS];
const AT_QUOTE = [STR];
const AT_SIGN = [PATH, EMAIL, NUMBER];

const [OTHER, SPACE, LETTER, DIGIT, QUOTE, SIGN] = [0, 1, 2, 3, 4, 5];
const CLASS = Uint8Array.from({ length: 128 }, (_, code) => classOf(String.fromCharCode(code)));

function classOf(character: string): number {
  if (/\s/.test(character)) return SPACE;
  if (/[a-z]/i.test(character)) return LETTER;
  if (/\d/.test(character)) return DIGIT;
  if (/['"`]/.test(character)) return QUOTE;
  return /[/~\-+._]/.test(character) ? SIGN : OTHER;
}

/** What makes a run of letters more than a plain word when it follows. */
const GOES_ON = new Set(Array.from('0123456789@:.+-_\'"`', (character) => character.charCodeAt(0)));

/**
 * `text` with mail addresses, addresses of pages, ids, numbers, times, quoted strings and the paths of one machine as
 * `<email>`, `<url>`, `<uuid>`, `<hex>`, `<id>`, `<n>`, `<time>`, `<ip>`, `<str>`, `<path>`; white space is one space. Texts
 * over `NORMALISED_CHARACTERS` are cut first.
 */
export function normalise(text: string): string {
  const source = cut(text).trim();
  let out = '';
  let at = 0;
  // What is copied as it stands begins here.
  let plainFrom = 0;
  while (at < source.length) {
    const type = typeAt(source, at);
    const end = type === LETTER ? lettersEnd(source, at) : at + 1;
    if (type === SPACE) {
      const from = at;
      while (at < source.length && typeAt(source, at) === SPACE) at++;
      if (at - from === 1 && source[from] === ' ') continue;
      out += `${source.slice(plainFrom, from)} `;
      plainFrom = at;
      continue;
    }
    const found = type === LETTER && !GOES_ON.has(source.charCodeAt(end)) ? null : kindAt(source, at, type);
    if (found === null) {
      at = end;
      continue;
    }
    out += source.slice(plainFrom, at) + found.shown;
    at = found.end;
    plainFrom = at;
  }
  return out + source.slice(plainFrom);
}

/** White space beyond ASCII is rare, and stays as it is. */
function typeAt(source: string, at: number): number {
  const code = source.charCodeAt(at);
  return code < 128 ? (CLASS[code] ?? OTHER) : OTHER;
}

function lettersEnd(source: string, at: number): number {
  let end = at;
  while (end < source.length && typeAt(source, end) === LETTER) end++;
  return end;
}

function kindAt(source: string, at: number, type: number): { shown: string; end: number } | null {
  if (type === OTHER) return null;
  const kinds = type === LETTER ? AT_LETTER : type === DIGIT ? AT_DIGIT : type === QUOTE ? AT_QUOTE : AT_SIGN;
  for (const { pattern, shown } of kinds) {
    pattern.lastIndex = at;
    if (!pattern.test(source)) continue;
    const end = pattern.lastIndex;
    return { shown: typeof shown === 'string' ? shown : shown(source.slice(at, end)), end };
  }
  return null;
}

function ofWord(word: string): string {
  if (/^0x[0-9a-f]+$/i.test(word)) return '<hex>';
  if (/^[0-9a-f]{7,}$/i.test(word) && /[a-f]/i.test(word)) return '<hex>';
  const parts = word.split(/\d+/);
  const numbers = parts.length - 1;
  if ((word.length >= 8 && numbers >= 3) || (word.length >= 20 && numbers >= 2)) return '<id>';
  return parts.join('<n>');
}

function cut(text: string): string {
  if (text.length <= NORMALISED_CHARACTERS) return text;
  const last = text.charCodeAt(NORMALISED_CHARACTERS - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? NORMALISED_CHARACTERS - 1 : NORMALISED_CHARACTERS);
}
