import { describe, expect, test } from 'vitest';
import {
  BEGAN_MS,
  CUMULATIVE,
  DELTA,
  exponential,
  histogram,
  MINUTE_MS,
  point,
  receiving,
  rejectedBy,
  request,
} from './otlp-fixture';

describe('histograms', () => {
  const duration = (unit: string, at: number, counts: unknown[], total: number, more = {}) =>
    histogram(
      'duration',
      unit,
      CUMULATIVE,
      point({
        at,
        start: BEGAN_MS - 86_400_000,
        bucketCounts: counts,
        explicitBounds: [100, 500],
        sum: total,
        ...more,
      }),
    );

  test('what was added is merged, times in seconds, with the number a second beside it', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [duration('ms', clock.now, ['10', '5', '1'], 4_000)]));
    clock.now += MINUTE_MS;
    await send(request('shop', [duration('ms', clock.now, ['12', '8', '2'], 6_000)]));
    expect(sink.merged).toEqual([
      { key: 'app.time:shop/duration', added: { bounds: [0.1, 0.5], counts: [2, 3, 1], sum: 2 }, atMs: clock.now },
    ]);
    expect(sink.values('app.rate:shop/duration')).toEqual([0.1]);
  });

  test('another unit than time is kept as it is', async () => {
    const { sink, send } = receiving();
    const sizes = point({
      at: BEGAN_MS,
      start: BEGAN_MS - MINUTE_MS,
      bucketCounts: [1, 2],
      explicitBounds: [1_024],
      sum: 5_000,
    });
    await send(request('shop', [histogram('size', 'By', DELTA, sizes)]));
    expect(sink.merged[0]?.added).toEqual({ bounds: [1_024], counts: [1, 2], sum: 5_000 });
  });

  test('a fallen count or other bounds are a new count', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [duration('s', clock.now, [10, 5, 1], 4_000)]));
    clock.now += MINUTE_MS;
    await send(request('shop', [duration('s', clock.now, [2, 0, 0], 100)]));
    clock.now += MINUTE_MS;
    await send(request('shop', [duration('s', clock.now, [3, 1], 100, { explicitBounds: [50] })]));
    expect(sink.merged.map(({ added }) => added.counts)).toEqual([
      [2, 0, 0],
      [3, 1],
    ]);
  });

  test.each([
    ['more counts than bounds allow', { bucketCounts: [1, 1, 1, 1] }],
    ['bounds that do not rise', { explicitBounds: [5, 5] }],
    ['half a value', { bucketCounts: [1, 0.5, 0] }],
    ['a count below zero', { bucketCounts: [1, -1, 0] }],
    [
      'too many buckets',
      { bucketCounts: Array(300).fill(0), explicitBounds: Array.from({ length: 299 }, (_, i) => i) },
    ],
  ])('%s is unreadable', async (_, wrong) => {
    const { sink, send } = receiving();
    const { body } = await send(
      request('shop', [duration('s', BEGAN_MS, [1, 1, 1], 1, { start: BEGAN_MS, ...wrong })]),
    );
    expect([rejectedBy(body)?.rejectedDataPoints, sink.merged]).toEqual(['1', []]);
  });

  test('with exponential buckets becomes one with bounds: zero, and the buckets in use', async () => {
    const { sink, send } = receiving();
    // base 2: 3 values in (1, 2], 4 in (4, 8]; one in [-2, -1)
    const data = point({
      at: BEGAN_MS,
      start: BEGAN_MS - MINUTE_MS,
      scale: 0,
      zeroCount: '2',
      positive: { offset: 0, bucketCounts: ['3', '0', '4'] },
      negative: { offset: 0, bucketCounts: [1] },
      sum: 30,
    });
    await send(request('shop', [exponential('duration', 's', DELTA, data)]));
    expect(sink.merged[0]?.added).toEqual({
      bounds: [-2, -1, 0, 1, 2, 4, 8],
      counts: [0, 1, 2, 0, 3, 0, 4, 0],
      sum: 30,
    });
  });

  test('with exponential buckets is followed while its base becomes coarser', async () => {
    const { sink, clock, send } = receiving();
    const totals = (scale: number, offset: number, counts: number[], zeroCount = 0) =>
      request('shop', [
        exponential(
          'duration',
          's',
          CUMULATIVE,
          point({
            at: clock.now,
            start: BEGAN_MS - 86_400_000,
            scale,
            zeroCount,
            positive: { offset, bucketCounts: counts },
            sum: 0,
          }),
        ),
      ]);
    await send(totals(1, 0, [1, 2, 3]));
    clock.now += MINUTE_MS;
    // at half the scale the first two buckets are one, the third is the second
    await send(totals(0, 0, [4, 3, 5]));
    expect(sink.merged[0]?.added).toMatchObject({ bounds: [1, 2, 4, 8], counts: [0, 1, 0, 5, 0] });
    clock.now += MINUTE_MS;
    sink.clear();
    await send(totals(1, 0, [1]));
    expect(sink.merged[0]?.added.counts).toEqual([0, 1, 0]);
  });
});
