/** Asks a web address and looks at its answer. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ProbeConfig } from '@shared/monitoring';
import { holdfastError } from '../errors/holdfast-error';
import { guardedRequest } from '../net/guarded-request';
import { isExpectedStatus } from './expected-status';
import type { ProbeEnvironment, Try } from './run-probe';

/** The expected text is looked for in the beginning of the answer. */
const LOOKED_AT_BYTES = 1 << 20;
const DAY_MS = 86_400_000;
const REDIRECTS = [301, 302, 303, 307, 308];

/** @throws what `guardedRequest` throws; HTTP_STATUS_UNEXPECTED, ANSWER_UNEXPECTED */
export async function tryHttp(
  config: Extract<ProbeConfig, { kind: 'http' }>,
  environment: ProbeEnvironment,
): Promise<Try> {
  const { url, method, timeoutMs, expectedStatus, expectedText } = config;
  const { signal, authorities } = environment;
  const answer = await guardedRequest({
    url,
    method,
    timeoutMs,
    limitBytes: LOOKED_AT_BYTES,
    whenTooLarge: 'cut',
    // Who expects a redirect wants to see it, not where it leads.
    followRedirects: !REDIRECTS.some((status) => isExpectedStatus(expectedStatus, status)),
    // Who does not ask about the certificate does not ask whether it is valid either: services of one's own.
    checkCertificate: config.certificateDays > 0,
    ...(authorities === undefined ? {} : { authorities }),
    ...(signal ? { signal } : {}),
  });
  const host = new URL(url).hostname;
  if (!isExpectedStatus(expectedStatus, answer.status)) {
    throw holdfastError('HTTP_STATUS_UNEXPECTED', {
      params: { host, status: answer.status, expected: expectedStatus },
    });
  }
  if (expectedText !== '' && !decode(answer.body, answer.headers).includes(expectedText)) {
    throw holdfastError('ANSWER_UNEXPECTED', { params: { host, expected: expectedText } });
  }
  const { certificate, timeMs } = answer;
  const leftMs = certificate ? certificate.validToMs - environment.nowMs() : null;
  return { timeMs, certificateDays: leftMs === null ? null : Math.floor(leftMs / DAY_MS) };
}

function decode(body: Buffer, headers: IncomingHttpHeaders): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    // An unknown encoding: the text may still be found in what is plain.
    return body.toString('utf8');
  }
}
