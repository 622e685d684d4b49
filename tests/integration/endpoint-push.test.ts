/** What the endpoint takes, and from whom: POST /v1/metrics against a real server. */
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HoldfastError } from '../../electron/errors/holdfast-error';
import { startEndpoint } from '../../electron/health/endpoint';
import { createOtlpReceiver } from '../../electron/ingest/otlp';
import { until } from '../helpers/until';
import { FakeSink } from '../unit/ingest/sink';
import { type EndpointScene, openEndpoint, statusOf } from './endpoint-scene';

const MIB = 1024 * 1024;
const LIMIT = 4 * MIB;

let scene: EndpointScene;
beforeEach(async () => {
  scene = await openEndpoint();
});
afterEach(() => scene.close());

const lines = (...changed: string[]) => [
  `Host: 127.0.0.1:${scene.port}`,
  `Authorization: Bearer ${scene.token}`,
  'Content-Type: application/json',
  ...changed,
];
const post = (headers: string[], body: string | Buffer = '', then?: Parameters<EndpointScene['raw']>[1]) =>
  scene.raw(
    Buffer.concat([
      Buffer.from(`POST /v1/metrics HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`),
      Buffer.from(body),
    ]),
    then,
  );

describe('a push', () => {
  it('reaches the application’s series, packed or not, in one piece or many', async () => {
    const sink = new FakeSink();
    const receiver = createOtlpReceiver({ sink, clock: { nowMs: () => Date.now() } });
    await scene.close();
    scene = await openEndpoint({ ingest: (body) => receiver.take(body) });
    const body = JSON.stringify({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'queue', gauge: { dataPoints: [{ asInt: '3' }] } }] }] }],
    });
    const answer = await scene.push(body);
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      200,
      'application/json',
      {},
    ]);
    expect((await scene.push(gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
    const chunked = body.match(/.{1,20}/gs)!.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
    expect(statusOf(await post(lines('Transfer-Encoding: chunked'), `${chunked.join('')}0\r\n\r\n`))).toBe(200);
    expect(sink.values('app.value:unknown_service/queue')).toEqual([3, 3, 3]);
    const refused = await scene.push('{');
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { code: 3, message: expect.stringContaining('not JSON') },
    ]);
  });

  it('has the type of JSON, also with its characters named', async () => {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON']) {
      expect((await scene.push('{}', { 'content-type': type })).status, type).toBe(200);
    }
    for (const type of ['text/plain', 'application/x-protobuf', 'application/jsonp', 'multipart/form-data']) {
      const answer = await scene.push('{}', { 'content-type': type });
      expect([answer.status, await answer.json()], type).toEqual([415, { code: 3, message: expect.any(String) }]);
    }
    const none = await post(
      [`Host: 127.0.0.1:${scene.port}`, `Authorization: Bearer ${scene.token}`, 'Content-Length: 2'],
      '{}',
    );
    expect(statusOf(none)).toBe(415);
    expect((await scene.push('{}', { 'content-encoding': 'br' })).status).toBe(415);
    expect(scene.taken).toHaveLength(3);
  });

  it('is the only method of its path', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await scene.request('/v1/metrics', lines('Content-Length: 0'), method);
      expect([statusOf(answer), /\r\nallow: post\r\n/i.test(answer)], method).toEqual([405, true]);
    }
  });

  it('that is gone half-way harms nobody', async () => {
    await post(lines('Content-Length: 1000'), '{"a":', (socket) => setImmediate(() => socket.destroy()));
    expect((await scene.push('{}')).status).toBe(200);
    expect([scene.taken, scene.reported]).toEqual([['{}'], []]);
  });

  it('waits for its turn when four are in hand', async () => {
    await scene.close();
    const waiting: (() => void)[] = [];
    scene = await openEndpoint({
      ingest: () => new Promise((resolve) => waiting.push(() => resolve({ status: 200, body: {} }))),
    });
    const first = Array.from({ length: 4 }, () => scene.push('{}'));
    while (waiting.length < 4) await new Promise((resolve) => setTimeout(resolve, 2));
    const refused = await scene.push('{}');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    for (const release of waiting) release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('with a fault in taking it is a 500, and reported', async () => {
    await scene.close();
    scene = await openEndpoint({ ingest: () => Promise.reject(new Error('no such table')) });
    expect((await scene.push('{}')).status).toBe(500);
    expect(scene.reported.map(({ detail }) => detail).join()).toContain('no such table');
  });
});

