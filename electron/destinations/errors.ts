/** Errors of destinations that are folders, in the words that people read. */
import { HoldfastError, holdfastError } from '../errors/holdfast-error';

/** The end of a sentence: “cannot be used: …”. */
const REASONS: Record<string, string> = {
  EACCES: 'there is no permission to read or write there',
  EPERM: 'there is no permission to read or write there',
  EROFS: 'it is read-only',
  EIO: 'its disk reports read or write errors',
  ENXIO: 'its disk is gone',
  ENODEV: 'its disk is gone',
  ESTALE: 'the share is no longer there',
  ENOTCONN: 'the share is not connected',
  ESHUTDOWN: 'the share is not connected',
  EHOSTDOWN: 'the server of the share does not answer',
  EHOSTUNREACH: 'the server of the share does not answer',
  ETIMEDOUT: 'the server of the share does not answer',
  ENOTDIR: 'there is a file where a folder should be',
  EISDIR: 'there is a folder where a file should be',
  EEXIST: 'there is a file where a folder should be',
  ENAMETOOLONG: 'a file name is too long for it',
  EINVAL: 'it does not take a file name, or not this kind of access',
  EFBIG: 'its file system does not take a file of this size',
  ELOOP: 'its path leads in a circle',
  ENOENT: 'the folder is not there',
};
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** The error for what a file system threw at the destination `name`; errors of the hierarchy pass. */
export function folderError(name: string, thrown: unknown): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (FULL.has(code)) return holdfastError('DESTINATION_FULL', { params: { name }, cause: thrown });
  const reason = REASONS[code ?? ''] ?? message ?? String(thrown);
  return holdfastError('DESTINATION_UNUSABLE', { params: { name, reason }, cause: thrown });
}

export const notMounted = (name: string, path: string, detail: string): HoldfastError =>
  holdfastError('DESTINATION_NOT_MOUNTED', { params: { name, path }, detail });

export const copyMissing = (name: string, path: string): HoldfastError =>
  holdfastError('COPY_MISSING', { params: { name, path } });

/** True when the system says that there is nothing under a name. */
export const isAbsent = (thrown: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(String((thrown as NodeJS.ErrnoException | null)?.code));
