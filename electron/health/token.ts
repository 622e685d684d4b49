/** The bearer token of the health endpoint: 32 random bytes in a file that only this user can read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { wrapError } from '../errors/wrap';

const TOKEN_BYTES = 32;
const TOKEN = /^[0-9a-f]{64}$/;

/** The token in `file`; makes one when there is none. Errors: by errno, with `path`. */
export function loadToken(file: string): string {
  try {
    const known = readToken(file);
    if (known !== null) {
      chmodSync(file, 0o600);
      return known;
    }
    const token = randomBytes(TOKEN_BYTES).toString('hex');
    const draft = `${file}.new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, `${token}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
    return token;
  } catch (error) {
    throw wrapError(error, { path: file });
  }
}

function readToken(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return TOKEN.test(text) ? text : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** True when an `Authorization` header carries `token`. Takes the same time wherever the two differ. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
