/** Databases that only backups speak of. */
import type { CoreContext } from '../core/context';
import type { KnownDatabase } from '../store/databases';
import type { Manifest } from './manifest';

/**
 * The database that a backup is of, by its id or its path; one that is not known here is remembered, not guarded.
 * @param at now, ISO 8601
 */
export function rememberDatabase(
  context: Pick<CoreContext, 'store' | 'settings'>,
  { database: { id, name, path } }: Pick<Manifest, 'database'>,
  at: string,
): KnownDatabase {
  const { defaultSchedules: schedules } = context.settings();
  return context.store.databases.remember({ id, name, path, addedAt: at, sample: false, schedules }, at);
}
