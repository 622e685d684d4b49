/**
 * The local health endpoint: `/livez`, `/readyz` and `/health` over HTTP. Anything on this machine can reach it, also a
 * web page in a browser that was told that some name is 127.0.0.1: so the Host header is checked before anything else,
 * and all but `/livez` needs the token.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HealthComponent } from '@shared/models';
import type { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { HealthCache } from './cache';
import { healthDocument } from './document';
import { isAuthorized, loadToken } from './token';

export interface HealthEndpointOptions {
  /** 0 takes any free port. */
  port: number;
  /** Created with a new token when it does not exist. */
  tokenFile: string;
  version: string;
  /** True once the store is open and the first sample was taken. */
  isReady: () => boolean;
  health: () => Promise<HealthComponent[]>;
  /** Told what went wrong inside a request. */
  report: (error: HoldfastError) => void;
  /** How long a client may take for its headers, and for its whole request. */
  headersLimitMs?: number;
  requestLimitMs?: number;
}

export interface HealthEndpoint {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const HEADER_LIMIT_BYTES = 8 * 1024;
const MOST_CONNECTIONS = 64;

interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

/** Begins to listen. Errors: what Node says when it cannot (`EADDRINUSE`, `EACCES`), and `loadToken`'s. */
export async function startHealthEndpoint(options: HealthEndpointOptions): Promise<HealthEndpoint> {
  const token = loadToken(options.tokenFile);
  const headersLimitMs = options.headersLimitMs ?? 5_000;
  const requestLimitMs = options.requestLimitMs ?? 10_000;
  const server = createServer({
    maxHeaderSize: HEADER_LIMIT_BYTES,
    headersTimeout: headersLimitMs,
    requestTimeout: requestLimitMs,
    keepAliveTimeout: headersLimitMs,
    connectionsCheckingInterval: Math.min(1_000, headersLimitMs),
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(requestLimitMs);
  const cache = new HealthCache(options.health);
  let hosts: string[] = [];
  server.on('request', (request, response) => {
    answer(request, { ...options, token, hosts, cache })
      .catch((error: unknown) => {
        options.report(wrapError(error));
        return plain(500, 'The request could not be answered.');
      })
      .then((result) => send(request, response, result))
      .catch((error: unknown) => options.report(wrapError(error)));
  });
  server.on('clientError', refuse);
  server.listen(options.port, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  hosts = allowedHosts(port);
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

interface RequestContext extends HealthEndpointOptions {
  token: string;
  hosts: string[];
  cache: HealthCache;
}

async function answer(request: IncomingMessage, context: RequestContext): Promise<Answer> {
  const given = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  const host = request.headers.host?.toLowerCase();
  if (given.length !== 1 || host === undefined || !context.hosts.includes(host)) {
    return plain(421, 'This host name is not served here.');
  }
  const path = request.url?.split('?', 1)[0];
  if (path !== '/livez' && path !== '/readyz' && path !== '/health') return plain(404, 'There is nothing here.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...plain(405, 'Only GET is answered here.'), headers: { Allow: 'GET, HEAD' } };
  }
  if (path === '/livez') return plain(200, 'ok');
  if (!isAuthorized(request.headers.authorization, context.token)) {
    return { ...plain(401, 'This needs the bearer token.'), headers: { 'WWW-Authenticate': 'Bearer' } };
  }
  if (path === '/readyz') return context.isReady() ? plain(200, 'ready') : plain(503, 'not ready');
  const components = await context.cache.components();
  const document = healthDocument(components, context.version);
  return {
    status: document.status === 'fail' ? 503 : 200,
    type: 'application/health+json',
    body: `${JSON.stringify(document)}\n`,
  };
}

function plain(status: number, sentence: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${sentence}\n` };
}

/** Every answer ends its connection: nobody asks often enough for keeping it to pay. */
const EVERY_ANSWER = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', Connection: 'close' };

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, {
    ...EVERY_ANSWER,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Answers what Node could not read as a request: too large, too slow, or no HTTP. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const headers = Object.entries({ ...EVERY_ANSWER, 'Content-Length': '0' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`, () => socket.destroy());
}
