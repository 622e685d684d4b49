/** What went wrong on the way to a mail server, by the codes of nodemailer and of SMTP. */
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';

export interface MailPeer {
  host: string;
  port: number;
}

/** What nodemailer adds to an error; the rest of an error is as Node made it. */
interface NodemailerError extends NodeJS.ErrnoException {
  /** Status of SMTP, and the whole line it stood in. */
  responseCode?: number;
  response?: string;
  /** The code that it had before nodemailer gave it one of its own. */
  originalCode?: string;
  /** Which wait ended. */
  timeoutType?: string;
}

/** TLS errors of Node that are about the certificate, not about the connection. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)_/;

/** Before these ended, nothing of a message was handed over. */
const BEFORE_THE_MESSAGE: ReadonlySet<string> = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT']);

/**
 * The error for what nodemailer threw. The error itself is not kept as a cause: it holds what the server said, and
 * servers repeat what they were told.
 * @param clean takes the password out of words that came from elsewhere
 */
export function mailError(thrown: unknown, peer: MailPeer, clean: (text: string) => string): HoldfastError {
  const error = thrown as NodemailerError;
  const status = error.responseCode;
  const reason = clean(reasonOf(error));
  const named = (code: Parameters<typeof holdfastError>[0], more: Record<string, string | number> = {}) =>
    holdfastError(code, { params: { ...peer, ...more }, detail: reason });
  if (error.code === 'EAUTH') {
    // 454: the server cannot check the password now.
    const later = status !== undefined && status < 500;
    return later ? named('MAIL_REFUSED', { reason, status }) : named('MAIL_LOGIN_FAILED');
  }
  // 421: the server ends the connection, which may be the answer to a whole message.
  if (status !== undefined) return named('MAIL_REFUSED', { reason, status });
  const cause = error.originalCode ?? '';
  switch (error.code ?? '') {
    case 'EDNS':
      return named('HOST_NOT_FOUND');
    case 'ETIMEDOUT':
      return named('REQUEST_TIMED_OUT', uncertain(!BEFORE_THE_MESSAGE.has(error.timeoutType ?? '')));
    case 'ESOCKET':
    case 'ETLS':
      if (CERTIFICATE.test(cause) || /certificate/i.test(error.message))
        return named('CERTIFICATE_INVALID', { reason });
      if (cause.includes('ECONNREFUSED')) return named('CONNECTION_REFUSED');
      return named('CONNECTION_FAILED', { reason, ...uncertain(error.code === 'ESOCKET') });
    case 'EENVELOPE':
    case 'EMESSAGE':
      return named('MAIL_REFUSED', { reason });
    default:
      return named('CONNECTION_FAILED', { reason, ...uncertain(true) });
  }
}

/** Some recipients were refused, others have the mail: it is not sent again. */
export function recipientsRefused(rejected: readonly string[], peer: MailPeer): HoldfastError {
  const reason = `not delivered to ${rejected.join(', ')}`;
  return holdfastError('MAIL_REFUSED', { params: { ...peer, reason }, detail: reason });
}

const uncertain = (is: boolean): Record<string, number> => (is ? { uncertain: 1 } : {});

function reasonOf({ response, message, code }: NodemailerError): string {
  const text = response ?? message;
  return (text || (code ?? 'unknown')).replaceAll(/\s+/g, ' ').slice(0, 300);
}
