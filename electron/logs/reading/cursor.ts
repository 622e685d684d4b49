/** Small steps through a line. All of them look at a bounded number of characters. */
import type { LogFormat, LogLevel } from '@shared/logs';
import { isWordCode, levelOf } from './levels';

/** What the start of an entry tells. */
export interface Header {
  format: LogFormat;
  atMs: number | null;
  level: LogLevel | null;
  logger: string | null;
  /** The line without what is in the other fields. */
  text: string;
}

const SPACE = 32;
const TAB = 9;
/** A name that is longer is none. */
const NAME_CHARACTERS = 120;
/** How far from its start a line is looked at for a level. */
const NEAR_CHARACTERS = 100;

export function skipSpace(line: string, at: number): number {
  let index = at;
  while (line.charCodeAt(index) === SPACE || line.charCodeAt(index) === TAB) index += 1;
  return index;
}

/** End of the word at `at`: the next space, the end of the line, or as far as a name may go. */
export function wordEnd(line: string, at: number): number {
  const limit = Math.min(line.length, at + NAME_CHARACTERS);
  let index = at;
  while (index < limit && line.charCodeAt(index) !== SPACE && line.charCodeAt(index) !== TAB) index += 1;
  return index;
}

/** Place of `mark` at most as far away as a name is long; -1 else. */
export function near(line: string, mark: string, from: number): number {
  const limit = Math.min(line.length, from + NAME_CHARACTERS);
  const first = mark.charCodeAt(0);
  for (let index = from; index < limit; index += 1) {
    if (line.charCodeAt(index) === first && (mark.length === 1 || line.startsWith(mark, index))) return index;
  }
  return -1;
}

/** Letters, digits and the marks that names of loggers, modules, threads and hosts have; at least one letter. */
export function isName(word: string): boolean {
  if (word.length === 0 || word.length > NAME_CHARACTERS) return false;
  let letters = 0;
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index);
    if (code >= 48 && code <= 57) continue;
    if (isWordCode(code) || code > 127) letters += 1;
    // # $ - . / : < > @ [ ]
    else if (!((code >= 45 && code <= 47) || code === 35 || code === 36 || code === 58 || code === 60 || code === 62)) {
      if (code !== 64 && code !== 91 && code !== 93) return false;
    }
  }
  return letters > 0;
}

export function isNumber(word: string): boolean {
  if (word.length === 0 || word.length > 20) return false;
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Level of a word in capitals at `at`, and where it ends; null for everything else. */
export function capitalLevel(line: string, at: number): { level: LogLevel; end: number } | null {
  let end = at;
  while (end < at + 13 && line.charCodeAt(end) >= 65 && line.charCodeAt(end) <= 90) end += 1;
  if (end - at < 3 || isWordCode(line.charCodeAt(end))) return null;
  const level = levelOf(line.slice(at, end));
  return level === null ? null : { level, end };
}

/** A level near the start of a message: in capitals, before a colon, in brackets, or as a value (`level=error`). */
export function nearLevel(line: string, from: number): LogLevel | null {
  const limit = Math.min(line.length, from + NEAR_CHARACTERS);
  let index = from;
  while (index < limit) {
    if (!isWordCode(line.charCodeAt(index))) {
      index += 1;
      continue;
    }
    const start = index;
    while (index < limit && isWordCode(line.charCodeAt(index))) index += 1;
    if (index - start < 3 || index - start > 13) continue;
    const word = line.slice(start, index);
    const level = levelOf(word);
    if (level === null) continue;
    const before = line.charCodeAt(start - 1);
    const after = line.charCodeAt(index);
    const isMarked = after === 58 || ((before === 91 || before === 40 || before === 61) && after !== 61);
    if (isMarked || (word === word.toUpperCase() && word !== 'LOG')) return level;
  }
  return null;
}
