/** Tries of probes against real services that are well, slow, wrong or gone. */
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { ProbeConfig } from '@shared/monitoring';
import { createTranslator } from '@shared/text';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProbeEnvironment, runProbe } from '../../electron/probes/run-probe';
import { BlackHole } from '../helpers/black-hole';
import { NameServer, nameBytes } from '../helpers/name-server';
import { Authority, type ServerCertificate } from '../helpers/tls';

const DAY_MS = 86_400_000;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function serve(listener: RequestListener, certificate?: ServerCertificate): Promise<string> {
  const server = certificate ? https.createServer(certificate, listener) : http.createServer(listener);
  closing.push(() => server.closeAllConnections());
  return `${certificate ? 'https' : 'http'}://127.0.0.1:${await listen(server)}`;
}

const common = {
  name: 'shop',
  enabled: true,
  intervalSeconds: 60,
  timeoutMs: 2000,
  failuresOfThree: 2,
  severity: 'HIGH',
} as const;
type Kind<K> = Extract<ProbeConfig, { kind: K }>;

const web = (url: string, change: Partial<Kind<'http'>> = {}): Kind<'http'> => ({
  kind: 'http',
  ...common,
  url,
  method: 'GET',
  expectedStatus: '2xx',
  expectedText: '',
  certificateDays: 0,
  ...change,
});
const port = (number: number, change: Partial<Kind<'tcp'>> = {}): Kind<'tcp'> => ({
  kind: 'tcp',
  ...common,
  host: '127.0.0.1',
  port: number,
  ...change,
});
const name = (host: string, change: Partial<Kind<'dns'>> = {}): Kind<'dns'> => ({
  kind: 'dns',
  ...common,
  host,
  record: 'A',
  expectedText: '',
  ...change,
});

const english = createTranslator('en');

/** Code and values of a failure; checks what holds for each: a time, a sentence whose values are all there. */
async function failure(config: ProbeConfig, environment: Partial<ProbeEnvironment> = {}) {
  const result = await runProbe(ProbeConfig.parse(config), { nowMs: Date.now, ...environment });
  expect(result).toMatchObject({ ok: false, certificateDays: null });
  expect(result.timeMs).toBeGreaterThanOrEqual(0);
  const error = result.error!;
  const key = `errors.${error.code}.what${'seconds' in error.params ? '_seconds' : ''}`;
  expect(english(key as Parameters<typeof english>[0], error.params)).not.toMatch(/\{\{|undefined/);
  return { code: error.code, params: error.params };
}

async function success(config: ProbeConfig, environment: Partial<ProbeEnvironment> = {}) {
  const result = await runProbe(ProbeConfig.parse(config), { nowMs: Date.now, ...environment });
  expect(result).toMatchObject({ ok: true, error: null });
  expect(result.timeMs).toBeGreaterThan(0);
  return result;
}

describe('web addresses', () => {
  test('a service that is well: any method, status by expression, text', async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url?.startsWith('/teapot') ? 418 : 200, {
        'content-type': 'text/html; charset=euc-kr',
      });
      // 상태: 정상, as servers of its time write it.
      response.end(Buffer.from('bbf3c5c23a20c1a4bbf3', 'hex'));
    });
    await success(web(url));
    await success(web(url, { method: 'HEAD' }));
    await success(web(`${url}/teapot`, { expectedStatus: '200, 410-420' }));
    expect((await success(web(url, { expectedText: '정상' }))).certificateDays).toBeNull();
    const wrong = await failure(web(`${url}/teapot?token=s3cret`));
    expect(wrong).toEqual({
      code: 'HTTP_STATUS_UNEXPECTED',
      params: { host: '127.0.0.1', status: 418, expected: '2xx' },
    });
    const other = await failure(web(url, { expectedText: 'well' }));
    expect(other).toEqual({ code: 'ANSWER_UNEXPECTED', params: { host: '127.0.0.1', expected: 'well' } });
  });

  test('text is looked for in the first MiB only, and a longer answer is no fault', async () => {
    const url = await serve((_, response) => {
      response.write('first');
      response.write(Buffer.alloc(3 << 20, 'x'));
      response.end('last');
    });
    await success(web(url, { expectedText: 'first' }));
    expect((await failure(web(url, { expectedText: 'last' }))).code).toBe('ANSWER_UNEXPECTED');
  });

  test('a redirect is followed, unless it is what is expected', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' });
      else response.writeHead(200);
      response.end();
    });
    await success(web(`${url}/`, { expectedStatus: '200' }));
    await success(web(`${url}/`, { expectedStatus: '302' }));
  });

  test('too slow, refused, gone, forbidden', async () => {
    const url = await serve((_, response) => void response.writeHead(200).write('a'));
    expect(await failure(web(url, { timeoutMs: 100 }))).toMatchObject({
      code: 'REQUEST_TIMED_OUT',
      params: { seconds: 0.1 },
    });
    for (const close of closing.splice(0)) close();
    expect((await failure(web(url))).code).toBe('CONNECTION_REFUSED');
    expect((await failure(web('http://shop.invalid/'))).code).toBe('HOST_NOT_FOUND');
    expect((await failure(web('http://169.254.169.254/'))).code).toBe('ADDRESS_REFUSED');
  });

  test('certificates: days left are told; one that is not valid fails when certificates are watched', async () => {
    const authority = new Authority();
    const days = (from: number, to: number) =>
      authority.issue({
        names: ['127.0.0.1'],
        fromMs: Date.now() + from * DAY_MS,
        toMs: Date.now() + (to + 0.5) * DAY_MS,
      });
    const answering: RequestListener = (_, response) => response.end();
    const trust = { authorities: authority.cert };
    const soon = await serve(answering, days(-10, 5));
    expect((await success(web(soon, { certificateDays: 14 }), trust)).certificateDays).toBe(5);
    expect((await failure(web(soon, { certificateDays: 14 }))).code).toBe('CERTIFICATE_INVALID');
    expect((await success(web(soon))).certificateDays).toBe(5);
    const over = await serve(answering, days(-10, -2));
    expect((await failure(web(over, { certificateDays: 14 }), trust)).code).toBe('CERTIFICATE_INVALID');
    expect((await success(web(over))).certificateDays).toBe(-2);
  });
});

