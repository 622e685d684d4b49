/** Messages as HTTP requests: Holdfast's own JSON, or Slack's. */
import type { ChannelConfig } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { MetricUnit } from '@shared/metrics';
import type { Translate } from '@shared/text';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { GuardedAnswer, GuardedRequest } from '../net/guarded-request';
import { slackBody } from './slack';
import type { Carrier, Message } from './types';
import { lineText, messageWords } from './words';

export type Request = (request: GuardedRequest) => Promise<GuardedAnswer>;
export type WebhookConfig = Extract<ChannelConfig, { kind: 'webhook' }>;

const TIMEOUT_MS = 20_000;
/** Nobody reads the answer; a page of it is not worth an error. */
const LIMIT_BYTES = 16 * 1024;
const MOST_ALERTS = 50;

/**
 * Body of a webhook of the format `json`, sent with POST, `Content-Type: application/json`, the header
 * `Idempotency-Key` (the same for every try of one message: a receiver that has seen it may drop the request), and
 * `Authorization: Bearer …` when a token is stored. An answer 2xx means that it arrived. Members may be added;
 * `version` changes when one changes its meaning.
 */
export interface WebhookBody {
  version: 1;
  event: Message['kind'];
  severity: Severity;
  /** In the language of the settings, as `text` is. */
  title: string;
  text: string;
  /** Worst first, at most 50. */
  alerts: {
    id: string;
    title: string;
    severity: Severity;
    state: string;
    value: number | null;
    threshold: number | null;
    unit: MetricUnit;
    firingSince: string | null;
    resolvedAt: string | null;
  }[];
  /** Alerts in all, also those that are left out of `alerts`. */
  alertCount: number;
  /** The same for all messages about one incident. */
  thread: string;
  sentAt: string;
  /** Name of the machine. */
  host: string;
}

export interface WebhookOptions {
  config: WebhookConfig;
  /** The bearer token; null when none is stored. @throws SECRET_UNREADABLE */
  secret: () => string | null;
  translate: () => Translate;
  /** Name of this machine. */
  host: string;
  request: Request;
  nowMs: () => number;
}

/** A carrier for one webhook as it is configured now. */
export function createWebhookCarrier({ config, secret, translate, host, request, nowMs }: WebhookOptions): Carrier {
  return {
    async send(message, { signal, idempotencyKey }) {
      const token = secret();
      const body =
        config.format === 'slack'
          ? slackBody(translate(), message, host)
          : jsonBody(translate(), message, host, new Date(nowMs()).toISOString());
      const answer = await ask(request, {
        url: config.url,
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'idempotency-key': idempotencyKey,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        timeoutMs: TIMEOUT_MS,
        limitBytes: LIMIT_BYTES,
        whenTooLarge: 'cut',
        signal,
      });
      requireSuccess(answer, config.url, nowMs());
      return null;
    },
  };
}

function jsonBody(translate: Translate, message: Message, host: string, sentAt: string): WebhookBody {
  const { title, body, lines, more } = messageWords(translate, message, MOST_ALERTS);
  return {
    version: 1,
    event: message.kind,
    severity: message.severity,
    title,
    text: [body, ...lines.map(lineText), more].filter((line) => line !== '').join('\n'),
    // The lines of alerts come first, in the order of the alerts.
    alerts: message.alerts.slice(0, MOST_ALERTS).map((alert, n) => ({
      id: alert.alertId,
      title: lines[n]?.title ?? alert.titleKey,
      severity: alert.severity,
      state: alert.state,
      value: alert.value,
      threshold: alert.threshold,
      unit: alert.unit,
      firingSince: alert.firingSince,
      resolvedAt: alert.resolvedAt,
    })),
    alertCount: message.alerts.length,
    thread: message.threadId,
    sentAt,
    host,
  };
}

/** Errors after which the service may have taken the message. */
const UNCERTAIN: ReadonlySet<string> = new Set(['REQUEST_TIMED_OUT', 'CONNECTION_FAILED', 'CANCELLED']);

async function ask(request: Request, what: GuardedRequest): Promise<GuardedAnswer> {
  try {
    return await request(what);
  } catch (thrown) {
    if (!(thrown instanceof HoldfastError) || !UNCERTAIN.has(thrown.code)) throw thrown;
    throw holdfastError(thrown.code, { params: { ...thrown.params, uncertain: 1 }, detail: thrown.detail });
  }
}

/**
 * @throws REDIRECT_REFUSED for a redirect, which a request that says something does not follow;
 * HTTP_STATUS_UNEXPECTED for the rest that is not 2xx
 */
export function requireSuccess({ status, headers }: GuardedAnswer, url: string, nowMs: number): void {
  if (status >= 200 && status < 300) return;
  const { hostname: host, origin } = new URL(url);
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    // Not the whole address: it may hold a token.
    const target = URL.canParse(location, url) ? new URL(location, url).origin : origin;
    throw holdfastError('REDIRECT_REFUSED', { params: { host, url: target } });
  }
  const seconds = status === 429 || status === 503 ? retryAfterSeconds(headers['retry-after'], nowMs) : null;
  throw holdfastError('HTTP_STATUS_UNEXPECTED', {
    params: { host, status, expected: '2xx', ...(seconds === null ? {} : { retryAfterSeconds: seconds }) },
  });
}

/** `Retry-After` is a number of seconds or a date. */
function retryAfterSeconds(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
}
