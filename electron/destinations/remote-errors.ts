/** Words and errors that the drivers for services on the network have in common. */
import type { ErrorCode } from '@shared/errors';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { requireAllowedHost } from '../net/addresses';
import { type Peer, requestError } from '../net/request-error';

/** TLS errors of Node that are about the certificate, not about the connection. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)_/;
const DETAIL_LENGTH = 300;

const REASONS: Partial<Record<ErrorCode, (peer: Peer) => string>> = {
  ADDRESS_REFUSED: ({ host }) => `the address of ${host} is one that is never asked`,
  HOST_NOT_FOUND: ({ host }) => `the host ${host} was not found`,
  CONNECTION_REFUSED: ({ host, port }) => `${host}:${port} refused the connection`,
  REQUEST_TIMED_OUT: ({ host, port }) => `${host}:${port} did not answer in time`,
};

/** @param reason the end of a sentence, without a full stop */
export const unusable = (name: string, reason: string, detail = reason): HoldfastError =>
  holdfastError('DESTINATION_UNUSABLE', { params: { name, reason }, detail });

export const copyDamaged = (name: string, path: string, detail: string): HoldfastError =>
  holdfastError('COPY_DAMAGED', { params: { name, path }, detail });

/** The file that was to be sent is no longer what was announced: nothing of it may count as a copy. */
export const sourceDamaged = (file: string): HoldfastError =>
  holdfastError('BACKUP_FILE_DAMAGED', {
    params: { path: file },
    detail: 'the file that was to be sent does not have the size and hash that were announced',
  });

/** Takes secrets out of what a service said, and the length to which it is told. */
export function cleaned(text: string, secrets: readonly (string | null | undefined)[]): string {
  const without = secrets.reduce<string>((rest, secret) => (secret ? rest.replaceAll(secret, '***') : rest), text);
  return without.replaceAll(/\s+/g, ' ').trim().slice(0, DETAIL_LENGTH);
}

/** What kept a connection from being made or broke it, as the end of a sentence. */
export function networkReason(thrown: unknown, peer: Peer): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && CERTIFICATE.test(code)) return `its certificate is not trusted (${code})`;
  const error = requestError(thrown, peer);
  return REASONS[error.code]?.(peer) ?? `${peer.host}:${peer.port}: ${error.params.reason ?? error.detail}`;
}

/**
 * Link-local addresses, and those at which clouds hand out secrets, are no destinations.
 * @throws DESTINATION_UNUSABLE
 */
export function requireHost(name: string, peer: Peer): void {
  try {
    requireAllowedHost(peer.host);
  } catch (thrown) {
    if (!(thrown instanceof HoldfastError)) throw thrown;
    throw unusable(name, networkReason(thrown, peer));
  }
}

/** Names inside a destination that can be meant: no empty, `.` or `..` segments, no control characters. */
export function isPlainName(name: string): boolean {
  if (/\p{Cc}|\\/u.test(name)) return false;
  return name.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** @throws INVALID_INPUT for a name that would lead out of the destination */
export function requirePlainName(name: string): void {
  if (isPlainName(name)) return;
  throw holdfastError('INVALID_INPUT', { params: { reason: `no name inside a destination: ${JSON.stringify(name)}` } });
}
