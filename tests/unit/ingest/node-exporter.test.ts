/** A request as @opentelemetry/exporter-metrics-otlp-http 0.223 sent it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOtlpReceiver } from '../../../electron/ingest/otlp';
import { FakeSink } from './sink';

const SENT = JSON.stringify(JSON.parse(readFileSync(join(import.meta.dirname, 'node-exporter.json'), 'utf8')));
const [start, at] = [/"startTimeUnixNano":"(\d+)"/, /"timeUnixNano":"(\d+)"/].map((field) =>
  Math.floor(Number(field.exec(SENT)?.[1]) / 1e6),
) as [number, number];

test('is taken whole', async () => {
  const sink = new FakeSink();
  // Holdfast began to look a minute before, and the exporter sent at once: totals wait for the second push
  let now = start - 60_000;
  const receiver = createOtlpReceiver({ sink, clock: { nowMs: () => now } });
  now = at;
  expect(await receiver.take(Buffer.from(SENT))).toEqual({ status: 200, body: {} });
  expect(sink.recorded.map(({ key, value }) => [key, value])).toEqual([
    ['app.value:shop/queue', 5],
    ['app.value:shop/temp', 21.5],
  ]);
  sink.clear();
  now = at + 60_000;
  const later = SENT.replaceAll(/"timeUnixNano":"\d+"/g, `"timeUnixNano":"${now}000000"`);
  expect(await receiver.take(Buffer.from(later))).toEqual({ status: 200, body: {} });
  expect(sink.values('app.rate:shop/orders{kind="new"}')[0]).toBeCloseTo(3 / 60, 4);
  const [exponential, duration] = sink.merged;
  expect(duration).toMatchObject({
    key: 'app.time:shop/http.server.request.duration{http.response.status_code="200"}',
    added: { bounds: [0.1, 1], counts: [0, 1, 0], sum: 0.3 },
  });
  // milliseconds as seconds: 0, 120 and 5 000 ms
  const { bounds, counts, sum } = exponential!.added;
  expect(sum).toBeCloseTo(5.12);
  const upTo = (limit: number) =>
    counts.reduce((all, count, i) => all + ((bounds[i] ?? Infinity) <= limit ? count : 0), 0);
  expect([upTo(0), upTo(0.11), upTo(0.13), upTo(4.7), upTo(5.3)]).toEqual([1, 1, 2, 2, 3]);
  expect(sink.values('app.value:shop/http.server.request.duration:error_ratio')).toEqual([0]);
});
