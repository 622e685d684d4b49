/** What is asked for, made ready to be compared with thousands of entries at once. */
import type { LogQuery } from '@shared/logs';
import { holdfastError } from '../../errors/holdfast-error';
import { levelNumber } from './block';
import { foldText } from './casing';
import { bitsOf } from './filter';
import { type Needle, needleOf } from './find';
import { wordsOfRegex } from './regex-words';

export interface Plan {
  /** Null: any. */
  sourceIds: ReadonlySet<string> | null;
  /** One bit for each level; null: any. */
  levels: number | null;
  fromMs: number;
  toMs: number;
  patternId: number | null;
  /** Each of them must occur, also in what an expression matches; the longest first, which is the rarest most of the time. */
  words: Needle[];
  /** Source of a regular expression; null when words are searched. */
  regex: string | null;
}

/** @throws LOG_SEARCH_INVALID {reason} */
export function planOf({ sourceIds, levels, fromMs, toMs, text, isRegex, patternId }: LogQuery): Plan {
  const regex = isRegex && text !== null ? text : null;
  if (regex !== null) compileRegex(regex);
  const words =
    regex === null
      ? foldText(text ?? '')
          .split(/\s+/)
          .filter((word) => word !== '')
      : wordsOfRegex(regex);
  return {
    sourceIds: sourceIds && new Set(sourceIds),
    levels: levels && levels.reduce((bits, level) => bits | (1 << levelNumber(level)), 0),
    fromMs: fromMs ?? Number.NEGATIVE_INFINITY,
    toMs: toMs ?? Number.POSITIVE_INFINITY,
    patternId,
    words: [...new Set(words)]
      .map((word) => Buffer.from(word))
      .sort((a, b) => b.length - a.length)
      .map((bytes) => needleOf(bytes, bitsOf(bytes))),
    regex,
  };
}

/**
 * Upper and lower case are the same, `^` and `$` stand for the ends of a line.
 * @throws LOG_SEARCH_INVALID {reason}
 */
export function compileRegex(source: string): RegExp {
  try {
    return new RegExp(source, 'imu');
  } catch {
    // Without `u` more is allowed: a needless backslash, a brace by itself.
  }
  try {
    return new RegExp(source, 'im');
  } catch (thrown) {
    const reason = (thrown as Error).message.replace(/^Invalid regular expression: /, '');
    throw holdfastError('LOG_SEARCH_INVALID', { params: { reason }, cause: thrown });
  }
}
