/** Pieces of OTLP in JSON: 64-bit numbers as strings or numbers, enums as numbers or names, unknown fields left alone. */
import type { Labels } from './labels';

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const INTEGER = /^-?\d{1,20}$/;
const WORDS: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Null for what is no number. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = WORDS[value] ?? Number(value);
  return Number.isNaN(number) && value !== 'NaN' ? null : number;
}

/** A count; 0 when the field is not there, null for anything but a whole number from 0 on. */
export function countIn(value: unknown): number | null {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string' && !INTEGER.test(value)) return null;
  const count = numberOf(value);
  return count !== null && Number.isInteger(count) && count >= 0 ? count : null;
}

/** A 32-bit number with a sign; 0 when the field is not there, null for anything else. */
export function integerIn(value: unknown): number | null {
  const number = value === undefined || value === null ? 0 : numberOf(value);
  return number !== null && number === (number | 0) ? number : null;
}

/** Nanoseconds since 1970 as milliseconds; null for none (0) and for what is no time. */
export function millisecondsIn(value: unknown): number | null {
  const nanoseconds = countIn(value);
  return nanoseconds ? Math.round(nanoseconds / 1e6) : null;
}

/** Null for one that is not known or not said. */
export function temporalityIn(value: unknown): 'delta' | 'cumulative' | null {
  if (value === 1 || value === 'AGGREGATION_TEMPORALITY_DELTA') return 'delta';
  return value === 2 || value === 'AGGREGATION_TEMPORALITY_CUMULATIVE' ? 'cumulative' : null;
}

/** Attributes as labels: numbers and truth values in words, lists and maps as JSON. An attribute without value is none. */
export function labelsIn(attributes: unknown): Labels {
  return listOf(attributes).flatMap((attribute) => {
    const { key, value } = fieldsOf(attribute);
    const text = textOf(value);
    return typeof key === 'string' && key !== '' && text !== null ? [[key, text] as const] : [];
  });
}

function textOf(value: unknown): string | null {
  const [kind, content] = Object.entries(fieldsOf(value)).find(([name]) => name.endsWith('Value')) ?? [];
  if (kind === undefined || content === null || content === undefined) return null;
  return typeof content === 'string' ? content : JSON.stringify(content);
}
