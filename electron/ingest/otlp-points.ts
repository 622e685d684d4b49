/** One metric of OTLP: its data points, told to the application they belong to. */
import type { Batch, Point, Taken } from './application';
import type { Exponential } from './exponential';
import {
  countIn,
  type Fields,
  fieldsOf,
  integerIn,
  isFields,
  labelsIn,
  listOf,
  millisecondsIn,
  numberOf,
  temporalityIn,
} from './otlp-json';
import { MOST_BUCKETS, type Totals } from './totals';

/** `silent`: the point says that nothing was measured. */
export type PointResult = Taken | 'silent' | 'unreadable' | 'unsupported';

/** Units of time, and how many seconds each is. */
const SECONDS: Record<string, number> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
/** The flag of a point that says that its series has ended. */
const NO_RECORDED_VALUE = 1;

type TakePoint = (batch: Batch, point: Point, data: Fields) => PointResult;

/** The data points of a metric, and how each is taken; null for what is no metric. */
export function pointsOf(
  metric: unknown,
): { points: unknown[]; take: (batch: Batch, data: unknown) => PointResult } | null {
  const fields = fieldsOf(metric);
  const { name } = fields;
  if (typeof name !== 'string' || name === '') return null;
  const kind = Object.keys(KINDS).find((one) => isFields(fields[one]));
  const content = fieldsOf(kind === undefined ? null : fields[kind]);
  const takePoint = kind === undefined ? unsupported : (KINDS[kind] ?? (() => unsupported))(content, fields);
  return {
    points: listOf(content['dataPoints']),
    take: (batch, data) => {
      if (!isFields(data)) return 'unreadable';
      if ((countIn(data['flags']) ?? 0) & NO_RECORDED_VALUE) return 'silent';
      const point: Point = {
        name,
        labels: labelsIn(data['attributes']),
        atMs: millisecondsIn(data['timeUnixNano']),
        startMs: millisecondsIn(data['startTimeUnixNano']),
      };
      return takePoint(batch, point, data);
    },
  };
}

const unsupported: TakePoint = () => 'unsupported';

const KINDS: Record<string, (content: Fields, metric: Fields) => TakePoint> = {
  gauge: () => (batch, point, data) => {
    const value = valueOf(data);
    return value === null ? 'unreadable' : batch.value(point, value);
  },
  sum: (content) => {
    const temporality = temporalityIn(content['aggregationTemporality']);
    const monotonic = content['isMonotonic'] === true;
    return (batch, point, data) => {
      const value = valueOf(data);
      if (value === null || temporality === null) return 'unreadable';
      if (!monotonic) return temporality === 'delta' ? batch.levelChange(point, value) : batch.level(point, value);
      if (value < 0) return 'unreadable';
      const totals: Totals = { kind: 'number', value };
      return temporality === 'delta' ? batch.added(point, totals) : batch.total(point, totals);
    };
  },
  histogram: counted((data) => {
    const bounds = listOf(data['explicitBounds']).map(numberOf);
    const counts = listOf(data['bucketCounts']).map(countIn);
    // Without buckets there is one for all values.
    if (counts.length === 0 && bounds.length === 0) counts.push(countIn(data['count']));
    if (counts.length !== bounds.length + 1 || counts.length > MOST_BUCKETS) return null;
    if (!isAscending(bounds) || !isComplete(counts)) return null;
    const sum = numberOf(data['sum']) ?? roughSum(bounds, counts);
    return Number.isFinite(sum) ? { kind: 'histogram', histogram: { bounds, counts, sum } } : null;
  }),
  exponentialHistogram: counted((data) => {
    const exponential = exponentialOf(data);
    return exponential && { kind: 'exponential', exponential };
  }),
  // Percentiles of one process say nothing of several, nor of an hour.
  summary: () => unsupported,
};

function counted(read: (data: Fields) => Totals | null) {
  return (content: Fields, metric: Fields): TakePoint => {
    const temporality = temporalityIn(content['aggregationTemporality']);
    const factor = SECONDS[typeof metric['unit'] === 'string' ? metric['unit'] : ''] ?? 1;
    return (batch, point, data) => {
      const totals = read(data);
      if (totals === null || temporality === null) return 'unreadable';
      return temporality === 'delta' ? batch.added(point, totals, factor) : batch.total(point, totals, factor);
    };
  };
}

function valueOf(data: Fields): number | null {
  const value = numberOf(data['asInt'] ?? data['asDouble']);
  return value !== null && Number.isFinite(value) ? value : null;
}

const isComplete = (counts: (number | null)[]): counts is number[] => counts.every((count) => count !== null);

const isAscending = (bounds: (number | null)[]): bounds is number[] =>
  bounds.every((bound, i) => bound !== null && Number.isFinite(bound) && (i === 0 || bound > (bounds[i - 1] ?? bound)));

/** Where the sum is not told (values may be negative): each value counts as the upper bound of its bucket. */
const roughSum = (bounds: number[], counts: number[]): number =>
  counts.reduce((sum, count, i) => sum + count * (bounds[i] ?? bounds.at(-1) ?? 0), 0);

function exponentialOf(data: Fields): Exponential | null {
  const scale = integerIn(data['scale']);
  const zero = countIn(data['zeroCount']);
  const zeroThreshold = numberOf(data['zeroThreshold'] ?? 0);
  const positive = bucketsOf(data['positive']);
  const negative = bucketsOf(data['negative']);
  if (scale === null || scale < -10 || scale > 20 || zero === null || !positive || !negative) return null;
  if (zeroThreshold === null || !(zeroThreshold >= 0) || positive.size + negative.size > MOST_BUCKETS) return null;
  const sum = numberOf(data['sum'] ?? 0);
  return sum === null || !Number.isFinite(sum) ? null : { scale, zeroThreshold, zero, positive, negative, sum };
}

/** Counts by index, without the empty ones; null when they cannot be read. */
function bucketsOf(value: unknown): Map<number, number> | null {
  const fields = fieldsOf(value);
  const offset = integerIn(fields['offset']);
  const counts = listOf(fields['bucketCounts']).map(countIn);
  if (offset === null || !isComplete(counts)) return null;
  return new Map(counts.flatMap((count, i) => (count > 0 ? [[offset + i, count] as const] : [])));
}
