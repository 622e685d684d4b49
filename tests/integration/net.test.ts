/** Requests to real servers that behave as badly as servers can. */
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { HoldfastError } from '../../electron/errors/holdfast-error';
import { type GuardedRequest, guardedRequest } from '../../electron/net/guarded-request';
import { guardedLookup } from '../../electron/net/lookup';
import { BlackHole } from '../helpers/black-hole';
import { errorOf } from '../helpers/engine';
import { Authority, type ServerCertificate } from '../helpers/tls';
import { until } from '../helpers/until';

const DAY_MS = 86_400_000;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server on a free port of 127.0.0.1; gives its address. */
async function serve(listener: RequestListener, certificate?: ServerCertificate): Promise<string> {
  const server = certificate ? https.createServer(certificate, listener) : http.createServer(listener);
  const port = await listen(server);
  closing.push(() => server.closeAllConnections());
  return `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`;
}

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that speaks for itself: `talk` gets each connection. */
async function serveRaw(talk: (socket: net.Socket) => void): Promise<number> {
  return listen(
    net.createServer((socket) => {
      closing.push(() => socket.destroy());
      socket.on('error', () => undefined);
      talk(socket);
    }),
  );
}

const ask = (url: string, change: Partial<GuardedRequest> = {}) =>
  guardedRequest({ url, timeoutMs: 5_000, limitBytes: 1 << 20, ...change });

const failure = async (url: string, change: Partial<GuardedRequest> = {}): Promise<HoldfastError> => {
  const error = await errorOf(ask(url, change));
  // Whatever goes wrong: nothing but host and port of an address is told.
  const told = [error.message, JSON.stringify(error.toView()), String((error.cause as Error | undefined)?.message)];
  expect(told.join()).not.toMatch(/s3cret|hunter2/);
  return error;
};

test('gives status, headers, body and time; keeps no connection', async () => {
  let open = 0;
  const url = await serve((request, response) => {
    open++;
    request.socket.once('close', () => open--);
    response.setHeader('x-kind', 'test').end(`${request.method} ${request.url} ${request.headers.connection}`);
  });
  const answer = await ask(`${url}/path?q=1`, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } });
  expect(answer.body.toString()).toBe('POST /path?q=1 close');
  expect(answer).toMatchObject({ status: 200, truncated: false, certificate: null });
  expect(answer.headers['x-kind']).toBe('test');
  expect(answer.timeMs).toBeGreaterThan(0);
  await until('the connection is closed', () => open === 0);
});

test.each([
  ['gzip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['br', zlib.brotliCompressSync],
])('unpacks %s', async (encoding, pack) => {
  const url = await serve((_, response) =>
    response.setHeader('content-encoding', encoding).end(pack('hello'.repeat(9))),
  );
  expect((await ask(url)).body.toString()).toBe('hello'.repeat(9));
});

test('an answer without a body is none, whatever its headers say', async () => {
  const url = await serve((request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.writeHead(request.url === '/none' ? 204 : 200).end();
  });
  expect((await ask(url, { method: 'HEAD' })).body).toHaveLength(0);
  expect(await ask(`${url}/none`)).toMatchObject({ status: 204 });
});

describe('long answers', () => {
  test('10 MB are not taken in: refused, or cut', async () => {
    const megabyte = Buffer.alloc(1 << 20, 'a');
    let sent = 0;
    const url = await serve((_, response) => {
      const more = () => {
        if (sent++ === 100) response.end();
        else response.write(megabyte, (error) => (error ? undefined : more()));
      };
      more();
    });
    const error = await failure(`${url}/?token=s3cret`, { limitBytes: 1000 });
    expect([error.code, error.params.limitBytes]).toEqual(['ANSWER_TOO_LARGE', 1000]);
    sent = 0;
    const cut = await ask(url, { limitBytes: 1000, whenTooLarge: 'cut' });
    expect([cut.body.toString(), cut.truncated]).toEqual(['a'.repeat(1000), true]);
    expect(sent).toBeLessThan(50);
  });

  test('a body of just the limit is whole', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(1000)));
    expect(await ask(url, { limitBytes: 1000 })).toMatchObject({ truncated: false });
    expect((await failure(url, { limitBytes: 999 })).code).toBe('ANSWER_TOO_LARGE');
  });

  test.each([
    ['gzip', () => zlib.gzipSync(Buffer.alloc(200 << 20))],
    [
      'br',
      () => zlib.brotliCompressSync(Buffer.alloc(20 << 20), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
    ],
  ])('a bomb in %s stops at the limit', async (encoding, bomb) => {
    const packed = bomb();
    const url = await serve((_, response) => response.setHeader('content-encoding', encoding).end(packed));
    const before = process.memoryUsage().arrayBuffers;
    expect((await failure(url, { limitBytes: 1 << 20 })).code).toBe('ANSWER_TOO_LARGE');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 << 20);
  });

  test('what cannot be unpacked, and what ends too early, is a failed connection', async () => {
    const url = await serve((request, response) => {
      const [, encoding = '', how] = request.url?.split('/') ?? [];
      response.setHeader('content-encoding', encoding);
      response.end(how === 'short' ? zlib.gzipSync('x'.repeat(1000)).subarray(0, 20) : 'no such thing');
    });
    expect((await failure(`${url}/gzip/damaged`)).params.reason).toBe('the compressed answer is damaged');
    expect((await failure(`${url}/gzip/short`)).params.reason).toBe('the compressed answer ends too early');
    expect((await failure(`${url}/zstd/any`)).code).toBe('CONNECTION_FAILED');
    const port = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'));
    expect((await failure(`http://127.0.0.1:${port}/?s3cret`)).code).toBe('CONNECTION_FAILED');
  });
});

