/** What went wrong at an S3 service, by its codes, the status and the network's own errors. */
import type { HoldfastError } from '../errors/holdfast-error';
import { holdfastError } from '../errors/holdfast-error';
import type { Peer } from '../net/request-error';
import { cleaned, networkReason, unusable } from './remote-errors';

/** The parts of the SDK's errors that are looked at; network errors are as Node made them. */
interface S3Error extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  /** With RequestTimeTooSkewed. */
  ServerTime?: string;
}

export interface S3Place {
  /** Of the destination. */
  name: string;
  bucket: string;
  peer: Peer;
  /** Never told to anybody. */
  secrets: readonly (string | null | undefined)[];
}

const FULL = /quota|storagefull|insufficient(storage|capacity)|nospace/i;
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const CREDENTIALS = new Set([
  'AccessDenied',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidSecurity',
  'InvalidToken',
  'NotSignedUp',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
]);
const ALTERED = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch']);
/** Passing troubles of a service: the same request may succeed a moment later. */
const PASSING = new Set(['SlowDown', 'RequestTimeout', 'InternalError', 'ServiceUnavailable', 'TooManyRequests']);

export const NO_SERVICE = 'what answers there is no S3 service';

export const statusOf = (thrown: unknown): number => (thrown as S3Error | null)?.$metadata?.httpStatusCode ?? 0;
export const codeOf = (thrown: unknown): string => (thrown as S3Error | null)?.name ?? '';

/** True when one part may be sent again at once. */
export function mayPass(thrown: unknown): boolean {
  const status = statusOf(thrown);
  return status === 0
    ? codeOf(thrown) !== 'TimeoutError'
    : status >= 500 || status === 429 || PASSING.has(codeOf(thrown));
}

/** True when the service does not know what it was asked for. */
export const isUnknownRequest = (thrown: unknown): boolean =>
  statusOf(thrown) === 501 || statusOf(thrown) === 405 || codeOf(thrown) === 'NotImplemented';

/**
 * The error for what the SDK threw. The SDK's error itself is not kept as a cause: it holds the request.
 * @param path name of the copy that was asked for; empty when it was about the bucket
 */
export function s3Error(thrown: unknown, place: S3Place, path: string): HoldfastError {
  const { name } = place;
  const { message = '', ServerTime } = thrown as S3Error;
  const code = codeOf(thrown);
  const status = statusOf(thrown);
  const words = cleaned(message.includes(code) ? message : `${code}: ${message}`, place.secrets);
  if (status === 0) return noAnswer(thrown as S3Error, place, words);
  if (status < 300) return unusable(name, NO_SERVICE, words);
  if (code === 'RequestTimeTooSkewed') {
    const there = ServerTime === undefined ? '' : `; it is ${ServerTime} there`;
    return unusable(name, `the clock of this machine differs too much from that of the service${there}`, words);
  }
  if (code === 'InvalidObjectState') {
    return unusable(name, 'the service has put the copy into an archive, where it must be restored first', words);
  }
  if (code === 'NoSuchBucket') return unusable(name, `there is no bucket ${place.bucket}`, words);
  if (OTHER_REGION.has(code) || status === 301) return unusable(name, 'the bucket is in another region', words);
  if (FULL.test(code) || status === 507) return holdfastError('DESTINATION_FULL', { params: { name }, detail: words });
  if (ALTERED.has(code)) return unusable(name, 'what arrived there was not what was sent', words);
  if (CREDENTIALS.has(code) || status === 401 || status === 403) {
    return holdfastError('CREDENTIALS_REFUSED', { params: { name }, detail: words });
  }
  if (status === 404) {
    if (path === '') return unusable(name, `there is no bucket ${place.bucket}`, words);
    return holdfastError('COPY_MISSING', { params: { name, path }, detail: words });
  }
  return unusable(name, `the service answered with status ${status}`, words);
}

function noAnswer(error: S3Error, place: S3Place, words: string): HoldfastError {
  const { name, peer } = place;
  if (error.name === 'TimeoutError') return unusable(name, `${peer.host}:${peer.port} did not answer in time`, words);
  return unusable(name, networkReason(error, peer), words);
}
