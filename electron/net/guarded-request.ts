/**
 * The one way in which Holdfast asks an address that people entered: addresses that must not be asked are refused, the
 * answer and the time are bounded, and no error tells more of the address than host and port.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { deferred } from '../jobs/deferred';
import { requireAllowedHost, unbracketed } from './addresses';
import { guardedLookup } from './lookup';
import { ACCEPT_ENCODING, readBody } from './read-body';
import { type Peer, requestError, timedOut } from './request-error';

export interface GuardedRequest {
  /** http or https, without user and password. */
  url: string;
  /** GET when left out. */
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** For all of it: finding the address, connecting, redirects, the answer to its last byte. */
  timeoutMs: number;
  /** Longest body, unpacked. */
  limitBytes: number;
  /** A longer body is ANSWER_TOO_LARGE (`refuse`, when left out), or is given cut off (`cut`). */
  whenTooLarge?: 'refuse' | 'cut';
  /**
   * At most three redirects of GET and HEAD are followed, to the same host and port or from http to https of the same
   * host. Without it an answer that redirects is given as it is.
   */
  followRedirects?: boolean;
  /** Unless false, a certificate that is not valid for the host is CERTIFICATE_INVALID. */
  checkCertificate?: boolean;
  /** Authorities to trust in place of the built-in ones, PEM. */
  authorities?: string;
  signal?: AbortSignal;
}

export interface GuardedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** True when the body was longer than `limitBytes`. */
  truncated: boolean;
  /** From the start until the last byte of `body`. */
  timeMs: number;
  /** Null for http. */
  certificate: { validToMs: number; issuer: string } | null;
}

const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Asks an address once.
 * @throws INVALID_INPUT, ADDRESS_REFUSED, HOST_NOT_FOUND, CONNECTION_REFUSED, CONNECTION_FAILED, REQUEST_TIMED_OUT,
 * CERTIFICATE_INVALID, REDIRECT_REFUSED, ANSWER_TOO_LARGE; CANCELLED when the signal is aborted
 */
export async function guardedRequest(request: GuardedRequest): Promise<GuardedAnswer> {
  const startedAt = performance.now();
  let url = parseUrl(request.url);
  const stop = deferred<never>();
  // Ended work rejects it last, when nobody listens any more.
  stop.promise.catch(() => undefined);
  const abort = new AbortController();
  const end = (error: Error): void => {
    stop.reject(error);
    abort.abort(error);
  };
  const cancel = (): void => end(holdfastError('CANCELLED', { params: { host: url.hostname } }));
  const timer = setTimeout(() => end(timedOut(peerOf(url), request.timeoutMs)), request.timeoutMs);
  request.signal?.addEventListener('abort', cancel, { once: true });
  try {
    if (request.signal?.aborted) cancel();
    for (let redirects = 0; ; redirects++) {
      const answer = await Promise.race([askOnce(url, request, abort.signal), stop.promise]);
      const next = redirectTarget(url, request, answer);
      if (!next) return { ...answer, timeMs: performance.now() - startedAt };
      if (redirects === MOST_REDIRECTS) throw redirectRefused(url, next, `more than ${MOST_REDIRECTS} redirects`);
      url = next;
    }
  } catch (thrown) {
    throw requestError(thrown, peerOf(url));
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', cancel);
    // Closes what a redirect or a cut body left open.
    end(new Error('the request is over'));
  }
}

/** @throws INVALID_INPUT; the address itself is told nowhere */
function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw holdfastError('INVALID_INPUT', { params: { reason: 'it is not an http or https address' } });
  }
  if (url.username !== '' || url.password !== '') {
    throw holdfastError('INVALID_INPUT', { params: { reason: 'user and password do not belong into the address' } });
  }
  return url;
}

const peerOf = (url: URL): Peer => ({
  host: unbracketed(url.hostname),
  port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
});

const methodOf = (request: GuardedRequest): string => (request.method ?? 'GET').toUpperCase();

