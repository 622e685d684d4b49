/**
 * Values on their way from one database to another without a change. Text goes as the bytes that are stored: damaged text
 * is no valid text, and would come out of JavaScript as another one.
 */
import { quoted } from '../database/names';

/** Of each column its type, and its value behind it. */
export function typedColumns(columns: readonly string[]): string[] {
  return columns.map((name) => {
    const column = quoted(name);
    return `typeof(${column}), CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`;
  });
}

/** Makes a value of the parameters for it. */
export const TYPED = "CASE WHEN ? = 'text' THEN CAST(? AS TEXT) ELSE ? END";

/** Typed values as `TYPED` takes them: the value stands in twice. */
export function typedParameters(values: readonly unknown[]): unknown[] {
  const parameters: unknown[] = [];
  for (let at = 0; at + 1 < values.length; at += 2) parameters.push(values[at], values[at + 1], values[at + 1]);
  return parameters;
}

/** The table does not take such a row; everything else that is thrown is about the new file itself. */
export const isRefusal = (thrown: unknown): boolean =>
  /^SQLITE_(CONSTRAINT|MISMATCH|ERROR)/.test(String((thrown as { code?: unknown }).code));

/** Whether two rows of typed values are the same. */
export function isSame(values: readonly unknown[], other: unknown): boolean {
  if (!Array.isArray(other) || other.length !== values.length) return false;
  return values.every((value, index) => {
    const counterpart: unknown = other[index];
    if (value instanceof Uint8Array)
      return counterpart instanceof Uint8Array && Buffer.compare(value, counterpart) === 0;
    return value === counterpart;
  });
}
