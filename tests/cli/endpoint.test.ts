import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HealthComponent } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HoldfastError } from '../../electron/errors/holdfast-error';
import type { HealthDocument } from '../../electron/health/document';
import { type Endpoint, startEndpoint } from '../../electron/health/endpoint';
import { snapshotOf } from '../integration/endpoint-scene';

let folder: string;
let tokenFile: string;
let endpoint: Endpoint;
let port: number;
let token: string;
let components: HealthComponent[];
let ready: boolean;
let fault: Error | null;
let reported: HoldfastError[];
const sockets: Socket[] = [];

const component = (changes: Partial<HealthComponent> = {}): HealthComponent => ({
  component: 'disk',
  status: 'pass',
  key: 'pass',
  params: {},
  observedValue: 12,
  observedUnit: 'bytes',
  time: new Date().toISOString(),
  ...changes,
});

const open = (chosenPort: number, limits: { headersLimitMs?: number; requestLimitMs?: number } = {}) =>
  startEndpoint({
    port: chosenPort,
    tokenFile,
    version: '1.2.3',
    isReady: () => ready,
    health: async () => {
      if (fault) throw fault;
      return components;
    },
    snapshot: () => snapshotOf(),
    ingest: async () => ({ status: 200, body: {} }),
    sentry: async () => null,
    report: (error) => reported.push(error),
    ...limits,
  });

async function listen(limits?: Parameters<typeof open>[1]): Promise<void> {
  endpoint = await open(0, limits);
  port = Number(new URL(endpoint.address).port);
  token = (await readFile(tokenFile, 'utf8')).trim();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-endpoint-'));
  tokenFile = join(folder, 'health.token');
  components = [component()];
  ready = true;
  fault = null;
  reported = [];
  await listen();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await endpoint.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends `bytes` over a connection of its own; gives all that comes back until the other side ends it. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    sockets.push(socket);
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
    });
    socket.once('close', () => resolve(received));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

const request = (path: string, headers: string[], method = 'GET') =>
  raw(`${method} ${path} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`);
const status = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const get = (path: string, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
  fetch(`${endpoint.address}${path}`, { headers });

describe('what the endpoint answers', () => {
  it('lives without a token', async () => {
    const answer = await get('/livez', {});
    expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
  });

  it('is ready once a sample was taken', async () => {
    expect((await get('/readyz')).status).toBe(200);
    ready = false;
    expect((await get('/readyz')).status).toBe(503);
  });

  it('gives health as application/health+json, keyed by component and measurement', async () => {
    const answer = await get('/health');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/health+json');
    const document = (await answer.json()) as HealthDocument;
    expect(document).toMatchObject({ status: 'pass', releaseId: '1.2.3' });
    expect(document.checks['disk:free']).toEqual([
      expect.objectContaining({ componentId: 'disk', status: 'pass', observedValue: 12, observedUnit: 'bytes' }),
    ]);
    expect(Date.parse(document.checks['disk:free']![0]!.time)).not.toBeNaN();
  });

  it('is the worst of its parts: 200 for a warning, 503 for a failure, with the reason in words', async () => {
    components = [component(), component({ component: 'memory', status: 'warn', key: 'warn' })];
    const warned = await get('/health');
    expect([warned.status, ((await warned.json()) as HealthDocument).status]).toEqual([200, 'warn']);
    await endpoint.close();
    await listen();
    components = [component(), component({ component: 'store', status: 'fail', key: 'fail' })];
    const failed = await get('/health');
    const document = (await failed.json()) as HealthDocument;
    expect([failed.status, document.status]).toEqual([503, 'fail']);
    expect(document.checks['store:integrity']![0]!.output).toMatch(/cannot be read or written/);
  });

  it('takes an old result for a warning', async () => {
    components = [component({ time: new Date(Date.now() - 3_600_000).toISOString() })];
    const document = (await (await get('/health')).json()) as HealthDocument;
    expect(document.status).toBe('warn');
    expect(document.checks['disk:free']![0]!.output).toContain('stale');
  });

  it('answers 500 and reports it when the checks fail to run', async () => {
    fault = new Error('no such table');
    expect((await get('/health')).status).toBe(500);
    expect(reported.map((error) => error.detail).join()).toContain('no such table');
  });

  it('gives HEAD the same headers and no body', async () => {
    const answer = await fetch(`${endpoint.address}/livez`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '3', '']);
  });

  it('knows no other path, also none in the absolute form', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics/')).status).toBe(404);
    expect((await get('/constructor')).status).toBe(404);
    expect(status(await request('http://evil.example/livez', [`Host: 127.0.0.1:${port}`]))).toBe(404);
  });

  it('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await request('/livez', [`Host: localhost:${port}`, 'Content-Length: 0'], method);
      expect(status(answer), method).toBe(405);
      expect(answer).toMatch(/\r\nAllow: GET, HEAD\r\n/i);
    }
  });

  it('forbids storing and guessing in every answer, also in refusals', async () => {
    const answers = [
      await request('/livez', [`Host: 127.0.0.1:${port}`]),
      await request('/health', [`Host: 127.0.0.1:${port}`]),
      await request('/nothing', [`Host: 127.0.0.1:${port}`]),
      await request('/livez', ['Host: evil.example']),
      await raw('nonsense\r\n\r\n'),
    ];
    expect(answers.map(status)).toEqual([200, 401, 404, 421, 400]);
    for (const answer of answers) {
      expect(answer).toMatch(/\r\ncache-control: no-store\r\n/i);
      expect(answer).toMatch(/\r\nx-content-type-options: nosniff\r\n/i);
    }
  });
});

