/**
 * Metrics: what is measured, how it is named and how it is asked for. Free of zod, so that the window can import the
 * constants.
 *
 * A metric's key is its name, or its name and a subject: `cpu.busy`, `disk.used:/srv`, `probe.time:<probe id>`. The
 * name comes before the first colon and says unit and group; the subject is everything after it.
 */

export const METRIC_GROUPS = [
  'machine',
  'disk',
  'network',
  'gpu',
  'holdfast',
  'operation',
  'backup',
  'application',
  'business',
  'probe',
] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

/** How a value is read. `fraction` is 0…1 (more only where a metric says so); `number` has a unit of its own or none. */
export const METRIC_UNITS = [
  'fraction',
  'bytes',
  'bytes-per-second',
  'per-second',
  'count',
  'milliseconds',
  'seconds',
  'hours',
  'days',
  'celsius',
  'number',
] as const;
export type MetricUnit = (typeof METRIC_UNITS)[number];

interface MetricFacts {
  group: MetricGroup;
  unit: MetricUnit;
  /** A distribution: percentiles can be asked for, and averages of percentiles are never made. */
  histogram?: true;
}

/** Every metric Holdfast itself measures, by name. Names are stored in files: add, never rename. */
export const METRICS = {
  'cpu.busy': { group: 'machine', unit: 'fraction' },
  'memory.used': { group: 'machine', unit: 'fraction' },
  'memory.used-bytes': { group: 'machine', unit: 'bytes' },
  'swap.used': { group: 'machine', unit: 'fraction' },
  /** Share of time in which some task waited for the resource: pressure stall information, Linux only. */
  'pressure.cpu': { group: 'machine', unit: 'fraction' },
  'pressure.memory': { group: 'machine', unit: 'fraction' },
  'pressure.io': { group: 'machine', unit: 'fraction' },
  /** Subject: mount point. */
  'disk.used': { group: 'disk', unit: 'fraction' },
  'disk.free': { group: 'disk', unit: 'bytes' },
  'disk.total': { group: 'disk', unit: 'bytes' },
  /** Hours until the disk is full at the trend of the last hours; no value while it does not fill. */
  'disk.full-in': { group: 'disk', unit: 'hours' },
  /** Subject: block device. */
  'disk.read': { group: 'disk', unit: 'bytes-per-second' },
  'disk.write': { group: 'disk', unit: 'bytes-per-second' },
  /** Subject: interface. */
  'network.received': { group: 'network', unit: 'bytes-per-second' },
  'network.sent': { group: 'network', unit: 'bytes-per-second' },
  /** Subject: name of the device. */
  'gpu.busy': { group: 'gpu', unit: 'fraction' },
  'gpu.memory': { group: 'gpu', unit: 'fraction' },
  'gpu.temperature': { group: 'gpu', unit: 'celsius' },
  /** All of Holdfast's processes; a share of all processors. */
  'own.cpu': { group: 'holdfast', unit: 'fraction' },
  'own.memory': { group: 'holdfast', unit: 'bytes' },
  'own.loop-p99': { group: 'holdfast', unit: 'milliseconds' },
  'own.loop-max': { group: 'holdfast', unit: 'milliseconds' },
  /** Holdfast's own operations. Subject: one of `OPERATIONS`. */
  'operation.time': { group: 'operation', unit: 'milliseconds', histogram: true },
  /** Ended operations a minute. */
  'operation.rate': { group: 'operation', unit: 'count' },
  /** Share of the operations that failed. */
  'operation.errors': { group: 'operation', unit: 'fraction' },
  /** Subject: id of the guarded database. Hours since the newest proved backup was taken. */
  'backup.age': { group: 'backup', unit: 'hours' },
  /** Subject: application, series. See `applicationKey`. */
  'app.value': { group: 'application', unit: 'number' },
  'app.rate': { group: 'application', unit: 'per-second' },
  'app.time': { group: 'application', unit: 'seconds', histogram: true },
  /** Subject: id of the scrape target; 1 when the last scrape succeeded, 0 when it did not. */
  'app.up': { group: 'application', unit: 'fraction' },
  /** Subject: id of the business metric. */
  'business.value': { group: 'business', unit: 'number' },
  /** Subject: id of the business rule. Rows that break it, up to as many as are read. */
  'data.rule-violations': { group: 'business', unit: 'count' },
  /** Subject: id of the probe; 1 for a success, 0 for a failure: the average is the availability. */
  'probe.up': { group: 'probe', unit: 'fraction' },
  'probe.time': { group: 'probe', unit: 'milliseconds' },
  'probe.certificate': { group: 'probe', unit: 'days' },
} as const satisfies Record<string, MetricFacts>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** What Holdfast does that takes time and can fail. */
export const OPERATIONS = [
  'backup',
  'verify',
  'restore',
  'save-copy',
  'inspect',
  'copy',
  'verify-copy',
  'scan',
  'drill',
  'check',
  'repair',
  'salvage',
  'query',
  'probe',
  'scrape',
  'notify',
  'request',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export const metricKey = (name: MetricName, subject?: string): string =>
  subject === undefined ? name : `${name}:${subject}`;

/** Takes a key apart; null for one whose name is not known (written by a newer Holdfast). */
export function parseMetricKey(key: string): { name: MetricName; subject: string | null } | null {
  const colon = key.indexOf(':');
  const name = colon < 0 ? key : key.slice(0, colon);
  if (!Object.hasOwn(METRICS, name)) return null;
  return { name: name as MetricName, subject: colon < 0 ? null : key.slice(colon + 1) };
}

/**
 * Subject of an application's series: the application's name, then the series with its labels in the order of their
 * names, as Prometheus writes them: `shop/http_requests_total{code="500"}`.
 */
export function applicationSubject(application: string, series: string, labels: Record<string, string> = {}): string {
  const pairs = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${application}/${series}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''}`;
}

/** The cadences that are kept, finest first; `live` is in memory only. */
export const TIERS = ['1m', '1h', '1d'] as const;
export type Tier = (typeof TIERS)[number];

/** One metric that has values. */
export interface MetricInfo {
  key: string;
  name: MetricName;
  subject: string | null;
  group: MetricGroup;
  unit: MetricUnit;
  /** How people call the subject: a probe's name in place of its id, a database's name. Equal to `subject` otherwise. */
  subjectLabel: string | null;
  /** Unit of its own, for people: `videos/day`. Empty for most. */
  unitLabel: string;
  histogram: boolean;
  lastValue: number | null;
  lastAtMs: number | null;
}

/** One look at everything that is measured at each tick; the live event of the window. */
export interface MetricReading {
  atMs: number;
  /** True when nothing was measured between the reading before and this one (sleep, a stopped process). */
  afterGap: boolean;
  values: Record<string, number>;
}

export interface MetricQuery {
  keys: string[];
  fromMs: number;
  toMs: number;
  /** Width of the chart in pixels: no more points than that are given a metric. */
  points: number;
}

/**
 * The course of one metric. All arrays have the same length; a bucket without a measurement is NaN. `times` are the
 * starts of the buckets, milliseconds since 1970; buckets are `stepMs` long, but days, which are local calendar days.
 */
export interface MetricSeries {
  key: string;
  tier: Tier | 'live';
  stepMs: number;
  times: Float64Array;
  min: Float64Array;
  /** Weighted by the number of measurements. */
  avg: Float64Array;
  max: Float64Array;
  /** Measurements in the bucket. */
  count: Float64Array;
  /** Of histograms only; made from merged histograms, never from other percentiles. */
  percentiles: { p50: Float64Array; p95: Float64Array; p99: Float64Array } | null;
}

/** A time in which nothing was measured. */
export interface MetricGap {
  fromMs: number;
  toMs: number;
  reason: 'asleep' | 'not-running' | 'clock-set';
}

export interface MetricAnswer {
  series: MetricSeries[];
  gaps: MetricGap[];
  /** How long the index took. */
  tookMs: number;
}

/** Something that happened, drawn on every chart. `key` names a text `chartEvent.<key>`. */
export interface ChartEvent {
  atMs: number;
  /** Null for a moment. */
  untilMs: number | null;
  kind: 'backup' | 'backup-failed' | 'restore' | 'alert' | 'gap';
  params: Record<string, string | number>;
}

export interface TopProcess {
  pid: number;
  name: string;
  /** Share of all processors since the look before. */
  cpuFraction: number;
  memoryBytes: number;
  /** True for Holdfast's own. */
  own: boolean;
}
