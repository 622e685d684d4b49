/** Errors over the wire: what is taken at the real endpoint, from whom, and how much of it. */
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envelope, eventId, pythonEnvelope, type WireItem } from '../helpers/sentry-wire';
import { until } from '../helpers/until';
import { KEY, PROJECT } from '../unit/ingest/event-book';
import { type EndpointScene, openEndpoint, statusOf } from './endpoint-scene';

const MIB = 1024 * 1024;
const PATH = `/api/${PROJECT}/envelope/`;
const WITH_KEY = `${PATH}?sentry_version=7&sentry_key=${KEY}`;

let scene: EndpointScene;
beforeEach(async () => {
  scene = await openEndpoint();
});
afterEach(() => scene.close());

const reopen = async (...options: Parameters<typeof openEndpoint>): Promise<void> => {
  await scene.close();
  scene = await openEndpoint(...options);
};
/** Without a token, and without a type unless one is named. */
const post = (path: string, body: Buffer | string, headers: Record<string, string> = {}) =>
  scene.ask(path, { token: null, method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
const event = (more: object = {}): WireItem => ({ type: 'event', payload: JSON.stringify({ message: 'm', ...more }) });
const dsn = (key = KEY, project = PROJECT) => `http://${key}@127.0.0.1:${scene.port}/${project}`;
const ids = () => scene.book.taken.map(({ id }) => id);

describe('an envelope', () => {
  it('of sentry-python is taken as gzip, br, deflate and plain', async () => {
    const packers: [string, (bytes: Buffer) => Buffer][] = [
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
      ['identity', (bytes) => bytes],
    ];
    const sent: string[] = [];
    for (const [encoding, pack] of packers) {
      const id = eventId();
      sent.push(id);
      const answer = await post(PATH, pack(pythonEnvelope(dsn(), id)), {
        'content-encoding': encoding,
        'content-type': 'application/x-sentry-envelope',
        'x-sentry-auth': `Sentry sentry_key=${KEY}, sentry_version=7, sentry_client=sentry.python/2.20.0`,
      });
      expect([answer.status, await answer.json()], encoding).toEqual([200, { id }]);
    }
    expect(ids()).toEqual(sent);
    expect(scene.book.taken.map(({ thrown }) => thrown.at(-1)?.type)).toEqual(Array(4).fill('CheckoutFailed'));
    expect([...scene.book.applications]).toEqual(['shop-id']);
  });

  it('comes chunked, without a type and without lengths, with or without the slash', async () => {
    for (const path of [WITH_KEY, WITH_KEY.replace('/?', '?')]) {
      const id = eventId();
      const body = envelope({ event_id: id, sent_at: 'now' }, [event({ event_id: id })]).toString('latin1');
      const pieces = body.match(/.{1,30}/gs)!.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
      const answer = await scene.raw(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nTransfer-Encoding: chunked\r\n\r\n${pieces.join('')}0\r\n\r\n`,
      );
      expect([statusOf(answer), answer.endsWith(`{"id":"${id}"}`)]).toEqual([200, true]);
    }
    expect(scene.book.taken).toHaveLength(2);
  });

  it('without an event is answered as taken: sessions, transactions, reports, what is not known', async () => {
    const items: WireItem[] = [
      { type: 'session', payload: '{}' },
      { type: 'transaction', payload: '{"type":"transaction"}' },
      { type: 'profile', payload: Buffer.alloc(2 * MIB, 10), withLength: true },
      { type: 'event', payload: '{"type":"transaction"}' },
      { type: 'what_comes_next', payload: 'x' },
      {
        type: 'client_report',
        payload: JSON.stringify({ discarded_events: [{ reason: 'queue_overflow', category: 'error', quantity: 5 }] }),
      },
    ];
    const answer = await post(WITH_KEY, envelope({ sent_at: 'now' }, items));
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    expect([scene.book.taken, scene.book.refused]).toEqual([[], 5]);
  });

  it('may have many events and binary between them; each has an id of its own', async () => {
    const items = Array.from({ length: 300 }, () => [
      event(),
      { type: 'attachment', payload: Buffer.from([10, 123, 10]), withLength: true },
    ]).flat();
    const id = eventId();
    const answer = await post(WITH_KEY, envelope({ event_id: id }, items));
    expect(await answer.json()).toEqual({ id });
    expect([ids()[0], new Set(ids()).size]).toEqual([id, 300]);
  });

  it('that is malformed is a 400, also when it ends too soon', async () => {
    for (const body of [
      '',
      'x',
      '{}\nx',
      '{}\n{"type":"event"}\n{',
      '{}\n{"type":"event"}\n[1]',
      '{}\n{"type":"event","length":9}\n{}',
    ]) {
      expect((await post(WITH_KEY, body)).status, body).toBe(400);
    }
    const torn = gzipSync(envelope({}, [event()])).subarray(0, -20);
    expect((await post(WITH_KEY, torn, { 'content-encoding': 'gzip' })).status).toBe(400);
    for (const encoding of ['gzip', 'br', 'deflate']) {
      expect((await post(WITH_KEY, 'no such thing', { 'content-encoding': encoding })).status, encoding).toBe(400);
    }
    expect([scene.book.taken, scene.reported]).toEqual([[], []]);
  });
});

describe('a stored event', () => {
  it('is the whole body', async () => {
    const id = eventId();
    for (const path of [`/api/${PROJECT}/store/`, `/api/${PROJECT}/store`]) {
      const answer = await post(path, JSON.stringify({ event_id: id, message: 'm' }), {
        'x-sentry-auth': `Sentry sentry_key=${KEY}`,
      });
      expect([answer.status, await answer.json()]).toEqual([200, { id }]);
    }
    const authorization = { authorization: `Sentry sentry_key=${KEY}`, 'content-encoding': 'gzip' };
    expect((await post(`/api/${PROJECT}/store/`, gzipSync('{"message":"n"}'), authorization)).status).toBe(200);
    expect(scene.book.taken.map(({ message }) => message)).toEqual(['m', 'm', 'n']);
    expect((await post(`/api/${PROJECT}/store/?sentry_key=${KEY}`, 'x')).status).toBe(400);
    expect((await post(`/api/${PROJECT}/store/?sentry_key=${KEY}`, Buffer.alloc(MIB + 1, 32))).status).toBe(413);
  });
});

describe('who is refused', () => {
  const body = envelope({}, [event()]);

  it('without a key, with another’s, for another project: 403', async () => {
    const other = 'f'.repeat(32);
    const answers = [
      await post(PATH, body),
      await post(`${PATH}?sentry_key=${other}`, body),
      await post(`/api/8/envelope/?sentry_key=${KEY}`, body),
      await post(WITH_KEY, envelope({ dsn: dsn(other) }, [event()])),
      await post(WITH_KEY, envelope({ dsn: dsn(KEY, 8) }, [event()])),
      await post(`/api/${PROJECT}/store/`, '{}'),
      await post(PATH, body, { authorization: `Bearer ${scene.token}` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(403));
    expect(scene.book.taken).toEqual([]);
  });

  it('a web page, and another host name; nothing is opened for them', async () => {
    const fromPage = await post(WITH_KEY, body, { origin: 'https://evil.test' });
    expect(fromPage.status).toBe(403);
    expect([...fromPage.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await post(WITH_KEY, body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const preflight = await scene.ask(WITH_KEY, { token: null, method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('allow')]).toEqual([405, 'POST']);
    const lines = `Host: evil.test\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`;
    expect(statusOf(await scene.raw(`POST ${WITH_KEY} HTTP/1.1\r\n${lines}`))).toBe(421);
    expect(scene.book.taken).toEqual([]);
  });

  it('paths beside: 404', async () => {
    for (const path of [
      '/api/7/envelopes/',
      '/api/x/envelope/',
      '/api//envelope/',
      '/api/7/envelope//',
      '/api/%7BprojectId%7D/envelope/',
      '/x/api/7/envelope/',
    ]) {
      expect((await post(`${path}?sentry_key=${KEY}`, body)).status, path).toBe(404);
    }
  });

  it('the path as it is described: 404', async () => {
    const head = `Host: 127.0.0.1:${scene.port}\r\nContent-Length: 0\r\n\r\n`;
    expect(statusOf(await scene.raw(`POST /api/{projectId}/envelope/?sentry_key=${KEY} HTTP/1.1\r\n${head}`))).toBe(
      404,
    );
  });

  it('a kind of packing that cannot be unpacked: 415, with those that can', async () => {
    for (const encoding of ['zstd', 'gzip, br', 'constructor']) {
      const answer = await post(WITH_KEY, body, { 'content-encoding': encoding });
      expect([answer.status, answer.headers.get('accept-encoding')], encoding).toEqual([415, 'gzip, deflate, br']);
    }
  });
});

describe('limits', () => {
  const ofLength = (length: number) => `{"message":"${'x'.repeat(length - 14)}"}`;

  it('an event has at most 1 MiB, packed or not', async () => {
    for (const withLength of [true, false]) {
      const fits = envelope({}, [{ type: 'event', payload: ofLength(MIB), withLength }]);
      const over = envelope({}, [{ type: 'event', payload: ofLength(MIB + 1), withLength }]);
      expect((await post(WITH_KEY, fits)).status).toBe(200);
      expect((await post(WITH_KEY, over)).status).toBe(413);
      expect((await post(WITH_KEY, gzipSync(over), { 'content-encoding': 'gzip' })).status).toBe(413);
    }
    expect(scene.book.taken.map(({ message, isCut }) => [message.length, isCut])).toEqual([
      [8_192, true],
      [8_192, true],
    ]);
  });

  it('a body has a limit as it comes, announced or not', async () => {
    await reopen({}, { limits: { packedBytes: 100_000 } });
    const attached = (bytes: number) =>
      envelope({}, [event(), { type: 'attachment', payload: Buffer.alloc(bytes), withLength: true }]);
    expect((await post(WITH_KEY, attached(90_000))).status).toBe(200);
    expect((await post(WITH_KEY, attached(100_000))).status).toBe(413);
    const bytes = attached(100_000);
    const chunked = Buffer.concat([
      Buffer.from(`${bytes.length.toString(16)}\r\n`),
      bytes,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    const head = `POST ${WITH_KEY} HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(statusOf(await scene.raw(Buffer.concat([Buffer.from(head), chunked])))).toBe(413);
  });

  it('a body that is announced as too long is refused before it comes', async () => {
    const head = `POST ${WITH_KEY} HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nContent-Length: ${20 * MIB + 1}\r\n\r\n`;
    expect(statusOf(await scene.raw(head))).toBe(413);
  });

  it('a body has a limit unpacked: what would be 300 MiB ends at 100', async () => {
    const bomb = Buffer.concat([gzipSync('{}\n{"type":"attachment"}\n'), ...Array.from({ length: 3 }, () => BOMB)]);
    expect(bomb.length).toBeLessThan(MIB);
    const before = process.memoryUsage().rss;
    const answer = await post(WITH_KEY, bomb, { 'content-encoding': 'gzip' });
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { detail: `the body is longer than ${100 * MIB} bytes` },
    ]);
    expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(80);
  });

  it('a body of a sender who went away harms nobody', async () => {
    for (const encoding of ['', 'Content-Encoding: gzip\r\n', 'Content-Encoding: br\r\n']) {
      const head = `POST ${WITH_KEY} HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\n${encoding}Content-Length: 1000\r\n\r\n`;
      const start = encoding.includes('gzip')
        ? gzipSync(envelope({}, [event()])).subarray(0, 30)
        : Buffer.from('{}\n{"ty');
      await scene.raw(Buffer.concat([Buffer.from(head), start]), (socket) => setTimeout(() => socket.destroy(), 20));
    }
    expect((await post(WITH_KEY, envelope({}, [event()]))).status).toBe(200);
    expect([scene.book.taken.length, scene.reported]).toEqual([1, []]);
  });

  it('packed bodies that do not go on hold up others only so long as they are there', async () => {
    const head = `POST ${WITH_KEY} HTTP/1.1\r\nHost: 127.0.0.1:${scene.port}\r\nContent-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n`;
    const slow = Array.from({ length: 8 }, () => connect(scene.port, '127.0.0.1').on('error', () => undefined));
    for (const socket of slow) socket.write(head);
    await until('all to be connected', () => slow.every(({ readyState }) => readyState === 'open'));
    expect((await post(WITH_KEY, envelope({}, [event()]))).status).toBe(200); // plain ones do not wait
    const packed = post(WITH_KEY, gzipSync(envelope({}, [event()])), { 'content-encoding': 'gzip' });
    for (const socket of slow) socket.destroy();
    expect((await packed).status).toBe(200);
  });

  it('too many events are refused with the time to wait, and counted; what was taken stays', async () => {
    let nowMs = 0;
    const clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs };
    await reopen({}, { clock, limits: { eventsPerSecond: 1, burst: 5 } });
    const first = await post(WITH_KEY, envelope({}, Array(5).fill(event())));
    expect([first.status, first.headers.get('x-sentry-rate-limits')]).toEqual([200, null]);
    const second = await post(WITH_KEY, envelope({}, Array(3).fill(event())));
    expect([second.status, second.headers.get('retry-after'), second.headers.get('x-sentry-rate-limits')]).toEqual([
      429,
      '1',
      '1:error:project',
    ]);
    nowMs += 30_000;
    const third = await post(WITH_KEY, envelope({}, Array(7).fill(event())));
    expect([third.status, third.headers.get('x-sentry-rate-limits')]).toEqual([429, '30:error:project']);
    expect((await post(`/api/${PROJECT}/store/?sentry_key=${KEY}`, '{}')).status).toBe(429);
    expect([scene.book.taken.length, scene.book.refused]).toEqual([10, 6]);
    expect((await post(WITH_KEY, envelope({}, [{ type: 'session', payload: '{}' }]))).status).toBe(200);
    scene.intake.tick();
    expect(scene.reported.map(({ code, params }) => [code, params])).toEqual([
      ['ERROR_FLOOD', { name: 'shop', count: 6 }],
    ]);
  });

  it('a fault in taking it is a 500, and reported', async () => {
    scene.book.isBroken = true;
    expect((await post(WITH_KEY, envelope({}, [event()]))).status).toBe(500);
    expect(scene.reported.map(({ detail }) => detail).join()).toContain('no such table');
  });
});

describe('hostile JSON', () => {
  const many = (text: string) => text.repeat(Math.floor((MIB - 1_000) / text.length));
  const bodies: [string, string, number][] = [
    ['nested lists', `{"extra":${'['.repeat(MIB / 2 - 1_000)}${']'.repeat(MIB / 2 - 1_000)}}`, 400],
    ['nested objects', `{"extra":${many('{"a":')}`, 400],
    ['a little nested', `{"extra":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 200],
    ['small objects', `{"extra":[${many('{},')}{}]}`, 400],
    ['names', `{"extra":{${Array.from({ length: 80_000 }, (_, i) => `"k${i}":1`).join()}}}`, 200],
    ['huge numbers', `{"timestamp":1e999,"extra":[${'1e999,'.repeat(90_000)}0]}`, 200],
    ['breadcrumbs', `{"breadcrumbs":[${many('{"message":"a message of some length"},')}{}]}`, 200],
  ];

  it.each(bodies)('%s', async (_name, payload, status) => {
    expect((await post(WITH_KEY, envelope({}, [{ type: 'event', payload, withLength: true }]))).status).toBe(status);
    expect(scene.reported).toEqual([]);
    for (const taken of scene.book.taken) expect(JSON.stringify(taken).length).toBeLessThan(800_000);
  });
});

const BOMB = gzipSync(Buffer.alloc(100 * MIB));
