/** Hides what nobody should find in an error: passwords, tokens, cookies. By the name that the sender gave them. */

export const HIDDEN = '[hidden]';

const SECRET_NAME =
  /passw|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authori[sz]ation|(?:^|[^a-z])auth(?:$|[^a-z])|cookie|session[-_]?(?:id|key)|credential|csrf|xsrf|signature|(?:^|[^a-z])sig$/i;
const LONGEST_NAME = 200;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name.slice(0, LONGEST_NAME));

/** Values of parameters with the name of a secret, as in `a=1&token=x`. */
export function withoutQuerySecrets(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = pair.slice(0, Math.max(0, equals));
      // `code` is what a login is ended with; elsewhere it says what went wrong.
      return isSecretName(name) || name === 'code' ? `${name}=${HIDDEN}` : pair;
    })
    .join('&');
}

/** Name and password before the host, and secrets among the parameters. */
export function withoutUrlSecrets(url: string): string {
  const question = url.indexOf('?');
  const place = (question < 0 ? url : url.slice(0, question)).replace(
    /^([a-z][a-z\d+.-]{0,20}:\/\/)[^/@]*@/i,
    `$1${HIDDEN}@`,
  );
  if (question < 0) return place;
  const [query = '', ...fragment] = url.slice(question + 1).split('#');
  return [`${place}?${withoutQuerySecrets(query)}`, ...fragment].join('#');
}
