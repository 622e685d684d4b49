/**
 * What the endpoint answers. Anything on this machine can reach it, also a web page in a browser that was told that
 * some name is 127.0.0.1: so the Host header is checked before anything else, what comes from a page is refused, and
 * all but `/livez` needs the token; errors are taken with the key of their application instead.
 */
import type { IncomingMessage } from 'node:http';
import type { SentryAnswer, SentryKind } from '../ingest/sentry';
import { type Answer, json, plain } from './answers';
import { readBody } from './body';
import type { HealthCache } from './cache';
import { healthDocument } from './document';
import { EXPOSITION_TYPE } from './exposition';
import { metricsText } from './metrics-text';
import type { MetricsSnapshot } from './snapshot';
import { isAuthorized } from './token';

export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** Bodies that are read and taken at the same time: what they take of memory has a limit too. */
const MOST_BODIES = 4;
/** `google.rpc.Code`, by HTTP status: the status messages of OTLP carry both. */
const RPC_CODES: Record<number, number> = { 400: 3, 413: 3, 415: 3, 503: 14 };

export interface IngestResult {
  status: 200 | 400;
  body: object;
}

export interface RouteContext {
  version: string;
  token: string;
  /** Host headers that are answered. */
  hosts: readonly string[];
  cache: HealthCache;
  isReady: () => boolean;
  snapshot: () => MetricsSnapshot | Promise<MetricsSnapshot>;
  ingest: (body: Buffer) => Promise<IngestResult>;
  /** Takes errors from one of Sentry's SDKs; null when the client went away. */
  sentry: (request: IncomingMessage, projectId: number, kind: SentryKind) => Promise<SentryAnswer | null>;
  /** Bodies in hand. */
  bodies: { count: number };
}

type Handler = (context: RouteContext, request: IncomingMessage) => Answer | null | Promise<Answer | null>;

interface Route {
  methods: readonly string[];
  open?: true;
  handle: Handler;
}

const READ = ['GET', 'HEAD'];

/** By path. */
export const ROUTES: Record<string, Route> = {
  '/livez': { methods: READ, open: true, handle: () => plain(200, 'ok') },
  '/readyz': { methods: READ, handle: ({ isReady }) => (isReady() ? plain(200, 'ready') : plain(503, 'not ready')) },
  '/health': { methods: READ, handle: health },
  '/metrics': {
    methods: READ,
    handle: async ({ snapshot }) => ({ status: 200, type: EXPOSITION_TYPE, body: metricsText(await snapshot()) }),
  },
  '/v1/metrics': { methods: ['POST'], handle: ingest },
  '/api/{projectId}/envelope/': {
    methods: ['POST'],
    open: true,
    handle: (...asked) => takeErrors('envelope', ...asked),
  },
  '/api/{projectId}/store/': { methods: ['POST'], open: true, handle: (...asked) => takeErrors('store', ...asked) },
};

/** With or without the slash at its end. */
const PROJECT_PATH = /^\/api\/(\d{1,15})\/(envelope|store)\/?$/;

/** Null when the client went away before it had asked. */
export async function answer(request: IncomingMessage, context: RouteContext): Promise<Answer | null> {
  const given = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  const host = request.headers.host?.toLowerCase();
  if (given.length !== 1 || host === undefined || !context.hosts.includes(host)) {
    return plain(421, 'This host name is not served here.');
  }
  if (isFromPage(request)) return plain(403, 'Web pages are not answered here.');
  const path = pathOf(request);
  const name = path.replace(PROJECT_PATH, '/api/{projectId}/$2/');
  const route = Object.hasOwn(ROUTES, name) && !path.includes('{') ? ROUTES[name] : undefined;
  if (!route) return plain(404, 'There is nothing here.');
  if (!route.methods.includes(request.method ?? '')) {
    const allowed = route.methods.join(', ');
    return plain(405, `Only ${allowed} is answered here.`, { Allow: allowed });
  }
  if (!route.open && !isAuthorized(request.headers.authorization, context.token)) {
    return plain(401, 'This needs the bearer token.', { 'WWW-Authenticate': 'Bearer' });
  }
  return route.handle(context, request);
}

const pathOf = ({ url }: IncomingMessage): string => url?.split('?', 1)[0] ?? '';

/** Browsers say where a request comes from. An address that somebody typed comes from nowhere (`none`). */
function isFromPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none');
}

async function health({ cache, version }: RouteContext): Promise<Answer> {
  const document = healthDocument(await cache.components(), version);
  return {
    status: document.status === 'fail' ? 503 : 200,
    type: 'application/health+json',
    body: `${JSON.stringify(document)}\n`,
  };
}

async function takeErrors(
  kind: SentryKind,
  { sentry }: RouteContext,
  request: IncomingMessage,
): Promise<Answer | null> {
  const project = Number(PROJECT_PATH.exec(pathOf(request))?.[1]);
  const taken = await sentry(request, project, kind);
  return taken && json(taken.status, taken.body, taken.headers);
}

async function ingest(context: RouteContext, request: IncomingMessage): Promise<Answer | null> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refusal(415, 'only application/json is taken here');
  }
  const { bodies } = context;
  if (bodies.count >= MOST_BODIES) return refusal(503, 'others are being taken; try again', { 'Retry-After': '1' });
  bodies.count++;
  try {
    const read = await readBody(request, BODY_LIMIT_BYTES);
    if (read === 'client-gone') return null;
    if (!('body' in read)) return refusal(read.status, read.reason);
    const { status, body } = await context.ingest(read.body);
    return json(status, body);
  } finally {
    bodies.count--;
  }
}

const refusal = (status: number, message: string, headers?: Record<string, string>): Answer =>
  json(status, { code: RPC_CODES[status], message }, headers);
