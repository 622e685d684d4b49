/** Names what went wrong on the way to a service. Only host and port are told: tokens live in the rest of an address. */
import { HoldfastError, holdfastError } from '../errors/holdfast-error';

export interface Peer {
  host: string;
  port: number;
}

const REASONS: Record<string, string> = {
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  EADDRNOTAVAIL: 'this machine has no address for it',
  Z_BUF_ERROR: 'the compressed answer ends too early',
  Z_DATA_ERROR: 'the compressed answer is damaged',
  HPE_HEADER_OVERFLOW: 'its headers are too long',
};

/** The error for anything that connecting, sending or reading threw. */
export function requestError(thrown: unknown, peer: Peer): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const params = { ...peer };
  const options = { params, cause: thrown };
  const codes = codesOf(thrown);
  // A name with several addresses fails with one error for each.
  if (codes.includes('ECONNREFUSED')) return holdfastError('CONNECTION_REFUSED', options);
  if (codes.some((code) => code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA')) {
    return holdfastError('HOST_NOT_FOUND', options);
  }
  if (codes.length > 0 && codes.every((code) => code === 'ETIMEDOUT')) {
    return holdfastError('REQUEST_TIMED_OUT', options);
  }
  return holdfastError('CONNECTION_FAILED', { ...options, params: { ...params, reason: reasonOf(thrown, codes) } });
}

/** @param timeoutMs how long was waited */
export const timedOut = (peer: Peer, timeoutMs: number): HoldfastError =>
  holdfastError('REQUEST_TIMED_OUT', { params: { ...peer, seconds: timeoutMs / 1000 } });

function codesOf(thrown: unknown): string[] {
  const errors: unknown[] = thrown instanceof AggregateError ? thrown.errors : [thrown];
  return errors.map((one) => (one as { code?: unknown } | null)?.code).filter((code) => typeof code === 'string');
}

function reasonOf(thrown: unknown, codes: string[]): string {
  const known = codes.map((code) => REASONS[code]).find((reason) => reason !== undefined);
  if (known) return known;
  // OpenSSL keeps its short words apart from a message full of file names.
  const { reason, message } = (thrown ?? {}) as { reason?: unknown; message?: unknown };
  if (typeof reason === 'string' && reason !== '') return reason;
  return codes[0] ?? (typeof message === 'string' ? message : 'unknown');
}
