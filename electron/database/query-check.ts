/** What can be said about a query before SQLite sees it. */
import { holdfastError } from '../errors/holdfast-error';

const READING = new Set(['SELECT', 'WITH', 'VALUES']);
const SKIPPED = /^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?(\*\/|$))/;

/**
 * Refuses what does not begin like a reading statement: ATTACH and PRAGMA count as reading for SQLite, and EXPLAIN gives
 * no figures. Whether it reads only is found out when it is prepared.
 * @throws QUERY_NOT_READ_ONLY
 */
export function requireReadingWord(sql: string): void {
  let rest = sql;
  for (let skipped = SKIPPED.exec(rest); skipped; skipped = SKIPPED.exec(rest)) rest = rest.slice(skipped[0].length);
  const word = /^[a-z]+/i.exec(rest)?.[0].toUpperCase() ?? '';
  if (!READING.has(word)) throw holdfastError('QUERY_NOT_READ_ONLY', { detail: `it begins with ${word || 'no word'}` });
}
