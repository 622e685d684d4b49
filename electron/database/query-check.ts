/** What can be said about a query before SQLite sees it. */
import { holdfastError } from '../errors/holdfast-error';

const READING = new Set(['SELECT', 'WITH', 'VALUES']);
const CHANGING = new Set(['UPDATE', 'DELETE', 'INSERT', 'WITH']);
const SKIPPED = /^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?(\*\/|$))/;

/**
 * Refuses what does not begin like a reading statement: ATTACH and PRAGMA count as reading for SQLite, and EXPLAIN gives
 * no figures. Whether it reads only is found out when it is prepared.
 * @throws QUERY_NOT_READ_ONLY
 */
export function requireReadingWord(sql: string): void {
  const word = firstWord(sql);
  if (!READING.has(word)) throw holdfastError('QUERY_NOT_READ_ONLY', { detail: `it begins with ${word || 'no word'}` });
}

/**
 * Refuses what does not begin like a statement that changes rows, and REPLACE in each of its forms: it deletes the row
 * that is in its way, and what hangs on that one. Whether it changes rows is found out when it is prepared.
 * @throws RULE_FIX_REFUSED
 */
export function requireChange(sql: string): void {
  const word = firstWord(sql);
  if (!CHANGING.has(word)) throw holdfastError('RULE_FIX_REFUSED', { detail: `it begins with ${word || 'no word'}` });
  if (/\bREPLACE\s+INTO\b|\bOR\s+REPLACE\b/i.test(bare(sql))) {
    throw holdfastError('RULE_FIX_REFUSED', { detail: 'it replaces rows' });
  }
}

function firstWord(sql: string): string {
  let rest = sql;
  for (let skipped = SKIPPED.exec(rest); skipped; skipped = SKIPPED.exec(rest)) rest = rest.slice(skipped[0].length);
  return /^[a-z]+/i.exec(rest)?.[0].toUpperCase() ?? '';
}

/** Without comments, texts and quoted names: a blank stands for each. */
const bare = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, ' ');
