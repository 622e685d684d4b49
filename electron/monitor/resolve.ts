/** Where a path really is, without asking a file system that may hang. */
import { readlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { kindOf, type Mount, mountOf } from './mounts';

// As many as Linux itself follows.
const MOST_LINKS = 40;
/** Not a link; not there; not readable for us: the name stands for itself. */
const PLAIN: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'UNKNOWN']);

/**
 * Follows the symbolic links on local file systems. From the first name on that is on another one, the path is left as
 * it is: only its server knows more, and it may never answer.
 */
export async function resolveLocally(
  mounts: readonly Mount[],
  path: string,
  links: (path: string) => Promise<string> = readlink,
): Promise<string> {
  let names = resolve(path).split('/').filter(Boolean);
  let real = '/';
  let followed = 0;
  while (names.length > 0) {
    const [name = '', ...rest] = names;
    const next = join(real, name);
    const mount = mountOf(mounts, next);
    if (mount && kindOf(mount) !== 'local') return join(next, ...rest);
    const target = followed < MOST_LINKS ? await targetOf(next, links) : null;
    if (target === null) {
      real = next;
      names = rest;
    } else {
      followed += 1;
      names = [...resolve(dirname(next), target).split('/').filter(Boolean), ...rest];
      real = '/';
    }
  }
  return real;
}

async function targetOf(path: string, links: (path: string) => Promise<string>): Promise<string | null> {
  try {
    return await links(path);
  } catch (thrown) {
    if (PLAIN.has((thrown as { code?: unknown } | null)?.code)) return null;
    throw thrown;
  }
}