type OneAnswer = Omit<GuardedAnswer, 'timeMs'>;

async function askOnce(url: URL, request: GuardedRequest, signal: AbortSignal): Promise<OneAnswer> {
  requireAllowedHost(url.hostname);
  const { promise, resolve, reject } = deferred<OneAnswer>();
  const options = {
    method: methodOf(request),
    headers: { 'user-agent': 'Holdfast', 'accept-encoding': ACCEPT_ENCODING, ...request.headers },
    // An agent of its own, which keeps no connection and knows no proxy.
    agent: false as const,
    lookup: guardedLookup(signal),
    // Node gives up an address after 250 ms when there is another one: too short for a service far away.
    autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(request.timeoutMs / 3)),
    rejectUnauthorized: request.checkCertificate !== false,
    ...(request.authorities === undefined ? {} : { ca: request.authorities }),
  };
  const sent = (url.protocol === 'https:' ? https : http).request(url, options);
  signal.addEventListener('abort', () => sent.destroy(), { once: true });
  sent.once('response', (answer) => {
    takeAnswer(answer, url, request).then(resolve, reject);
  });
  // Stays for the errors of a connection that is given up.
  sent.on('error', (error) => reject(certificateError(sent.socket, error, url) ?? error));
  sent.end(request.body);
  return promise;
}

async function takeAnswer(answer: IncomingMessage, url: URL, request: GuardedRequest): Promise<OneAnswer> {
  const status = answer.statusCode ?? 0;
  const certificate = url.protocol === 'https:' ? certificateOf(answer.socket as TLSSocket) : null;
  const facts = { status, headers: answer.headers, certificate };
  // These have no body, whatever their headers say of one.
  if (methodOf(request) === 'HEAD' || status === 204 || status === 304) {
    answer.resume();
    return { ...facts, body: Buffer.alloc(0), truncated: false };
  }
  const { body, truncated } = await readBody(answer, request.limitBytes);
  if (truncated && request.whenTooLarge !== 'cut') {
    const params = { ...peerOf(url), limitBytes: request.limitBytes };
    throw holdfastError('ANSWER_TOO_LARGE', { params });
  }
  return { ...facts, body, truncated };
}

/** Null when nothing is to be followed. @throws REDIRECT_REFUSED */
function redirectTarget(url: URL, request: GuardedRequest, answer: OneAnswer): URL | null {
  const { location } = answer.headers;
  if (!request.followRedirects || !REDIRECTS.has(answer.status) || location === undefined) return null;
  if (!['GET', 'HEAD'].includes(methodOf(request))) return null;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
  const upgrade = url.protocol === 'http:' && next?.protocol === 'https:' && next.hostname === url.hostname;
  const same = next?.protocol === url.protocol && next.host === url.host;
  if (!next || !(upgrade || same)) throw redirectRefused(url, next, 'it leads to another host');
  if (next.username !== '' || next.password !== '') throw redirectRefused(url, next, 'it holds a user or a password');
  return next;
}

const redirectRefused = (url: URL, next: URL | null, detail: string) =>
  holdfastError('REDIRECT_REFUSED', {
    params: { ...peerOf(url), url: next ? `${next.protocol}//${next.host}` : '' },
    detail,
  });

function certificateOf(socket: TLSSocket): GuardedAnswer['certificate'] {
  const { valid_to: validTo, issuer } = socket.getPeerCertificate();
  const validToMs = Date.parse(validTo);
  // None is given by a connection that was resumed; each connection here is new.
  if (Number.isNaN(validToMs)) return null;
  return { validToMs, issuer: [issuer.O ?? issuer.CN ?? ''].flat().join(', ') };
}

/** Null when the connection did not end because of its certificate. */
function certificateError(socket: Socket | null, error: Error, url: URL): HoldfastError | null {
  const found = (socket as TLSSocket | null)?.authorizationError;
  if (!found) return null;
  return holdfastError('CERTIFICATE_INVALID', { params: { ...peerOf(url), reason: error.message }, cause: error });
}
