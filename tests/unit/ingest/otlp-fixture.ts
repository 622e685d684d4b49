/** Requests as exporters send them. */
import { createOtlpReceiver } from '../../../electron/ingest/otlp';
import { FakeSink } from './sink';

export const MINUTE_MS = 60_000;
export const BEGAN_MS = Date.parse('2026-05-02T12:00:00Z');

export type Attributes = Record<string, unknown>;

export const attributes = (values: Attributes) => Object.entries(values).map(([key, value]) => ({ key, value }));
export const text = (stringValue: string) => ({ stringValue });
/** Nanoseconds since 1970, as a string: they are more than a number holds. */
export const nanos = (ms: number) => `${Math.round(ms)}000000`;

export interface PointInput {
  at?: number;
  start?: number;
  labels?: Attributes;
  [field: string]: unknown;
}
export const point = ({ at, start, labels = {}, ...fields }: PointInput) => ({
  attributes: attributes(labels),
  ...(start === undefined ? {} : { startTimeUnixNano: nanos(start) }),
  ...(at === undefined ? {} : { timeUnixNano: nanos(at) }),
  ...fields,
});

export const gauge = (name: string, ...dataPoints: unknown[]) => ({ name, gauge: { dataPoints } });
export const sum = (name: string, temporality: unknown, isMonotonic: boolean, ...dataPoints: unknown[]) => ({
  name,
  sum: { aggregationTemporality: temporality, isMonotonic, dataPoints },
});
export const histogram = (name: string, unit: string, temporality: unknown, ...dataPoints: unknown[]) => ({
  name,
  unit,
  histogram: { aggregationTemporality: temporality, dataPoints },
});
export const exponential = (name: string, unit: string, temporality: unknown, ...dataPoints: unknown[]) => ({
  name,
  unit,
  exponentialHistogram: { aggregationTemporality: temporality, dataPoints },
});

export const CUMULATIVE = 2;
export const DELTA = 1;

export const request = (service: string | null, metrics: unknown[], resource: Attributes = {}) => ({
  resourceMetrics: [
    {
      resource: {
        attributes: attributes({ ...(service === null ? {} : { 'service.name': text(service) }), ...resource }),
      },
      scopeMetrics: [{ scope: { name: 'test' }, metrics }],
    },
  ],
});

/** A receiver on a clock that the test sets. */
export function receiving() {
  const sink = new FakeSink();
  const clock = { now: BEGAN_MS };
  const receiver = createOtlpReceiver({ sink, clock: { nowMs: () => clock.now } });
  const send = (body: unknown) => receiver.take(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return { sink, clock, receiver, send };
}

/** What the answer says was not taken. */
export const rejectedBy = (body: object) =>
  (body as { partialSuccess?: { rejectedDataPoints: string; errorMessage: string } }).partialSuccess;
