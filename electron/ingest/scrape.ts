/** One look at the metrics that an application serves. */
import type { ScrapeConfig } from '@shared/monitoring';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { GuardedAnswer, GuardedRequest } from '../net/guarded-request';
import type { Application } from './application';
import { Pacer } from './pacer';
import { PROMETHEUS_LIMITS, PrometheusReader, UnreadableText } from './prometheus-text';
import { ScrapedSeries } from './scraped-series';

export type Request = (request: GuardedRequest) => Promise<GuardedAnswer>;

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PIECE_BYTES = 16 * 1024;

export interface ScrapeOptions {
  config: ScrapeConfig;
  /** Bearer token; null for none. */
  token: string | null;
  request: Request;
  signal?: AbortSignal;
  /** Whose limits count. */
  application: Application;
}

/**
 * Fetches and reads all of it; nothing is told to the application yet.
 * @throws what a request throws, HTTP_STATUS_UNEXPECTED, METRICS_UNREADABLE
 */
export async function scrape({ config, token, request, signal, application }: ScrapeOptions): Promise<ScrapedSeries> {
  const answer = await request({
    url: config.url,
    headers: { accept: ACCEPT, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    timeoutMs: config.timeoutMs,
    limitBytes: PROMETHEUS_LIMITS.bytes,
    followRedirects: true,
    ...(signal ? { signal } : {}),
  });
  const { hostname: host } = new URL(config.url);
  if (answer.status !== 200) {
    throw holdfastError('HTTP_STATUS_UNEXPECTED', { params: { host, status: answer.status, expected: '200' } });
  }
  const openMetrics = /^\s*application\/openmetrics-text/i.test(answer.headers['content-type'] ?? '');
  const series = new ScrapedSeries(application, config.prefixes);
  const reader = new PrometheusReader(openMetrics, (sample) => series.add(sample));
  try {
    await readInPieces(answer.body, reader);
  } catch (thrown) {
    throw unreadable(thrown, host);
  }
  return series;
}

async function readInPieces(body: Buffer, reader: PrometheusReader): Promise<void> {
  const pacer = new Pacer();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    if (pacer.due) await pacer.rest();
    reader.push(decoder.decode(body.subarray(at, at + PIECE_BYTES), { stream: true }));
  }
  reader.push(decoder.decode());
  reader.end();
}

function unreadable(thrown: unknown, host: string): unknown {
  if (thrown instanceof UnreadableText) {
    const params = { host, reason: thrown.message, line: thrown.line };
    return holdfastError('METRICS_UNREADABLE', { params });
  }
  const notText =
    thrown instanceof TypeError && (thrown as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
  if (notText)
    return holdfastError('METRICS_UNREADABLE', { params: { host, reason: 'it is not UTF-8 text' }, cause: thrown });
  return thrown;
}

export const isCancelled = (thrown: unknown): boolean => thrown instanceof HoldfastError && thrown.code === 'CANCELLED';