describe('who may ask', () => {
  it('is decided by the Host header before anything else', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `localhost.:${port}`,
      `127.0.0.1:${port}.evil.example`,
      `localhost:${port}@evil.example`,
      `[::1]:${port}`,
      '',
    ]) {
      const answer = await request('/livez', [`Host: ${host}`, `Authorization: Bearer ${token}`]);
      expect(status(answer), host).toBe(421);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
      expect(status(await request('/livez', [`Host: ${host}`])), host).toBe(200);
    }
  });

  it('needs exactly one Host header', async () => {
    const twice = await request('/livez', [`Host: 127.0.0.1:${port}`, 'Host: evil.example']);
    expect([400, 421]).toContain(status(twice));
    expect(status(await request('/livez', []))).toBe(400);
    expect(status(await raw('GET /livez HTTP/1.0\r\n\r\n'))).toBe(421);
  });

  it('needs the token for all but /livez', async () => {
    const wrong = [
      '',
      'Bearer',
      `Bearer ${token.slice(1)}`,
      `Bearer ${token}0`,
      `Bearer ${'0'.repeat(64)}`,
      `Basic ${token}`,
      token,
    ];
    for (const path of ['/readyz', '/health', '/metrics']) {
      expect((await get(path, {})).status).toBe(401);
      for (const authorization of wrong) {
        const answer = await request(path, [`Host: 127.0.0.1:${port}`, `Authorization: ${authorization}`]);
        expect(status(answer), authorization).toBe(401);
        expect(answer).toMatch(/\r\nwww-authenticate: bearer\r\n/i);
      }
      expect(status(await request(path, [`Host: 127.0.0.1:${port}`, `Authorization: bearer ${token}`]))).toBe(200);
    }
  });

  it('keeps its token in a file of this user: 32 random bytes that last', async () => {
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    const before = token;
    await chmod(tokenFile, 0o644);
    await endpoint.close();
    await listen();
    expect(token).toBe(before);
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
  });

  it('makes a new token when the file holds something else', async () => {
    await endpoint.close();
    await writeFile(tokenFile, 'short\n');
    await listen();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect((await get('/readyz')).status).toBe(200);
  });

  it('is somebody on this machine: no other address is listened on', async () => {
    expect(endpoint.address).toBe(`http://127.0.0.1:${port}`);
    await expect(fetch(`http://127.0.0.2:${port}/livez`)).rejects.toThrow('fetch failed');
  });
});

describe('what a client may take', () => {
  it('is 8 KiB of headers', async () => {
    const filled = (bytes: number) => request('/livez', [`Host: 127.0.0.1:${port}`, `X-Filler: ${'x'.repeat(bytes)}`]);
    expect(status(await filled(7 * 1024))).toBe(200);
    expect(status(await filled(9 * 1024))).toBe(431);
  });

  it('is limited in time while it sends its headers', async () => {
    await endpoint.close();
    await listen({ headersLimitMs: 200, requestLimitMs: 60_000 });
    const slow = await raw(`GET /livez HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    expect(status(slow)).toBe(408);
  });

  it('is limited in time while it says nothing at all', async () => {
    await endpoint.close();
    await listen({ headersLimitMs: 200, requestLimitMs: 200 });
    expect([0, 408]).toContain(status(await raw('')) || 0);
  });

  it('is 64 connections', async () => {
    const connected = (): Promise<Socket> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        sockets.push(socket);
        socket.once('error', reject);
      });
    const held = await Promise.all(Array.from({ length: 64 }, connected));
    // the one too many is closed without an answer, and the service goes on for those that are there
    expect(await request('/livez', [`Host: 127.0.0.1:${port}`])).toBe('');
    const answered = new Promise<string>((resolve) => {
      held[0]!.setEncoding('latin1').once('data', (text: string) => resolve(text));
    });
    held[0]!.write(`GET /livez HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(status(await answered)).toBe(200);
  });

  it('ends when the service ends, also for who is connected', async () => {
    const waiting = raw(`GET /livez HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    expect((await get('/livez', {})).status).toBe(200);
    await endpoint.close();
    expect(await waiting).toBe('');
    await listen();
  });
});

it('says when the port is taken', async () => {
  await expect(open(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
