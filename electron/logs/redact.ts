/**
 * Takes secrets out of what is written down: passwords, tokens, keys, and addresses that carry them. Works by the names
 * of values and by their looks, so it may take too much; what it leaves is not proved to be harmless. Every expression
 * has bounded repetitions: its time grows with the length of the text alone.
 */

export const REDACTED = '[redacted]';

const SECRET_NAME =
  /pass(?:word|wd|phrase|code)|^pass$|smtppass|pwd$|secret|token|apikey|accesskey|privatekey|sentrykey|authorization|^auth$|cookie|credential|signature|sessionid|bearer|^dsn$|비밀번호|암호/;

/** Whether a value of that name is one that nobody may read: `smtpPassword`, `X-Api-Key`, `secret_access_key`. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replaceAll(/[-_.\s]/g, ''));
}

/** Most texts hold none of these, and are done with one look. */
const HINT =
  /pass|pwd|secret|token|key|auth|bearer|basic|cookie|session|credential|sig|:\/\/|AKIA|ASIA|gh[pousr]_|github_pat|xox|sk[-_]|AIza|eyJ|hooks|webhooks|hc-ping|비밀번호|암호/i;

const NAMES =
  'pass(?:word|wd|phrase|code)|smtp_?pass|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|sentry_key|credential|signature|\\bsig(?==)|session[-_]?id|비밀번호|암호';
/** A quoted value (its quotes may be escaped, as in JSON within JSON), or all up to what ends a value. */
const VALUE =
  '(?:\\\\{1,3}"[^"]{0,4096}"?|"(?:[^"\\\\]|\\\\[^]){0,4096}"?|\'(?:[^\'\\\\]|\\\\[^]){0,4096}\'?|[^\\s,;&"\'<>)\\]}]{1,4096})';

const RULES: [pattern: RegExp, replacement: string][] = [
  [/-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|$)/g, REDACTED],
  // scheme://user:password@host; a password may hold a slash, but what follows a port is a path
  [/([a-z]:\/\/)[^\s/@:"'<>]{0,256}:(?!\d{1,5}(?:[/?#]|$))[^\s@"'<>]{0,512}@/gi, `$1${REDACTED}@`],
  [/([a-z]:\/\/)[^\s/?#"'<>]{1,1024}@/gi, `$1${REDACTED}@`],
  [/(hooks\.slack\.com\/(?:services|workflows)\/)[\w/-]{1,256}/gi, `$1${REDACTED}`],
  [/(\/api\/webhooks\/\d{1,32}\/)[\w-]{1,256}/gi, `$1${REDACTED}`],
  [/(hc-ping\.com\/)[\w-]{1,128}/gi, `$1${REDACTED}`],
  // headers: a quoted one ends at its quote, else it is the rest of the line
  [
    /((?:authorization|cookie)\\{0,3}["']?\s{0,8}[:=]\s{0,8}\\{0,3}["'])(?:((?:basic|bearer|digest|token)\s)[^"'\r\n]{0,4096}|[^"'\r\n]{1,4096})/gi,
    `$1$2${REDACTED}`,
  ],
  [
    /((?:authorization|cookie)\s{0,8}[:=][ \t]{0,8})(?!\\{0,3}["'])(?:((?:basic|bearer|digest|token)\s)[^\r\n]{0,4096}|[^\r\n]{1,4096})/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(bearer\s{1,8})[\w.~+/=-]{8,4096}/gi, `$1${REDACTED}`],
  [/\b([Bb]asic\s{1,8})(?=[A-Za-z+/]{0,4096}[A-Z0-9=])[\w+/=-]{8,4096}/g, `$1${REDACTED}`],
  // words of a passphrase are parted by spaces
  [/(passphrase[\w.-]{0,32}\s{0,8}[:=]\s{0,8})(?!\\{0,3}["'])[^\r\n,;&]{1,1024}/gi, `$1${REDACTED}`],
  [
    new RegExp(`((?:${NAMES})[\\w.-]{0,32}\\\\{0,3}["']?\\s{0,8}(?:=>|=|:)\\s{0,8})(?!\\[redacted\\])${VALUE}`, 'gi'),
    `$1${REDACTED}`,
  ],
  // arguments of commands: --password hunter2
  [new RegExp(`(--[\\w-]{0,32}(?:${NAMES})[\\w-]{0,16}\\s{1,8})(?!-)${VALUE}`, 'gi'), `$1${REDACTED}`],
  [
    /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,255}|\bgithub_pat_\w{20,255}|\bxox[a-z]-[\w-]{10,255}|\bsk[-_][\w-]{20,255}|\bAIza[\w-]{35}|\beyJ[\w-]{5,2048}\.[\w-]{5,4096}(?:\.[\w-]{0,2048})?|\bAGE-SECRET-KEY-1\w{20,128}/gi,
    REDACTED,
  ],
];

/** `text` without what looks like a secret. */
export function redactText(text: string): string {
  if (!HINT.test(text)) return text;
  return RULES.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/**
 * `value`, as JSON gave it, without secrets in its texts and without the values of secret names. That something is set
 * or not set (true, false, null) is no secret. Depth is bounded by what was parsed.
 */
export function redactValue(value: unknown, name = ''): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (isSecretName(name)) return REDACTED;
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((one) => redactValue(one, name));
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, one]) => [redactText(key), redactValue(one, key)] as const);
  return Object.fromEntries(entries);
}
