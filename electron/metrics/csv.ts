/** Courses as CSV (RFC 4180): one row a bucket, times as ISO 8601 in UTC, empty where nothing was measured. */
import type { MetricAnswer, MetricSeries } from '@shared/metrics';

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const number = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : String(value));

function columnsOf(series: MetricSeries): [name: string, values: Float64Array][] {
  const { key, min, avg, max, percentiles } = series;
  const columns: [string, Float64Array][] = [
    [`${key} min`, min],
    [`${key} avg`, avg],
    [`${key} max`, max],
  ];
  if (percentiles) {
    const { p50, p95, p99 } = percentiles;
    columns.push([`${key} p50`, p50], [`${key} p95`, p95], [`${key} p99`, p99]);
  }
  return columns;
}

export function toCsv({ series }: MetricAnswer): string {
  const times = [...new Set(series.flatMap((one) => [...one.times]))].toSorted((a, b) => a - b);
  const parts = series.map((one) => ({
    columns: columnsOf(one),
    places: new Map([...one.times].map((atMs, i) => [atMs, i])),
  }));
  const header = ['time', ...parts.flatMap(({ columns }) => columns.map(([name]) => cell(name)))];
  const rows = times.map((atMs) => [
    new Date(atMs).toISOString(),
    ...parts.flatMap(({ columns, places }) => {
      const place = places.get(atMs) ?? -1;
      return columns.map(([, values]) => number(values[place]));
    }),
  ]);
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}