describe('who is refused', () => {
  it('another host name: evil.test', async () => {
    for (const host of ['evil.test', `evil.test:${scene.port}`]) {
      const [, ...others] = lines('Content-Length: 2');
      expect(statusOf(await post([`Host: ${host}`, ...others], '{}')), host).toBe(421);
    }
  });

  it('without a token', async () => {
    expect((await scene.ask('/v1/metrics', { token: null, method: 'POST', body: '{}' })).status).toBe(401);
    expect((await scene.ask('/metrics', { token: null })).status).toBe(401);
  });

  it('with a wrong token', async () => {
    for (const token of ['0'.repeat(64), scene.token.slice(1), `${scene.token}0`]) {
      expect((await scene.ask('/v1/metrics', { token, method: 'POST', body: '{}' })).status).toBe(401);
    }
    expect(scene.taken).toEqual([]);
  });

  it('a web page, whatever it asks and whatever it knows', async () => {
    const marks = [
      'Origin: https://evil.test',
      'Origin: null',
      `Origin: http://127.0.0.1:${scene.port}`,
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Site: same-origin',
    ];
    for (const mark of marks) {
      for (const path of ['/livez', '/health', '/metrics', '/nothing']) {
        expect(statusOf(await scene.request(path, lines(mark))), `${mark} ${path}`).toBe(403);
      }
      expect(statusOf(await post(lines(mark, 'Content-Length: 2'), '{}')), mark).toBe(403);
      expect(statusOf(await scene.request('/v1/metrics', lines(mark), 'OPTIONS')), mark).toBe(403);
    }
    // an address that somebody typed
    expect(statusOf(await scene.request('/livez', [`Host: 127.0.0.1:${scene.port}`, 'Sec-Fetch-Site: none']))).toBe(
      200,
    );
  });

  it('headers over 8 KiB', async () => {
    expect(statusOf(await post(lines(`X-Filler: ${'x'.repeat(9 * 1024)}`, 'Content-Length: 2'), '{}'))).toBe(431);
  });
});

describe('what a body may take', () => {
  it('is 4 MiB as it comes: said before it is read, or counted while it comes', async () => {
    const exact = await scene.push(Buffer.alloc(LIMIT, ' '));
    expect(exact.status).toBe(200);
    const answer = await scene.push(Buffer.alloc(LIMIT + 1, ' '));
    expect([answer.status, await answer.json()]).toEqual([413, { code: 3, message: expect.any(String) }]);
    const chunk = `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`;
    expect(statusOf(await post(lines('Transfer-Encoding: chunked'), `${chunk.repeat(6)}0\r\n\r\n`))).toBe(413);
    // only announced: nothing of it is waited for
    expect(statusOf(await post(lines('Content-Length: 99999999999')))).toBe(413);
    expect(scene.taken).toHaveLength(1);
  });

  it('is 4 MiB unpacked: a small body that unpacks to a gigabyte is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    expect(bomb.length).toBeLessThan(100_000);
    const sixteen = Buffer.concat(Array(16).fill(bomb) as Buffer[]);
    const before = process.memoryUsage().rss;
    const answer = await scene.push(sixteen, { 'content-encoding': 'gzip' });
    expect([answer.status, scene.taken]).toEqual([413, []]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
    expect((await scene.push(gzipSync(Buffer.alloc(LIMIT, ' ')), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it('that is not what it says is refused', async () => {
    expect((await scene.push('not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await scene.push(gzipSync('{}').subarray(0, 15), { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('is limited in time, also when it comes drop by drop', async () => {
    await scene.close();
    scene = await openEndpoint({ headersLimitMs: 150, requestLimitMs: 300 });
    let dripping: NodeJS.Timeout;
    const slow = await post(lines('Content-Length: 1000'), '{', (socket) => {
      dripping = setInterval(() => socket.write(' '), 20);
      socket.once('close', () => clearInterval(dripping));
    });
    expect(statusOf(slow)).toBe(408);
    expect((await scene.push('{}')).status).toBe(200);
    expect(scene.reported).toEqual([]);
  });

  it('headers that come drop by drop end in time', async () => {
    await scene.close();
    scene = await openEndpoint({ headersLimitMs: 150, requestLimitMs: 60_000 });
    const slow = await scene.raw('POST /v1/metrics HTTP/1.1\r\nX-Drops: ', (socket) => {
      const dripping = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(dripping));
    });
    expect(statusOf(slow)).toBe(408);
    expect((await scene.push('{}')).status).toBe(200);
  });
});

it('200 connections at once: 64 are served, the others closed, and the service goes on', async () => {
  const ask = `GET /livez HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\n\r\n`;
  const clients = Array.from({ length: 200 }, () => {
    const socket = createConnection(scene.port, '127.0.0.1');
    const client = { socket, text: '', closed: false };
    socket.setEncoding('latin1').on('data', (piece: string) => (client.text += piece));
    socket.once('error', () => undefined).once('close', () => (client.closed = true));
    return client;
  });
  await until('136 to be closed', () => clients.filter(({ closed }) => closed).length >= 136);
  const held = clients.filter(({ closed }) => !closed);
  expect(held).toHaveLength(64);
  for (const { socket } of held) socket.write(ask);
  await until('all to be answered', () => clients.every(({ closed }) => closed));
  expect(held.map(({ text }) => statusOf(text))).toEqual(Array(64).fill(200));
  expect((await scene.ask('/health')).status).toBe(200);
});

it('listens on this machine only, with a token that only this user can read', async () => {
  expect(scene.address).toBe(`http://127.0.0.1:${scene.port}`);
  const errors: HoldfastError[] = [];
  const second = await startEndpoint({
    port: 0,
    tokenFile: scene.tokenFile,
    version: '1',
    isReady: () => true,
    health: async () => [],
    snapshot: () => Promise.reject(new Error('not now')),
    ingest: async () => ({ status: 200, body: {} }),
    sentry: async () => null,
    report: (error) => errors.push(error),
  });
  const answer = await fetch(`${second.address}/metrics`, { headers: { authorization: `Bearer ${scene.token}` } });
  await second.close();
  expect([
    answer.status,
    errors
      .map(({ detail }) => detail)
      .join()
      .includes('not now'),
  ]).toEqual([500, true]);
});
