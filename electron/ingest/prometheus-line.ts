/** One line of the Prometheus text format (0.0.4) or of OpenMetrics (1.0). */
import type { Labels } from './labels';

export interface SampleLine {
  name: string;
  labels: Labels;
  value: number;
  /** Null when the line has no time of its own. */
  atMs: number | null;
}

/** Why a line cannot be read. */
export class BrokenLine extends Error {}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,?)/y;
const LABELS_END = /[ \t]*\}/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const ESCAPES: Record<string, string> = { '\\n': '\n', '\\\\': '\\', '\\"': '"' };

/** Reads a line that is a sample. Throws `BrokenLine`. */
export function readSample(line: string, openMetrics: boolean): SampleLine {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) throw new BrokenLine('it does not begin with the name of a metric');
  const braces = /^[ \t]*\{/.exec(line.slice(name.length))?.[0];
  const { labels, end } =
    braces === undefined ? { labels: [], end: name.length } : readLabels(line, name.length + braces.length);
  const rest = line.slice(end);
  if (!/^[ \t]/.test(rest) && braces === undefined) throw new BrokenLine('no value follows the name');
  // An exemplar names one request among those that were counted: nothing is kept of it.
  const exemplar = openMetrics ? rest.indexOf(' # ') : -1;
  const words = (exemplar < 0 ? rest : rest.slice(0, exemplar)).trim().split(/[ \t]+/);
  if (words.length > 2 || !words[0]) throw new BrokenLine('it has no value, or more than a value and a time');
  return { name, labels, value: readNumber(words[0]), atMs: readTime(words[1], openMetrics) };
}

function readLabels(line: string, from: number): { labels: Labels; end: number } {
  const labels = new Map<string, string>();
  let at = from;
  for (let more = true; more; ) {
    LABELS_END.lastIndex = at;
    if (LABELS_END.test(line)) return { labels: [...labels], end: LABELS_END.lastIndex };
    LABEL.lastIndex = at;
    const [whole, name, value, comma] = LABEL.exec(line) ?? [];
    if (whole === undefined || name === undefined || value === undefined) break;
    if (labels.has(name)) throw new BrokenLine(`the label ${name} is there twice`);
    labels.set(name, value.includes('\\') ? value.replace(/\\./gu, (escape) => ESCAPES[escape] ?? escape) : value);
    at += whole.length;
    more = comma !== '';
  }
  LABELS_END.lastIndex = at;
  if (!LABELS_END.test(line)) throw new BrokenLine('its labels cannot be read');
  return { labels: [...labels], end: LABELS_END.lastIndex };
}

/** A number as Go writes it. Throws `BrokenLine`. */
export function readNumber(word: string): number {
  if (NUMBER.test(word)) return Number(word);
  switch (word.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      throw new BrokenLine('its value is not a number');
  }
}

/** Milliseconds in the text format, seconds in OpenMetrics. */
function readTime(word: string | undefined, openMetrics: boolean): number | null {
  if (word === undefined) return null;
  if (!NUMBER.test(word)) throw new BrokenLine('its time is not a number');
  return openMetrics ? Number(word) * 1_000 : Number(word);
}
