/** The local endpoint over HTTP, on this machine only: health, metrics, and what applications send. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthComponent } from '@shared/models';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { plain, refuse, send } from './answers';
import { HealthCache } from './cache';
import { answer, type IngestResult, type RouteContext } from './routes';
import type { MetricsSnapshot } from './snapshot';
import { loadToken } from './token';

export interface EndpointOptions {
  /** 0 takes any free port. */
  port: number;
  /** Created with a new token when it does not exist. */
  tokenFile: string;
  version: string;
  /** True once the store is open and the first sample was taken. */
  isReady: () => boolean;
  health: () => Promise<HealthComponent[]>;
  /** What `/metrics` tells. */
  snapshot: () => MetricsSnapshot | Promise<MetricsSnapshot>;
  /** Takes the metrics of an application: one OTLP request in JSON, unpacked. */
  ingest: (body: Buffer) => Promise<IngestResult>;
  /** Takes errors from one of Sentry's SDKs. */
  sentry: RouteContext['sentry'];
  /** Told what went wrong inside a request. */
  report: (error: HoldfastError) => void;
  /** How long a client may take for its headers, and for its whole request. */
  headersLimitMs?: number;
  requestLimitMs?: number;
}

export interface Endpoint {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const HEADER_LIMIT_BYTES = 8 * 1024;
const MOST_CONNECTIONS = 64;

/** Begins to listen. Errors: what Node says when it cannot (`EADDRINUSE`, `EACCES`), and `loadToken`'s. */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const headersLimitMs = options.headersLimitMs ?? 5_000;
  const requestLimitMs = options.requestLimitMs ?? 10_000;
  const { version, isReady, snapshot, ingest, sentry } = options;
  const context: RouteContext & { hosts: string[] } = {
    version,
    isReady,
    snapshot,
    ingest,
    sentry,
    token: loadToken(options.tokenFile),
    hosts: [],
    cache: new HealthCache(options.health),
    bodies: { count: 0 },
  };
  const server = createServer({
    maxHeaderSize: HEADER_LIMIT_BYTES,
    headersTimeout: headersLimitMs,
    requestTimeout: requestLimitMs,
    keepAliveTimeout: headersLimitMs,
    connectionsCheckingInterval: Math.min(1_000, headersLimitMs),
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(requestLimitMs);
  server.on('request', (request, response) => {
    answer(request, context)
      .catch((error: unknown) => {
        options.report(wrapError(error));
        return plain(500, 'The request could not be answered.');
      })
      .then((result) => (result ? send(request, response, result) : undefined))
      .catch((error: unknown) => options.report(wrapError(error)));
  });
  server.on('clientError', refuse);
  server.listen(options.port, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  context.hosts.push(...allowedHosts(port));
  return {
    address: `http://${LOOPBACK}:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function allowedHosts(port: number): string[] {
  const names = [LOOPBACK, 'localhost'];
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
}
