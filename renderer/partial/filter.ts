/** Which rows of a table: all of them, those that simple conditions choose, or those that a condition in SQL chooses. */

export const OPERATORS = ['=', '<>', '<', '<=', '>', '>=', 'contains', 'empty', 'not-empty'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  /** Tells lines apart while they are edited. */
  id: number;
  column: string;
  operator: Operator;
  value: string;
}

export interface Filter {
  mode: 'all' | 'simple' | 'sql';
  conditions: Condition[];
  sql: string;
}

export const ALL_ROWS: Filter = { mode: 'all', conditions: [], sql: '' };

/** Operators that compare with a value. */
export const takesValue = (operator: Operator): boolean => operator !== 'empty' && operator !== 'not-empty';

let lastId = 0;

/** A new line of the simple form. */
export function newCondition(column: string): Condition {
  lastId += 1;
  return { id: lastId, column, operator: '=', value: '' };
}

/** The condition as SQL; undefined for all rows, null while something is missing. */
export function filterSql({ mode, conditions, sql }: Filter): string | undefined | null {
  if (mode === 'all') return undefined;
  if (mode === 'sql') return sql.trim() === '' ? null : sql.trim();
  const parts = conditions.map(conditionSql);
  return parts.length === 0 || parts.includes(null) ? null : parts.join(' AND ');
}

/** One line as SQL; null while its value is missing. */
function conditionSql({ column, operator, value }: Condition): string | null {
  const name = quoteName(column);
  if (operator === 'empty') return `(${name} IS NULL OR ${name} = '')`;
  if (operator === 'not-empty') return `(${name} IS NOT NULL AND ${name} <> '')`;
  if (value === '') return null;
  if (operator === 'contains') {
    const pattern = value.replace(/[\\%_]/g, (special) => `\\${special}`);
    return `${name} LIKE ${quoteText(`%${pattern}%`)} ESCAPE '\\'`;
  }
  // NULL is another value than any: people who ask for rows that are not "done" mean those without a state as well.
  return operator === '<>' ? `${name} IS NOT ${literal(value)}` : `${name} ${operator} ${literal(value)}`;
}

/**
 * A value as SQL. What reads as a number and comes back as it was typed is a number: SQLite compares it with a column of
 * texts as text, and with one of numbers as a number.
 */
function literal(value: string): string {
  const whole = /^-?(0|[1-9]\d{0,17})$/.test(value) && value !== '-0';
  return whole || (/^-?\d+\.\d+$/.test(value) && String(Number(value)) === value) ? value : quoteText(value);
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The same rows in another way of saying them: what was chosen by simple conditions begins the SQL. */
export function switchMode(filter: Filter, mode: Filter['mode'], firstColumn: string): Filter {
  if (mode === 'simple' && filter.conditions.length === 0) {
    return { ...filter, mode, conditions: [newCondition(firstColumn)] };
  }
  if (mode === 'sql' && filter.sql.trim() === '' && filter.mode === 'simple') {
    return { ...filter, mode, sql: filterSql(filter) ?? '' };
  }
  return { ...filter, mode };
}
