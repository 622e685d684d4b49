/** What can be told of SQL by its words alone: names, parentheses, which tables a trigger writes to. */
import { holdfastError } from '../errors/holdfast-error';

export interface SqlToken {
  /** `name`: an identifier in quotes. `mark`: any other single character. */
  kind: 'word' | 'name' | 'string' | 'mark';
  /** Without quotes; as it stands otherwise. */
  text: string;
}

const TOKEN =
  /(?<space>\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<word>[\p{L}\p{N}_$]+)|(?<mark>[\s\S])/uy;

/** Splits SQL into words, names and marks; comments and white space are left out. */
export function tokensOf(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const { groups = {} } of sql.matchAll(new RegExp(TOKEN, 'guy'))) {
    const { word, name, string, mark } = groups;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (name !== undefined) tokens.push({ kind: 'name', text: unquoted(name) });
    else if (string !== undefined) tokens.push({ kind: 'string', text: unquoted(string) });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}

function unquoted(quotedText: string): string {
  const end = quotedText.at(-1) ?? '';
  return quotedText.slice(1, -1).replaceAll(end + end, end);
}

/** A text as SQL takes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQLite tells names apart without the case of ASCII letters, and of no others. */
export const folded = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const isWord = (token: SqlToken | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word;
const isMark = (token: SqlToken | undefined, mark: string): boolean => token?.kind === 'mark' && token.text === mark;

/** True when the word stands in the statement, outside of names and texts. */
export const hasWord = (sql: string, word: string): boolean => tokensOf(sql).some((token) => isWord(token, word));

/**
 * A condition stands between parentheses in other statements: one that closes them, ends the statement or asks for values
 * would become something else there. Whether it is one that the table understands is found out when it is prepared.
 * @throws QUERY_INVALID
 */
export function requireOneExpression(filter: string): void {
  const refuse = (reason: string): never => {
    throw holdfastError('QUERY_INVALID', { params: { reason } });
  };
  let depth = 0;
  const tokens = tokensOf(filter);
  if (tokens.length === 0) refuse('the condition is empty');
  for (const token of tokens) {
    if (isMark(token, '(')) depth++;
    if (isMark(token, ')') && --depth < 0) refuse('a parenthesis is closed that was not opened');
    if (isMark(token, ';')) refuse('a condition cannot have a semicolon');
    const isParameter = isMark(token, '?') || isMark(token, ':') || isMark(token, '@') || token.text.startsWith('$');
    if (isParameter && token.kind !== 'string' && token.kind !== 'name') refuse('a condition cannot have parameters');
  }
  if (depth > 0) refuse('a parenthesis is not closed');
}

/** Tables that a trigger writes to, folded; null when that cannot be told by its words. */
export function writesOfTrigger(sql: string): Set<string> | null {
  const tokens = tokensOf(sql);
  const begin = tokens.findIndex((token) => isWord(token, 'BEGIN'));
  const end = tokens.findLastIndex((token) => isWord(token, 'END'));
  if (begin === -1 || end < begin) return null;
  const targets = new Set<string>();
  let statement: SqlToken[] = [];
  for (const token of tokens.slice(begin + 1, end)) {
    if (!isMark(token, ';')) {
      statement.push(token);
      continue;
    }
    const target = targetOf(statement);
    if (target === undefined) return null;
    if (target !== null) targets.add(folded(target));
    statement = [];
  }
  return statement.length === 0 ? targets : null;
}

/** The table that a statement writes to; null for one that reads, undefined for one that is not understood. */
function targetOf(statement: readonly SqlToken[]): string | null | undefined {
  if (isWord(statement[0], 'SELECT')) return null;
  const or = isWord(statement[1], 'OR') ? 2 : 0;
  const [first, second, third] = [statement[0], statement[1 + or], statement[2 + or]];
  if (isWord(first, 'INSERT') || isWord(first, 'REPLACE')) return isWord(second, 'INTO') ? third?.text : undefined;
  if (isWord(first, 'DELETE')) return isWord(second, 'FROM') ? third?.text : undefined;
  return isWord(first, 'UPDATE') ? second?.text : undefined;
}

/** Names and words of a statement, folded: what it may speak of. */
export const mentions = (sql: string): Set<string> =>
  new Set(tokensOf(sql).flatMap(({ kind, text }) => (kind === 'word' || kind === 'name' ? [folded(text)] : [])));

/** Module of a `CREATE VIRTUAL TABLE`, folded, and its `content` option: '' for one without content. */
export function virtualTableOf(sql: string): { module: string; content: string | null } {
  const tokens = tokensOf(sql);
  const using = tokens.findIndex((token) => isWord(token, 'USING'));
  let content: string | null = null;
  for (const [index, token] of tokens.entries()) {
    const starts = isMark(tokens[index - 1], '(') || isMark(tokens[index - 1], ',');
    if (starts && isWord(token, 'CONTENT') && isMark(tokens[index + 1], '=')) content = tokens[index + 2]?.text ?? null;
  }
  return { module: folded(tokens[using + 1]?.text ?? ''), content };
}
