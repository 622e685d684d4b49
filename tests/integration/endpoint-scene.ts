/** A real endpoint on a free port, with what it tells in the hands of the test. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HealthComponent } from '@shared/models';
import { SYSTEM_CLOCK } from '../../electron/core/clock';
import type { HoldfastError } from '../../electron/errors/holdfast-error';
import { type EndpointOptions, startEndpoint } from '../../electron/health/endpoint';
import type { MetricsSnapshot } from '../../electron/health/snapshot';
import { SentryIntake, type SentryParts } from '../../electron/ingest/sentry';
import { FakeBook } from '../unit/ingest/event-book';

const NONE = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };

/** What a Holdfast that has just started tells. */
export const snapshotOf = (change: Partial<MetricsSnapshot> = {}): MetricsSnapshot => ({
  version: '1.2.3',
  startedAtMs: 1_777_723_200_000,
  databases: [],
  backups: [],
  restores: [],
  openProblems: NONE,
  firingAlerts: NONE,
  machine: null,
  own: null,
  operations: [],
  probes: [],
  business: [],
  scrapes: [],
  outboxWaiting: null,
  health: [],
  ...change,
});

/** One of everything, with names that need escaping. */
export const fullSnapshot = (): MetricsSnapshot =>
  snapshotOf({
    databases: [
      {
        name: 'orders "eu"\\\n',
        protection: 'protected',
        lastProvedAtMs: 1_777_723_100_500,
        lastProvedBytes: 5_000_000_000,
        lastProvedMs: 1_250,
        restorePoints: 12,
        storedBytes: 6_000,
        liveBytes: 7_000,
      },
      {
        name: 'new',
        protection: 'working',
        lastProvedAtMs: null,
        lastProvedBytes: null,
        lastProvedMs: null,
        restorePoints: 0,
        storedBytes: 0,
        liveBytes: null,
      },
    ],
    backups: [
      { kind: 'daily', result: 'proved', count: 3 },
      { kind: 'manual', result: 'failed', count: 1 },
    ],
    restores: [{ outcome: 'restored', count: 2 }],
    openProblems: { ...NONE, HIGH: 2 },
    firingAlerts: { ...NONE, CRITICAL: 1 },
    machine: {
      cpuFraction: 0.25,
      memoryUsedBytes: 4e9,
      memoryTotalBytes: 8e9,
      disks: [{ mount: '/', usedBytes: 1e9, totalBytes: 1e12 }],
      networks: [{ name: 'eth0', receivedBytesPerSecond: 10.5, sentBytesPerSecond: 20 }],
    },
    own: { cpuFraction: 0.002, memoryBytes: 2e8, loopDelayP99Ms: 2.5, loopDelayMaxMs: 12 },
    operations: [{ operation: 'backup', failed: 1, time: { bounds: [100, 1_000], counts: [2, 1, 1], sum: 6_500 } }],
    probes: [
      { name: 'site', up: true, timeMs: 120, certificateEndsAtMs: 1_800_000_000_000 },
      { name: 'not tried', up: null, timeMs: null, certificateEndsAtMs: null },
    ],
    business: [{ database: 'orders', name: 'videos per day', unit: 'count', value: 42 }],
    scrapes: [{ name: 'shop', up: false }],
    outboxWaiting: 4,
    health: [{ component: 'disk', status: 'warn' }],
  });

export interface EndpointScene {
  readonly address: string;
  readonly port: number;
  readonly token: string;
  readonly tokenFile: string;
  readonly reported: HoldfastError[];
  /** Bodies that were taken. */
  readonly taken: string[];
  /** Errors that were taken. */
  readonly book: FakeBook;
  readonly intake: SentryIntake;
  /** Sends `bytes` over a connection of its own; gives all that comes back until the other side ends it. */
  readonly raw: (bytes: string | Buffer, then?: (socket: Socket) => void) => Promise<string>;
  readonly request: (path: string, headers: string[], method?: string) => Promise<string>;
  /** With the token, unless another one or none is named. */
  readonly ask: (path: string, init?: RequestInit & { token?: string | null }) => Promise<Response>;
  readonly push: (body: string | Buffer, headers?: Record<string, string>) => Promise<Response>;
  close(): Promise<void>;
}

export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

export async function openEndpoint(
  options: Partial<EndpointOptions> = {},
  sentry: Partial<SentryParts> = {},
): Promise<EndpointScene> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-endpoint-'));
  const tokenFile = join(folder, 'health.token');
  const reported: HoldfastError[] = [];
  const taken: string[] = [];
  const sockets: Socket[] = [];
  const book = new FakeBook();
  const intake = new SentryIntake({
    book: () => book,
    clock: SYSTEM_CLOCK,
    report: (error) => reported.push(error),
    settle: () => undefined,
    ...sentry,
  });
  const components: HealthComponent[] = [];
  const endpoint = await startEndpoint({
    port: 0,
    tokenFile,
    version: '1.2.3',
    isReady: () => true,
    health: async () => components,
    snapshot: fullSnapshot,
    ingest: async (body) => {
      taken.push(body.toString());
      return { status: 200, body: {} };
    },
    sentry: (...asked) => intake.take(...asked),
    report: (error) => reported.push(error),
    ...options,
  });
  const port = Number(new URL(endpoint.address).port);
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const raw: EndpointScene['raw'] = (bytes, then) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(bytes);
        then?.(socket);
      });
      sockets.push(socket);
      let received = '';
      socket.setEncoding('latin1').on('data', (text: string) => {
        received += text;
      });
      socket.once('close', () => resolve(received));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
      });
    });
  const ask: EndpointScene['ask'] = (path, { token: given = token, headers, ...init } = {}) =>
    fetch(`${endpoint.address}${path}`, {
      ...init,
      headers: {
        ...(given === null ? {} : { authorization: `Bearer ${given}` }),
        ...(headers as Record<string, string>),
      },
    });
  return {
    address: endpoint.address,
    port,
    token,
    tokenFile,
    reported,
    taken,
    book,
    intake,
    raw,
    request: (path, headers, method = 'GET') =>
      raw(`${method} ${path} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`),
    ask,
    push: (body, headers = {}) =>
      ask('/v1/metrics', {
        method: 'POST',
        body: new Uint8Array(Buffer.from(body)),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await endpoint.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
