import { expect, test } from 'vitest';
import { toCsv } from '../../../electron/metrics/csv';

const series = (key: string, times: number[], values: number[], percentiles = false) => {
  const column = (by: number) => Float64Array.from(values, (value) => value * by);
  return {
    key,
    tier: '1m' as const,
    stepMs: 60_000,
    times: Float64Array.from(times),
    min: column(1),
    avg: column(2),
    max: column(3),
    count: column(1),
    percentiles: percentiles ? { p50: column(4), p95: column(5), p99: column(6) } : null,
  };
};

test('one row a bucket, empty where nothing was measured, keys with commas and quotes quoted', () => {
  const text = toCsv({
    gaps: [],
    tookMs: 0,
    series: [
      series('cpu.busy', [0, 60_000, 120_000], [0.5, Number.NaN, 1]),
      series('app.time:shop/t{a="b,c"}', [60_000, 120_000], [1, 2], true),
    ],
  });
  const key = 'app.time:shop/t{a=""b,c""}';
  expect(text.split('\r\n')).toEqual([
    `time,cpu.busy min,cpu.busy avg,cpu.busy max,${['min', 'avg', 'max', 'p50', 'p95', 'p99'].map((name) => `"${key} ${name}"`).join(',')}`,
    '1970-01-01T00:00:00.000Z,0.5,1,1.5,,,,,,',
    '1970-01-01T00:01:00.000Z,,,,1,2,3,4,5,6',
    '1970-01-01T00:02:00.000Z,1,2,3,2,4,6,8,10,12',
    '',
  ]);
  expect(toCsv({ gaps: [], tookMs: 0, series: [] })).toBe('time\r\n');
});