describe('the time is bounded', () => {
  const late = (port: number) => failure(`http://127.0.0.1:${port}/?token=s3cret`, { timeoutMs: 150 });

  test('a server that takes the connection and says nothing', async () => {
    const error = await late(await serveRaw(() => undefined));
    expect([error.code, error.params.seconds, error.params.host]).toEqual(['REQUEST_TIMED_OUT', 0.15, '127.0.0.1']);
  });

  test('headers, and a body, that drip', async () => {
    const drip = (head: string) => (socket: net.Socket) => {
      socket.write(head);
      const timer = setInterval(() => socket.write('x'), 10);
      socket.once('close', () => clearInterval(timer));
    };
    expect((await late(await serveRaw(drip('HTTP/1.1 200 OK\r\nx-long: ')))).code).toBe('REQUEST_TIMED_OUT');
    const closed: boolean[] = [];
    const port = await serveRaw((socket) => {
      socket.once('close', () => closed.push(true));
      drip('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n')(socket);
    });
    expect((await late(port)).code).toBe('REQUEST_TIMED_OUT');
    await until('the connection is closed', () => closed.length === 1);
  });

  test('a port that takes no connection', async () => {
    const hole = await BlackHole.open();
    closing.push(() => hole.close());
    expect((await late(hole.port)).code).toBe('REQUEST_TIMED_OUT');
  });

  test('TLS that never answers', async () => {
    const port = await serveRaw(() => undefined);
    expect((await failure(`https://127.0.0.1:${port}/`, { timeoutMs: 150 })).code).toBe('REQUEST_TIMED_OUT');
  });

  test('cancelled, before and while it runs', async () => {
    const url = `http://127.0.0.1:${await serveRaw(() => undefined)}`;
    expect((await failure(url, { signal: AbortSignal.abort() })).code).toBe('CANCELLED');
    expect((await failure(url, { signal: AbortSignal.timeout(20) })).code).toBe('CANCELLED');
  });
});

describe('redirects', () => {
  const redirecting = () =>
    serve((request, response) => {
      const [, to = ''] = /to=(.*)/.exec(request.url ?? '') ?? [];
      const location = decodeURIComponent(to);
      if (location) response.writeHead(302, { location }).end('moved');
      else response.end(`${request.method} here`);
    });

  test('the same host is followed when that was asked for', async () => {
    const url = await redirecting();
    expect((await ask(`${url}/?to=/target`)).status).toBe(302);
    const answer = await ask(`${url}/?to=/target`, { followRedirects: true });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'GET here']);
    expect((await ask(`${url}/?to=/x`, { followRedirects: true, method: 'POST' })).status).toBe(302);
  });

  test.each([
    ['another host', 'http://localhost:1/?token=s3cret', 'http://localhost:1'],
    ['another port', 'http://127.0.0.1:1/', 'http://127.0.0.1:1'],
    ['the metadata service', 'http://169.254.169.254/latest/meta-data', 'http://169.254.169.254'],
    ['a password', '//user:hunter2@127.0.0.1/', 'http://127.0.0.1'],
    ['another scheme', 'ftp://127.0.0.1/x', 'ftp://127.0.0.1'],
    ['a file', 'file:///etc/passwd', 'file://'],
    ['no address', 'http://[', ''],
  ])('to %s is refused', async (_, location, told) => {
    const url = await redirecting();
    const error = await failure(`${url}/?to=${encodeURIComponent(location)}`, { followRedirects: true });
    expect([error.code, error.params.url]).toEqual(['REDIRECT_REFUSED', told]);
  });

  test('a loop ends after three', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.writeHead(301, { location: '/again?s3cret' }).end();
    });
    expect((await failure(url, { followRedirects: true })).code).toBe('REDIRECT_REFUSED');
    expect(asked).toBe(4);
  });

  test('https never becomes http', async () => {
    const authority = new Authority();
    const certificate = authority.issue({
      names: ['127.0.0.1'],
      fromMs: Date.now() - DAY_MS,
      toMs: Date.now() + DAY_MS,
    });
    let target = '';
    const secure = await serve((_, response) => response.writeHead(302, { location: target }).end(), certificate);
    target = secure.replace('https', 'http');
    const options = { followRedirects: true, authorities: authority.cert };
    expect((await failure(secure, options)).code).toBe('REDIRECT_REFUSED');
    const there = await serve((_, response) => response.end('safe'), certificate);
    const plain = await serve((_, response) => response.writeHead(308, { location: there }).end());
    expect((await ask(plain, options)).body.toString()).toBe('safe');
  });
});

