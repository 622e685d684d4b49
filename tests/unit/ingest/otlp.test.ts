import { describe, expect, test } from 'vitest';
import {
  BEGAN_MS,
  CUMULATIVE,
  DELTA,
  gauge,
  MINUTE_MS,
  point,
  receiving,
  rejectedBy,
  request,
  sum,
  text,
} from './otlp-fixture';

describe('values', () => {
  test('a gauge is kept as it is, with its labels in order', async () => {
    const { sink, send } = receiving();
    const labels = { zone: text('b'), area: text('a "quoted"'), n: { intValue: '7' }, on: { boolValue: true } };
    const answer = await send(
      request('shop', [gauge('temperature', point({ at: BEGAN_MS - 1_000, labels, asDouble: 21.5 }))]),
    );
    expect(answer).toEqual({ status: 200, body: {} });
    expect(sink.recorded).toEqual([
      {
        key: 'app.value:shop/temperature{area="a \\"quoted\\"",n="7",on="true",zone="b"}',
        value: 21.5,
        atMs: BEGAN_MS - 1_000,
      },
    ]);
  });

  test.each([
    ['a string', '42', 42],
    ['a number', 42, 42],
    ['below zero', '-3', -3],
  ])('a whole number may be %s', async (_, asInt, value) => {
    const { sink, send } = receiving();
    await send(request('shop', [gauge('queue', point({ asInt }))]));
    expect(sink.values('app.value:shop/queue')).toEqual([value]);
  });

  test.each([
    ['far ahead', BEGAN_MS + 2 * MINUTE_MS],
    ['long ago', BEGAN_MS - 11 * MINUTE_MS],
    ['missing', undefined],
    ['zero', 0],
  ])('a time that is %s is taken as now', async (_, at) => {
    const { sink, send } = receiving();
    await send(request('shop', [gauge('queue', point({ ...(at === undefined ? {} : { at }), asInt: 1 }))]));
    expect(sink.recorded[0]?.atMs).toBe(BEGAN_MS);
  });

  test('what is no number, or says that nothing was measured, is not kept', async () => {
    const { sink, send } = receiving();
    const points = [{ asDouble: 'NaN' }, { asDouble: 'Infinity' }, { asInt: 'seven' }, {}, { asInt: 1, flags: 1 }];
    const { body } = await send(request('shop', [gauge('queue', ...points.map(point))]));
    expect(sink.recorded).toEqual([]);
    expect(rejectedBy(body)).toEqual({ rejectedDataPoints: '4', errorMessage: '4 unreadable' });
  });

  test('a number that goes up and down is a value; changes of it add up', async () => {
    const { sink, clock, send } = receiving();
    const push = (amount: number) =>
      send(
        request('shop', [
          sum('open', 'AGGREGATION_TEMPORALITY_CUMULATIVE', false, point({ asInt: amount })),
          sum('change', DELTA, false, point({ asInt: amount })),
        ]),
      );
    for (const amount of [5, -2]) {
      await push(amount);
      clock.now += MINUTE_MS;
    }
    expect(sink.values('app.value:shop/open')).toEqual([5, -2]);
    expect(sink.values('app.value:shop/change')).toEqual([5, 3]);
  });
});