describe('ports', () => {
  test('one that takes connections, by address and by name', async () => {
    const number = await listen(net.createServer((socket) => socket.end()));
    await success(port(number));
    await success(port(number, { host: 'localhost' }));
    await success(port(number, { host: '[::ffff:127.0.0.1]' }));
  });

  test('closed, black hole, unknown, forbidden', async () => {
    const number = await listen(net.createServer());
    for (const close of closing.splice(0)) close();
    expect(await failure(port(number))).toEqual({
      code: 'CONNECTION_REFUSED',
      params: { host: '127.0.0.1', port: number },
    });
    const hole = await BlackHole.open();
    closing.push(() => hole.close());
    expect((await failure(port(hole.port, { timeoutMs: 150 }))).code).toBe('REQUEST_TIMED_OUT');
    expect((await failure(port(80, { host: 'shop.invalid' }))).code).toBe('HOST_NOT_FOUND');
    for (const host of ['169.254.169.254', '0xa9fea9fe', 'fe80::1%1', '[fd00:ec2::254]', 'metadata.google.internal']) {
      expect((await failure(port(80, { host }))).code).toBe('ADDRESS_REFUSED');
    }
  });
});

describe('names', () => {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const open = async () => {
    const server = await NameServer.open({
      'shop.test': { record: 'A', values: [Buffer.from([192, 0, 2, 1]), Buffer.from([192, 0, 2, 2])] },
      'six.test': { record: 'AAAA', values: [Buffer.from('20010db8000000000000000000000001', 'hex')] },
      'alias.test': { record: 'CNAME', values: [nameBytes('shop.test')] },
      'mail.test': { record: 'MX', values: [Buffer.concat([Buffer.from([0, 10]), nameBytes('mx.shop.test')])] },
      'text.test': { record: 'TXT', values: [Buffer.concat([text('v=spf1 '), text('-all')])] },
      'zone.test': { record: 'NS', values: [nameBytes('ns1.shop.test')] },
      'empty.test': { record: 'A', values: [] },
      'refused.test': 'refused',
      'failed.test': 'failed',
      'silent.test': 'silent',
    });
    closing.push(() => server.close());
    return { dnsServers: [server.address] };
  };

  test('every kind of record, with and without an expected text', async () => {
    const servers = await open();
    await success(name('shop.test'), servers);
    await success(name('shop.test', { expectedText: '192.0.2.2' }), servers);
    await success(name('six.test', { record: 'AAAA', expectedText: '2001:db8::1' }), servers);
    await success(name('alias.test', { record: 'CNAME', expectedText: 'shop.test' }), servers);
    await success(name('mail.test', { record: 'MX', expectedText: '10 mx.shop.test' }), servers);
    await success(name('text.test', { record: 'TXT', expectedText: 'v=spf1 -all' }), servers);
    await success(name('zone.test', { record: 'NS', expectedText: 'ns1.' }), servers);
    expect(await failure(name('shop.test', { expectedText: '192.0.2.3' }), servers)).toEqual({
      code: 'ANSWER_UNEXPECTED',
      params: { host: 'shop.test', expected: '192.0.2.3' },
    });
  });

  test.each([
    ['nothing.test', 'HOST_NOT_FOUND'],
    ['empty.test', 'HOST_NOT_FOUND'],
    ['refused.test', 'CONNECTION_FAILED'],
    ['failed.test', 'CONNECTION_FAILED'],
    ['silent.test', 'REQUEST_TIMED_OUT'],
  ])('%s is %s', async (host, code) => {
    const servers = await open();
    expect((await failure(name(host, { timeoutMs: code === 'REQUEST_TIMED_OUT' ? 150 : 2000 }), servers)).code).toBe(
      code,
    );
  });

  test('no name server at all', async () => {
    const server = await NameServer.open({});
    server.close();
    expect(await failure(name('shop.test', { timeoutMs: 500 }), { dnsServers: [server.address] })).toMatchObject({
      code: 'CONNECTION_FAILED',
      params: { host: 'shop.test' },
    });
  });
});

test('a try that is given up ends at once, whatever it is about', async () => {
  const silent = await NameServer.open({ 'silent.test': 'silent' });
  closing.push(() => silent.close());
  const hole = await BlackHole.open();
  closing.push(() => hole.close());
  const url = await serve(() => undefined);
  for (const config of [web(url), port(hole.port), name('silent.test')]) {
    for (const signal of [AbortSignal.abort(), AbortSignal.timeout(20)]) {
      const patient = { ...config, timeoutMs: 60_000 };
      const result = await runProbe(patient, { nowMs: Date.now, signal, dnsServers: [silent.address] });
      expect(result.error?.code).toBe('CANCELLED');
    }
  }
});