describe('certificates', () => {
  const authority = new Authority('Holdfast Test Authority');
  const issue = (names: string[], fromDays: number, toDays: number) =>
    authority.issue({ names, fromMs: Date.now() + fromDays * DAY_MS, toMs: Date.now() + toDays * DAY_MS });
  const answering: RequestListener = (_, response) => response.end('ok');

  test('a valid one is told with its end and issuer', async () => {
    const url = await serve(answering, issue(['127.0.0.1', 'localhost'], -1, 10));
    const answer = await ask(url, { authorities: authority.cert });
    expect(answer.certificate?.issuer).toBe('Holdfast Test Authority');
    expect(Math.round(((answer.certificate?.validToMs ?? 0) - Date.now()) / DAY_MS)).toBe(10);
    const named = await ask(url.replace('127.0.0.1', 'localhost'), { authorities: authority.cert });
    expect(named.status).toBe(200);
  });

  test.each([
    ['one that has ended', ['127.0.0.1'], -10, -1, /expired/],
    ['one that begins tomorrow', ['127.0.0.1'], 1, 10, /not yet valid/],
    ['one for another host', ['example.com'], -1, 10, /does not match/],
  ])('%s is refused, and read when it is not checked', async (_, names, from, to, reason) => {
    const url = await serve(answering, issue(names, from, to));
    const error = await failure(`${url}/?s3cret`, { authorities: authority.cert });
    expect([error.code, error.params.reason]).toEqual(['CERTIFICATE_INVALID', expect.stringMatching(reason)]);
    const answer = await ask(url, { checkCertificate: false });
    expect(answer.body.toString()).toBe('ok');
    expect(answer.certificate).not.toBeNull();
  });

  test('one nobody vouches for is refused', async () => {
    const url = await serve(answering, issue(['127.0.0.1'], -1, 10));
    expect((await failure(url)).code).toBe('CERTIFICATE_INVALID');
    const other = new Authority('Holdfast Test Authority');
    expect((await failure(url, { authorities: other.cert })).code).toBe('CERTIFICATE_INVALID');
  });

  test('no TLS where TLS is expected is a failed connection', async () => {
    const url = await serve(answering);
    expect((await failure(url.replace('http:', 'https:'))).code).toBe('CONNECTION_FAILED');
  });
});

describe('addresses', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data?s3cret',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://0xa9.254.0xa9fe/',
    'http://169.254.43518/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://metadata.google.internal/',
    'http://Metadata.Google.Internal./',
    'https://169.254.169.254/',
  ])('%s is not asked', async (url) => {
    expect((await failure(url)).code).toBe('ADDRESS_REFUSED');
  });

  test('what the resolver makes of an odd number is checked too', async () => {
    for (const host of ['0xa9fea9fe', '2852039166', '0251.0376.0251.0376']) {
      const socket = net.connect({ host, port: 80, lookup: guardedLookup() });
      const error = await new Promise<{ code?: string }>((failed) => socket.once('error', failed));
      expect(error.code).toBe('ADDRESS_REFUSED');
    }
  });

  test('names: unknown, and of this machine', async () => {
    const error = await failure('http://no-such-host.invalid:8080/?s3cret');
    expect([error.code, error.params]).toEqual(['HOST_NOT_FOUND', { host: 'no-such-host.invalid', port: 8080 }]);
    const url = await serve((_, response) => response.end('ok'));
    for (const host of ['localhost', 'shop.localhost', '[::ffff:127.0.0.1]']) {
      expect((await ask(url.replace('127.0.0.1', host))).status).toBe(200);
    }
  });

  test('a closed port, and a connection that is reset', async () => {
    const port = await serveRaw((socket) => socket.resetAndDestroy());
    expect((await failure(`http://127.0.0.1:${port}/`)).params.reason).toBe('the connection was reset');
    for (const close of closing.splice(0)) close();
    await pause(5);
    const error = await failure(`http://localhost:${port}/?s3cret`);
    expect([error.code, error.params]).toEqual(['CONNECTION_REFUSED', { host: 'localhost', port }]);
  });

  test.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 's3cret', 'http://user:hunter2@127.0.0.1/'])(
    'an address of another kind is refused: %s',
    async (url) => {
      expect((await failure(url)).code).toBe('INVALID_INPUT');
    },
  );
});
