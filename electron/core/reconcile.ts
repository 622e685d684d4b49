/** Brings the catalogue to what the backup folder holds, without waiting for ever. */
import type { CatalogueKeeper } from '../backup/catalogue';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { CoreContext } from './context';

const RECONCILE_TIMEOUT_MS = 15_000;

/**
 * Ids of the backups that were found. A folder that cannot be read, or on a dead mount never answers, must not keep
 * Holdfast from starting: that is recorded, and nothing counts as found or as missing.
 */
export async function reconcileInTime(catalogue: CatalogueKeeper, context: CoreContext): Promise<string[]> {
  const late = new AbortController();
  const reason = 'it does not answer';
  const timer = setTimeout(() => late.abort(new Error(reason)), RECONCILE_TIMEOUT_MS);
  const tooLate = new Promise<never>((_resolve, reject) => {
    late.signal.addEventListener('abort', () => reject(late.signal.reason));
  });
  try {
    return await Promise.race([catalogue.reconcile(late.signal), tooLate]);
  } catch (thrown) {
    const params = { path: context.settings().backupFolder, reason: wrapError(thrown).detail };
    const error = late.signal.aborted
      ? holdfastError('BACKUP_FOLDER_UNUSABLE', { params: { ...params, reason }, cause: thrown })
      : wrapError(thrown, params);
    context.problems.report(error.toView(), null);
    return [];
  } finally {
    clearTimeout(timer);
  }
}
