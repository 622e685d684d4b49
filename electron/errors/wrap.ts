/** Turns what Node and SQLite throw into errors of the hierarchy. */
import type { ErrorCode } from '@shared/errors';
import { type ErrorParams, HoldfastError, holdfastError } from './holdfast-error';

const ERRNO_CODES: Record<string, ErrorCode> = {
  ENOENT: 'FILE_NOT_FOUND',
  ENOTDIR: 'FILE_NOT_FOUND',
  ELOOP: 'FILE_NOT_FOUND',
  ENAMETOOLONG: 'FILE_NOT_FOUND',
  EISDIR: 'FILE_IS_FOLDER',
  EACCES: 'FILE_NO_PERMISSION',
  EPERM: 'FILE_NO_PERMISSION',
  EROFS: 'FILE_NO_PERMISSION',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
};

/** By prefix: SQLite's extended codes (`SQLITE_IOERR_WRITE`) begin with the primary one. The first match wins. */
const SQLITE_CODES: [prefix: string, code: ErrorCode][] = [
  ['SQLITE_BUSY', 'DATABASE_LOCKED'],
  ['SQLITE_LOCKED', 'DATABASE_LOCKED'],
  ['SQLITE_PROTOCOL', 'DATABASE_LOCKED'],
  ['SQLITE_NOTADB', 'NOT_A_DATABASE'],
  ['SQLITE_CORRUPT', 'DATABASE_CORRUPT'],
  ['SQLITE_FULL', 'DISK_FULL'],
  ['SQLITE_READONLY', 'FILE_NO_PERMISSION'],
  ['SQLITE_CANTOPEN', 'FILE_NO_PERMISSION'],
  ['SQLITE_PERM', 'FILE_NO_PERMISSION'],
  ['SQLITE_AUTH', 'FILE_NO_PERMISSION'],
  ['SQLITE_IOERR_SHORT_READ', 'DATABASE_CORRUPT'],
  ['SQLITE_IOERR', 'IO_ERROR'],
];

/** Code of Node's or SQLite's own for `thrown`; null when it has none that is known. */
export function knownCode(thrown: unknown): ErrorCode | null {
  const code = textOf(thrown, 'code');
  if (code === undefined) return null;
  if (code.startsWith('SQLITE_')) return SQLITE_CODES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
  return ERRNO_CODES[code] ?? (/^E[A-Z0-9]+$/.test(code) && 'syscall' in (thrown as object) ? 'IO_ERROR' : null);
}

/**
 * The error of the hierarchy for anything that was thrown: itself when it is one already, by errno or SQLite code,
 * else `otherwise`.
 */
export function wrapError(thrown: unknown, params: ErrorParams = {}, otherwise: ErrorCode = 'INTERNAL'): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const code = knownCode(thrown) ?? otherwise;
  const path = textOf(thrown, 'path');
  const stack = code === 'INTERNAL' && thrown instanceof Error ? textOf(thrown, 'stack') : undefined;
  return holdfastError(code, {
    params: { ...(path === undefined ? {} : { path }), ...params },
    cause: thrown,
    ...(stack ? { detail: stack } : {}),
  });
}

/** A text property of anything, also of what throws when it is looked at. */
function textOf(thrown: unknown, name: 'code' | 'path' | 'stack'): string | undefined {
  try {
    const value: unknown = (thrown as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    // A getter that throws has nothing to say.
    return undefined;
  }
}
