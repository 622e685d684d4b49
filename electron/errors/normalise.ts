/**
 * What is the same in two texts that tell of the same: everything that changes from one time to the next becomes a
 * placeholder. Used to group errors and to find patterns in logs.
 */

/** Characters that are looked at. What comes later in a text tells no two messages apart. */
export const NORMALISED_CHARACTERS = 4_000;

const QUOTED = (quote: string): string =>
  String.raw`(?<![\w\\])[bru]?${quote}(?:[^${quote}\\\n]|\\.){0,1000}${quote}(?!\w)`;

/**
 * One alternative for each kind, the first that fits wins. Every repetition is bounded, cannot be split in two ways, or is
 * the last of its alternative: the time is linear in the text, whatever it is.
 */
const CHANGING = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<str>${QUOTED("'")}|${QUOTED('"')}|${QUOTED('`')})`,
    String.raw`(?<url>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,15}://[^\s"'<>${'`'}]*[^\s"'<>${'`'}.,;:!?)\]}])`,
    String.raw`(?<email>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})`,
    // Places that differ from machine to machine or from run to run; other paths keep their fixed parts.
    String.raw`(?<path>(?<![\w./~-])(?:~|/(?:home|users|root|tmp|var/tmp|var/folders|private|run/user|mnt|media|proc))/[^\s"'<>:;,|)]*|(?<![a-z0-9])[a-z]:\\[^\s"'<>:;,|)]*)`,
    String.raw`(?<uuid>(?<![a-z0-9])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![a-z0-9]))`,
    String.raw`(?<time>(?<!\d)(?:\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?)?|\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?)(?!\d))`,
    String.raw`(?<ip>(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.]))`,
    String.raw`(?<n>(?:(?<![\w)\]>])-)?(?<![a-z0-9])\d{1,400}(?:[.,]\d{1,400}){0,20}(?:e[+-]?\d{1,4})?(?![a-z0-9]))`,
    // A word with a digit in it: what it is shows its make.
    String.raw`(?<word>(?<![a-z0-9])(?=[a-z]{0,64}\d)[a-z0-9]+)`,
    String.raw`(?<digits>\d+)`,
  ].join('|'),
  'gi',
);

/**
 * `text` with mail addresses, addresses of pages, ids, numbers, times, quoted strings and the paths of one machine as
 * `<email>`, `<url>`, `<uuid>`, `<hex>`, `<id>`, `<n>`, `<time>`, `<ip>`, `<str>`, `<path>`; white space is one space. Texts
 * over `NORMALISED_CHARACTERS` are cut first.
 */
export function normalise(text: string): string {
  return cut(text)
    .replaceAll(CHANGING, (found: string, ...rest: unknown[]) => placeholder(found, rest.at(-1) as Groups))
    .trim();
}

type Groups = Record<string, string | undefined>;

function placeholder(found: string, groups: Groups): string {
  if (groups.space !== undefined) return ' ';
  if (groups.word !== undefined) return ofWord(found);
  if (groups.digits !== undefined) return '<n>';
  for (const kind of ['n', 'str', 'time', 'url', 'path', 'uuid', 'ip', 'email']) {
    if (groups[kind] !== undefined) return `<${kind}>`;
  }
  return found;
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