describe('counters', () => {
  const orders = (value: number, at: number, start: number, labels = {}) =>
    sum('orders', CUMULATIVE, true, point({ at, start, labels, asDouble: value }));
  const OLD_MS = BEGAN_MS - 86_400_000;

  test('what was counted before Holdfast looked is no rate; what came since is one', async () => {
    const { sink, clock, send } = receiving();
    for (const [value, passedMs] of [
      [1_000, 0],
      [1_030, MINUTE_MS],
      [1_030, 2 * MINUTE_MS],
    ] as const) {
      clock.now = BEGAN_MS + passedMs;
      await send(request('shop', [orders(value, clock.now, OLD_MS)]));
    }
    expect(sink.values('app.rate:shop/orders')).toEqual([0.5, 0]);
  });

  test('an application that starts while Holdfast looks is counted from its start', async () => {
    const { sink, clock, send } = receiving();
    clock.now = BEGAN_MS + 2 * MINUTE_MS;
    await send(request('shop', [orders(6, clock.now, BEGAN_MS + MINUTE_MS)]));
    expect(sink.values('app.rate:shop/orders')).toEqual([0.1]);
  });

  test('a label that appears later is counted from the push before', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [orders(1_000, clock.now, OLD_MS)]));
    clock.now += MINUTE_MS;
    await send(
      request('shop', [orders(1_000, clock.now, OLD_MS), orders(3, clock.now, OLD_MS, { kind: text('gift') })]),
    );
    expect(sink.values('app.rate:shop/orders{kind="gift"}')).toEqual([0.05]);
  });

  test.each([
    ['a later start', BEGAN_MS + 30_000, 120, 2],
    ['a fallen total', OLD_MS, 60, 1],
  ])('%s is a new count', async (_, start, value, rate) => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [orders(100, clock.now, OLD_MS)]));
    clock.now += MINUTE_MS;
    await send(request('shop', [orders(value, clock.now, start)]));
    expect(sink.values('app.rate:shop/orders')).toEqual([rate]);
  });

  test('additions are divided by the time that they stand for', async () => {
    const { sink, clock, send } = receiving();
    const added = (amount: number, start?: number) =>
      request('shop', [
        sum('orders', DELTA, true, point({ at: clock.now, ...(start === undefined ? {} : { start }), asInt: amount })),
      ]);
    await send(added(30, BEGAN_MS - MINUTE_MS));
    clock.now += MINUTE_MS;
    await send(added(60));
    expect(sink.values('app.rate:shop/orders')).toEqual([0.5, 1]);
  });

  test('a push that follows at once waits for the next: its rate would say nothing', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [orders(100, clock.now, OLD_MS)]));
    clock.now += 15;
    await send(request('shop', [orders(101, clock.now, OLD_MS)]));
    clock.now += MINUTE_MS - 15;
    await send(request('shop', [orders(106, clock.now, OLD_MS)]));
    expect(sink.values('app.rate:shop/orders')).toEqual([0.1]);
  });

  test('what arrives late changes nothing; after the clock was set back counting begins anew', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [orders(100, clock.now, OLD_MS)]));
    await send(request('shop', [orders(90, clock.now - 30_000, OLD_MS)]));
    clock.now -= 30 * MINUTE_MS;
    await send(request('shop', [orders(160, clock.now, OLD_MS)]));
    expect(sink.recorded).toEqual([]);
    clock.now += MINUTE_MS;
    await send(request('shop', [orders(220, clock.now, OLD_MS)]));
    expect(sink.values('app.rate:shop/orders')).toEqual([1]);
  });

  test('processes of one application add up while they live', async () => {
    const { sink, clock, send } = receiving();
    const push = (instance: string, value: number) =>
      send(request('shop', [orders(value, clock.now, OLD_MS)], { 'service.instance.id': text(instance) }));
    for (const [a, b] of [
      [0, 0],
      [60, 120],
      [120, 240],
    ] as const) {
      await push('a', a);
      await push('b', b);
      clock.now += MINUTE_MS;
    }
    expect(sink.values('app.rate:shop/orders')).toEqual([1, 3, 3, 3]);
    clock.now += MINUTE_MS;
    sink.clear();
    await push('a', 240);
    expect(sink.values('app.rate:shop/orders')).toEqual([1]);
  });

  test('two processes that cannot be told apart are not mixed up, and the sender hears of it', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [orders(100, clock.now, OLD_MS + 1_000)]));
    clock.now += 30_000;
    const { body } = await send(request('shop', [orders(5_000, clock.now, OLD_MS)]));
    expect(rejectedBy(body)?.errorMessage).toContain('service.instance.id');
    clock.now += 30_000;
    await send(request('shop', [orders(160, clock.now, OLD_MS + 1_000)]));
    expect(sink.values('app.rate:shop/orders')).toEqual([1]);
  });

  test('a process that began before the other one told last is counted from its second push on', async () => {
    const { sink, clock, send } = receiving();
    await send(request('shop', [orders(100, clock.now, OLD_MS)]));
    clock.now += MINUTE_MS;
    await send(request('shop', [orders(9_000, clock.now, OLD_MS + 1_000)]));
    clock.now += MINUTE_MS;
    await send(request('shop', [orders(9_060, clock.now, OLD_MS + 1_000)]));
    expect(sink.values('app.rate:shop/orders')).toEqual([1]);
  });

  test('the share of failed requests is made from counters that carry a status', async () => {
    const { sink, clock, send } = receiving();
    const push = (good: number, missing: number, failed: number) =>
      send(
        request('shop', [
          sum(
            'http_requests_total',
            CUMULATIVE,
            true,
            ...Object.entries({ 200: good, 404: missing, 503: failed }).map(([code, value]) =>
              point({ at: clock.now, start: OLD_MS, labels: { code: text(code) }, asInt: value }),
            ),
          ),
        ]),
      );
    await push(900, 50, 50);
    clock.now += MINUTE_MS;
    await push(915, 53, 52);
    expect(sink.values('app.value:shop/http_requests_total:error_ratio')).toEqual([0.1]);
    clock.now += MINUTE_MS;
    await push(915, 53, 52);
    expect(sink.values('app.value:shop/http_requests_total:error_ratio')).toEqual([0.1]);
  });
});
