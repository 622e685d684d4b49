/** Metrics of applications over real HTTP: what a server serves is fetched by the same request that ships. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScrapeConfig } from '@shared/monitoring';
import { afterEach, expect, test } from 'vitest';
import { createScrapes } from '../../electron/ingest/scrapes';
import { guardedRequest } from '../../electron/net/guarded-request';
import { FakeSink } from '../unit/ingest/sink';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serving(
  answer: (headers: Record<string, string | string[] | undefined>) => [type: string, body: string],
) {
  const server = createServer((request, response) => {
    const [type, body] = answer(request.headers);
    response.writeHead(type === '' ? 401 : 200, { 'Content-Type': type });
    response.end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}
const config = (url: string): ScrapeConfig => ({
  name: 'shop',
  enabled: true,
  url,
  intervalSeconds: 10,
  timeoutMs: 5_000,
  prefixes: [],
});
const scrapes = () =>
  createScrapes({
    table: { list: () => [], save: () => undefined, remove: () => true },
    vault: { get: () => null, set: () => 'file', has: () => false, remove: () => undefined },
    sink: new FakeSink(),
    request: guardedRequest,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    random: Math.random,
    onChange: () => undefined,
    onVerdict: () => undefined,
    report: (error) => {
      throw error;
    },
  });

test('a target is fetched with its token, in the format that it answers in', async () => {
  const url = await serving((headers) =>
    headers['authorization'] === 'Bearer right'
      ? [
          'application/openmetrics-text; version=1.0.0; charset=utf-8',
          '# TYPE jobs counter\njobs_total 3 # {a="b"} 1\n# EOF\n',
        ]
      : ['', 'no'],
  );
  expect(await scrapes().tryOnce(config(url), 'right')).toEqual({
    series: 1,
    sample: [{ series: 'jobs_total', value: 3 }],
  });
  await expect(scrapes().tryOnce(config(url), 'wrong')).rejects.toMatchObject({ code: 'HTTP_STATUS_UNEXPECTED' });
});

test('a long answer is read in slices and to its limit', async () => {
  const line = (i: number) => `requests_total{path="/${i}/${'x'.repeat(60)}"} ${i}\n`;
  let length = 60_000;
  const url = await serving(() => ['text/plain', Array.from({ length }, (_, i) => line(i)).join('')]);
  expect((await scrapes().tryOnce(config(url), null)).series).toBe(200 + 10_000);
  length = 120_000;
  await expect(scrapes().tryOnce(config(url), null)).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
});

test('an address of the network itself is not asked', async () => {
  const tried = scrapes().tryOnce(config('http://169.254.169.254/metrics'), null);
  await expect(tried).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
});
