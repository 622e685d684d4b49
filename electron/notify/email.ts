/** Mails by SMTP. nodemailer is loaded with the first mail. */
import type { Translate } from '@shared/text';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { isRefusedAddress, requireAllowedHost, unbracketed } from '../net/addresses';
import { type EmailConfig, mailOf } from './mail-content';
import { mailError, recipientsRefused } from './mail-errors';
import type { Carrier } from './types';

const CONNECT_MS = 20_000;
const SILENCE_MS = 30_000;

export interface EmailOptions {
  config: EmailConfig;
  /** The password; null when none is stored. @throws SECRET_UNREADABLE */
  secret: () => string | null;
  translate: () => Translate;
  /** Name of this machine. */
  host: string;
  /** Authorities to trust in place of the built-in ones, PEM. */
  authorities?: string;
}

/** A carrier for one mail account as it is configured now. */
export function createEmailCarrier({ config, secret, translate, host, authorities }: EmailOptions): Carrier {
  return {
    async send(message, { signal, idempotencyKey }) {
      refuseOpenCredentials(config);
      requireAllowedHost(config.host);
      const peer = { host: unbracketed(config.host), port: config.port };
      const pass = config.user === '' ? null : secret();
      if (config.user !== '' && pass === null) {
        throw holdfastError('MAIL_LOGIN_FAILED', { params: peer, detail: 'no password is stored' });
      }
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        ...peer,
        secure: config.security === 'tls',
        // An attacker in between that takes STARTTLS out of the answer gets nothing.
        requireTLS: config.security === 'starttls',
        ignoreTLS: config.security === 'none',
        // A server that offers no login is not sent to without one.
        ...(pass === null ? {} : { auth: { user: config.user, pass }, forceAuth: true }),
        connectionTimeout: CONNECT_MS,
        greetingTimeout: CONNECT_MS,
        dnsTimeout: CONNECT_MS,
        socketTimeout: SILENCE_MS,
        ...(authorities === undefined ? {} : { tls: { ca: authorities } }),
      });
      try {
        const mail = mailOf(message, { config, translate: translate(), host, idempotencyKey });
        const { rejected } = await transport.sendMail({ ...mail, signal });
        return rejected.length > 0 ? recipientsRefused(rejected, peer) : null;
      } catch (thrown) {
        throw mailError(thrown, peer, cleaner(config.user, pass));
      } finally {
        transport.close();
      }
    },
  };
}

/**
 * A user name and a password never go over a network that others can read.
 * @throws INVALID_INPUT
 */
export function refuseOpenCredentials({ security, user, host }: EmailConfig): void {
  if (security !== 'none' || user === '' || isLoopback(host)) return;
  throw openCredentials();
}

const openCredentials = (): HoldfastError =>
  holdfastError('INVALID_INPUT', {
    params: { reason: 'a user name and a password are sent with TLS or STARTTLS only' },
  });

/** By name or number, without asking anybody: a name that only resolves to this machine may resolve elsewhere later. */
function isLoopback(host: string): boolean {
  const plain = unbracketed(host).toLowerCase();
  return plain === 'localhost' || plain === '::1' || (/^127(\.\d{1,3}){3}$/.test(plain) && !isRefusedAddress(plain));
}

/** Takes the password, also as SMTP encodes it, out of what a server said. */
function cleaner(user: string, pass: string | null): (text: string) => string {
  if (pass === null) return (text) => text;
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  const forms = [pass, base64(pass), base64(`\0${user}\0${pass}`)];
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '***'), text);
}
