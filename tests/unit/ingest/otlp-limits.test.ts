import { MOST_SERIES } from '@shared/monitoring';
import { describe, expect, test } from 'vitest';
import { MOST_APPLICATIONS } from '../../../electron/ingest/otlp';
import {
  BEGAN_MS,
  CUMULATIVE,
  gauge,
  MINUTE_MS,
  point,
  receiving,
  rejectedBy,
  request,
  sum,
  text,
} from './otlp-fixture';

describe('limits', () => {
  const many = (from: number, count: number) =>
    gauge(
      'queue',
      ...Array.from({ length: count }, (_, i) => point({ asInt: 1, labels: { id: text(`${from + i}`) } })),
    );

  test('an application keeps 200 series; what is over is counted, and told to the sender', async () => {
    const { sink, receiver, send } = receiving();
    const { body } = await send(request('shop', [many(0, MOST_SERIES + 30)]));
    expect(rejectedBy(body)?.rejectedDataPoints).toBe('30');
    expect(sink.recorded).toHaveLength(MOST_SERIES);
    expect(receiver.applications()).toMatchObject([
      { name: 'shop', series: MOST_SERIES, leftOut: 30, state: 'receiving' },
    ]);
    await send(request('shop', [many(0, MOST_SERIES)]));
    expect(receiver.applications()).toMatchObject([{ series: MOST_SERIES, leftOut: 0 }]);
  });

  test('a series is forgotten after an hour, and its place is free', async () => {
    const { clock, receiver, send } = receiving();
    await send(request('shop', [many(0, MOST_SERIES)]));
    clock.now += 61 * MINUTE_MS;
    expect(receiver.applications()).toMatchObject([{ series: 0, state: 'silent' }]);
    const { body } = await send(request('shop', [many(1_000, MOST_SERIES)]));
    expect(body).toEqual({});
  });

  test('a series that finds room later is not taken for one that has just begun', async () => {
    const { sink, clock, send } = receiving();
    const late = () =>
      sum('late', CUMULATIVE, true, point({ at: clock.now, start: BEGAN_MS - 86_400_000, asInt: 1_000_000 }));
    await send(request('shop', [many(0, MOST_SERIES)]));
    clock.now += 50 * MINUTE_MS;
    await send(request('shop', [many(0, 100), late()]));
    clock.now += 20 * MINUTE_MS;
    await send(request('shop', [many(0, 100), late()]));
    expect(sink.recorded.filter(({ key }) => key.includes('late'))).toEqual([]);
  });

  test('there are 50 applications; the place of one that ended is taken by the next', async () => {
    const { clock, receiver, send } = receiving();
    for (let i = 0; i < MOST_APPLICATIONS; i++) await send(request(`app ${i}`, [many(0, 1)]));
    const { body } = await send(request('one more', [many(0, 2)]));
    expect(rejectedBy(body)?.rejectedDataPoints).toBe('2');
    clock.now += 61 * MINUTE_MS;
    expect((await send(request('one more', [many(0, 2)]))).body).toEqual({});
    expect(receiver.applications().length).toBeLessThanOrEqual(MOST_APPLICATIONS);
  });

  test('processes count too: a new name with each push does not grow without end', async () => {
    const { send } = receiving();
    const counter = Array.from({ length: 100 }, (_, i) => sum(`c${i}`, CUMULATIVE, true, point({ asInt: 1 })));
    const answers = [];
    for (let i = 0; i < 9; i++)
      answers.push(await send(request('shop', counter, { 'service.instance.id': text(`${i}`) })));
    expect(answers.map(({ body }) => rejectedBy(body)?.rejectedDataPoints ?? '0')).toEqual([
      ...Array(8).fill('0'),
      '100',
    ]);
  });

  test('long labels are cut and stay apart; a key that is too long is left out', async () => {
    const { sink, send } = receiving();
    const long = 'x'.repeat(10_000);
    const labels = (end: string) => ({ [long]: text(long + end) });
    await send(
      request('shop', [
        gauge('queue', point({ asInt: 1, labels: labels('a') }), point({ asInt: 2, labels: labels('b') })),
      ]),
    );
    expect(new Set(sink.recorded.map(({ key }) => key)).size).toBe(2);
    for (const { key } of sink.recorded) expect(key.length).toBeLessThan(128 + 256 + 50);
    const crowd = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`label${i}`, text(long)]));
    const { body } = await send(request('shop', [gauge('queue', point({ asInt: 1, labels: crowd }))]));
    expect(rejectedBy(body)?.rejectedDataPoints).toBe('1');
  });

  test('a label may have any name', async () => {
    const { sink, send } = receiving();
    const odd = JSON.stringify(request('shop', [gauge('queue', point({ asInt: 1, labels: { a: text('1') } }))]));
    await send(odd.replace('"key":"a"', '"key":"__proto__"'));
    expect(sink.recorded.map(({ key }) => key)).toEqual(['app.value:shop/queue{__proto__="1"}']);
  });
});

describe('requests', () => {
  test.each([
    ['no JSON', '{"resourceMetrics":['],
    ['a list', '[]'],
    ['a word', '"metrics"'],
    ['no list', '{"resourceMetrics":{}}'],
  ])('%s is refused with a status message', async (_, body) => {
    const { send } = receiving();
    const answer = await send(body);
    expect(answer).toEqual({ status: 400, body: { code: 3, message: expect.stringContaining('the body is') } });
  });

  test('fields of the wrong kind spoil their own point only', async () => {
    const { sink, send } = receiving();
    const odd = [null, 7, 'x', {}, { name: 7 }, { name: 'a', gauge: { dataPoints: [null, 'x', { asInt: 1 }] } }];
    const { status, body } = await send({
      later: 1,
      ...request('shop', [...odd, { name: 'b', summary: { dataPoints: [{}] } }]),
    });
    expect(status).toBe(200);
    expect(sink.values('app.value:shop/a')).toEqual([1]);
    expect(rejectedBy(body)?.errorMessage).toBe('1 of a kind that is not taken (summaries); 7 unreadable');
  });

  test('an application without a name has the name that OpenTelemetry gives it; a slash does not split a name', async () => {
    const { receiver, send } = receiving();
    await send(request(null, [gauge('a', point({ asInt: 1 }))]));
    await send(request('team/shop\n', [gauge('a', point({ asInt: 1 }))]));
    expect(receiver.applications().map(({ name }) => name)).toEqual(['team-shop', 'unknown_service']);
  });

  test('an empty request is a request', async () => {
    expect(await receiving().send({})).toEqual({ status: 200, body: {} });
  });
});
