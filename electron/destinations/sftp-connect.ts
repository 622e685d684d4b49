/** Connects to an SFTP server: first its key, then who we are. The SSH package is loaded with the first connection. */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { ConnectOptions } from 'ssh2-sftp-client';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { guardedLookup } from '../net/lookup';
import { cleaned, networkReason, requireHost, unusable } from './remote-errors';
import { SftpConnection } from './sftp-connection';
import { noAnswer, type SftpConfig } from './sftp-errors';
import type { OpenOptions } from './types';

export interface SftpLimits {
  connectMs: number;
  /** From the connection to the open session. */
  loginMs: number;
  /** Longest time without an answer, while one is waited for. */
  silenceMs: number;
}
export const SFTP_LIMITS: SftpLimits = { connectMs: 10_000, loginMs: 30_000, silenceMs: 60_000 };

const KEEP_ALIVE_MS = 15_000;
const KEEP_ALIVES_UNANSWERED = 4;

/** A server has keys of several kinds and shows one: the one that was confirmed may be another than it shows first. */
const OTHER_KINDS_OF_KEYS = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
];

/** As `ssh-keygen -l` shows it. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/**
 * Connects and logs in. Errors: HOST_KEY_CHANGED {name, found} for another key than the one that was confirmed,
 * and for any while none was, before anything that tells who we are was sent,
 * CREDENTIALS_REFUSED, DESTINATION_UNUSABLE, the reason of the signal.
 */
export async function connectSftp(options: OpenOptions, limits: SftpLimits): Promise<SftpConnection> {
  const config = options.config as SftpConfig;
  requireHost(config.name, config);
  try {
    return await attempt(options, limits);
  } catch (thrown) {
    if (!(thrown instanceof OtherKey)) throw thrown;
    for (const serverHostKey of config.hostKey === '' ? [] : OTHER_KINDS_OF_KEYS) {
      const connection = await attempt(options, limits, serverHostKey).catch(nullForOtherKey);
      if (connection) return connection;
    }
    throw holdfastError('HOST_KEY_CHANGED', { params: { name: config.name, found: thrown.found } });
  }
}

/** The server showed a key that was not confirmed; empty: it has none of the kind that was asked for. */
class OtherKey extends Error {
  constructor(readonly found: string) {
    super(found);
  }
}

function nullForOtherKey(thrown: unknown): null {
  if (thrown instanceof OtherKey) return null;
  throw thrown;
}

async function attempt(options: OpenOptions, limits: SftpLimits, serverHostKey?: string[]): Promise<SftpConnection> {
  const config = options.config as SftpConfig;
  const { signal } = options;
  signal.throwIfAborted();
  const credentials = credentialsOf(options, config);
  const { default: SftpClient } = await import('ssh2-sftp-client');
  const socket = await connectSocket(config, limits.connectMs, signal);

  const quiet = (): void => undefined;
  const ssh = new SftpClient('holdfast', { error: quiet, end: quiet, close: quiet });
  const seen: { found: string | null; accepted: boolean; error: unknown } = {
    found: null,
    accepted: false,
    error: null,
  };
  let connection: SftpConnection | null = null;
  // ssh2 tells errors late, too, when nobody waits for anything any more.
  ssh.client.on('error', (error: unknown) => {
    seen.error ??= error;
    connection?.fail(error);
  });
  ssh.client.on('close', () => connection?.fail(new Error('the connection ended')));
  ssh.client.on('keyboard-interactive', answerWith(options.secrets.password ?? ''));
  const login = ssh.connect({
    sock: socket,
    username: config.user,
    ...credentials,
    ...(serverHostKey ? { algorithms: { serverHostKey } } : {}),
    hostVerifier: (key) => {
      seen.found = fingerprintOf(key);
      seen.accepted = seen.found === config.hostKey;
      return seen.accepted;
    },
    readyTimeout: limits.loginMs,
    keepaliveInterval: KEEP_ALIVE_MS,
    keepaliveCountMax: KEEP_ALIVES_UNANSWERED,
  });
  try {
    const session = await within(login, { limitMs: limits.loginMs, signal, config });
    connection = new SftpConnection(session, socket, config, seen.found ?? '', limits.silenceMs);
    return connection;
  } catch (thrown) {
    socket.destroy();
    login.catch(quiet);
    if (signal.aborted) throw signal.reason;
    if (seen.found !== null && !seen.accepted) throw new OtherKey(seen.found);
    throw loginError(thrown instanceof HoldfastError ? thrown : (seen.error ?? thrown), options, {
      keyAccepted: seen.accepted,
      asked: serverHostKey !== undefined,
    });
  }
}

/** A private key is all that is shown where there is one: its passphrase is no password for a server. */
function credentialsOf(
  { secrets }: OpenOptions,
  { name }: SftpConfig,
): Partial<ConnectOptions> & { authHandler: string[] } {
  const { privateKey, password } = secrets;
  if (privateKey) {
    return { privateKey, ...(password ? { passphrase: password } : {}), authHandler: ['publickey'] };
  }
  if (password) return { password, tryKeyboard: true, authHandler: ['password', 'keyboard-interactive'] };
  const detail = 'neither a password nor a private key is stored';
  throw holdfastError('CREDENTIALS_REFUSED', { params: { name }, detail });
}

/** The password for the first hidden question, once; nothing else is known. */
function answerWith(password: string) {
  let left = 1;
  return (
    _name: string,
    _instructions: string,
    _language: string,
    prompts: { echo: boolean }[],
    finish: (answers: string[]) => void,
  ): void => finish(prompts.map(({ echo }) => (!echo && left-- > 0 ? password : '')));
}

function connectSocket(config: SftpConfig, limitMs: number, signal: AbortSignal): Promise<Socket> {
  const { name, host, port } = config;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(signal), noDelay: true });
    const timer = setTimeout(() => stop(noAnswer(name, config, 'to the connection')), limitMs);
    const onAbort = (): void => stop(signal.reason);
    const stop = (reason: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // It stays: a socket without anybody who hears its errors would end the process.
    socket.on('error', (error) => stop(unusable(name, networkReason(error, config))));
    socket.once('connect', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
  });
}

function within<T>(
  work: Promise<T>,
  { limitMs, signal, config }: { limitMs: number; signal: AbortSignal; config: SftpConfig },
): Promise<T> {
  let cleanUp = (): void => undefined;
  const over = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(noAnswer(config.name, config, 'to the login')), limitMs);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    cleanUp = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  return Promise.race([work, over]).finally(cleanUp);
}

function loginError(
  thrown: unknown,
  { config, secrets }: OpenOptions,
  { keyAccepted, asked }: { keyAccepted: boolean; asked: boolean },
): Error {
  if (thrown instanceof HoldfastError) return thrown;
  const { name, host, port } = config as SftpConfig;
  const { level, message = '' } = thrown as Error & { level?: string };
  const words = cleaned(message, [secrets.password, secrets.privateKey]);
  if (asked && !keyAccepted && level === 'handshake') return new OtherKey('');
  const aboutWho = level === 'client-authentication' || /privateKey/.test(message);
  if (aboutWho || (keyAccepted && /authentication/i.test(message))) {
    return holdfastError('CREDENTIALS_REFUSED', { params: { name }, detail: words });
  }
  if (level === 'client-timeout') return noAnswer(name, { host, port }, 'to the login');
  if (/subsystem/i.test(message)) return unusable(name, 'the server offers no SFTP', words);
  return unusable(name, networkReason(thrown, { host, port }), words);
}
