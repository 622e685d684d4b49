/** Units of time, and how exactly a measurement is kept. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const floorTo = (atMs: number, stepMs: number): number => Math.floor(atMs / stepMs) * stepMs;

const SIGNIFICANT_DIGITS = 5;
const LARGEST_EXACT = 9_999_999;
const FLOAT32_WHOLE = 2 ** 24;

/** True for what the record can hold: finite, also as a 32-bit float. */
export const isMeasurement = (value: number): boolean => Number.isFinite(Math.fround(value));

/**
 * A measurement as it is kept: five significant digits, whole numbers below ten million exactly. Record, index and
 * memory keep the same number, so that each can be made from the other.
 */
export function roundSample(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= LARGEST_EXACT) return value;
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

// Up to 10^22 a power of ten is an exact number.
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * The number that was kept as a 32-bit float: exact for whatever `roundSample` gives, and six digits of any other. Many
 * thousands of them are in one answer, which is why no text is made on the way.
 */
export function restoreSample(float: number): number {
  if (Number.isInteger(float) && Math.abs(float) < FLOAT32_WHOLE) return float;
  const decimals = SIGNIFICANT_DIGITS - Math.floor(Math.log10(Math.abs(float)));
  const power = POWERS[Math.abs(decimals)];
  if (power === undefined) return Number(float.toPrecision(SIGNIFICANT_DIGITS + 1));
  return decimals >= 0 ? Math.round(float * power) / power : Math.round(float / power) * power;
}

/** What many measurements have become. `sum / n` is their average. */
export interface Fold {
  n: number;
  min: number;
  sum: number;
  max: number;
}

export const emptyFold = (): Fold => ({ n: 0, min: Number.POSITIVE_INFINITY, sum: 0, max: Number.NEGATIVE_INFINITY });

/** Adds `n` measurements of which minimum, average and maximum are known. */
export function addTo(fold: Fold, n: number, min: number, avg: number, max: number): void {
  fold.n += n;
  fold.sum += avg * n;
  if (min < fold.min) fold.min = min;
  if (max > fold.max) fold.max = max;
}
