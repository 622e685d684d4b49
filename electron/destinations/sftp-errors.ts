/** What went wrong at an SFTP server, by its statuses and the network's own errors. */
import type { DestinationConfig } from '@shared/destinations';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import type { Peer } from '../net/request-error';
import { cleaned, networkReason, unusable } from './remote-errors';

export type SftpConfig = Extract<DestinationConfig, { kind: 'sftp' }>;

const END_OF_FILE = 1;
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;

const codeOf = (thrown: unknown): unknown => (thrown as { code?: unknown } | null)?.code;
export const isEnd = (thrown: unknown): boolean => codeOf(thrown) === END_OF_FILE;
export const isAbsent = (thrown: unknown): boolean => codeOf(thrown) === NO_SUCH_FILE;
/** The one status that servers have for everything: a full disk, a name that is taken, a folder that is not empty. */
export const isFailure = (thrown: unknown): boolean => codeOf(thrown) === FAILURE;
export const isUnsupported = (thrown: unknown): boolean => codeOf(thrown) === UNSUPPORTED;

/**
 * The error for what the server answered or the connection threw.
 * @param path of the copy, or of the folder that it is about
 */
export function sftpError(thrown: unknown, { name, host, port }: SftpConfig, path: string): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const words = cleaned(thrown instanceof Error ? thrown.message : String(thrown), []);
  switch (codeOf(thrown)) {
    case NO_SUCH_FILE:
      return holdfastError('COPY_MISSING', { params: { name, path }, detail: words });
    case PERMISSION_DENIED:
      return unusable(name, `there is no permission to read or write ${path}`, words);
    case FAILURE:
      return unusable(name, `the server reports a failure for ${path}; it may have no space, or a quota`, words);
    case UNSUPPORTED:
      return unusable(name, 'the server lacks a function that is needed', words);
    default:
      return unusable(name, networkReason(thrown, { host, port }), words);
  }
}

export const noAnswer = (name: string, { host, port }: Peer, whileWhat: string): HoldfastError =>
  unusable(name, `${host}:${port} did not answer in time`, `no answer ${whileWhat}`);
