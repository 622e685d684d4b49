/** How a restore of rows says that it cannot be done. */
import type { PartialObstacle } from '@shared/recovery';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';

const REASONS: Record<PartialObstacle, string> = {
  'not-in-backup': 'the backup does not have this table',
  'virtual-table': 'it is a virtual table, whose module keeps the rows',
  'shadow-table': 'it belongs to a virtual table',
  view: 'it is a view',
  'no-key': 'it has no key that tells its rows apart',
  'key-differs': 'its key is another one than it was then',
  'column-missing-module': 'it needs something that this SQLite does not have',
  'schema-needs-double-quoted-strings': 'its schema has texts in double quotes',
  'schema-unreadable': 'its schema cannot be read',
  'required-column-not-in-backup': 'a column needs a value and was not there then',
};

interface Refused {
  table: string;
  obstacle: PartialObstacle | null;
  obstacleDetail: string;
}

/** @throws PARTIAL_NOT_POSSIBLE {table, reason} for the first plan with an obstacle */
export function requirePossible(plans: readonly Refused[]): void {
  for (const { table, obstacle, obstacleDetail } of plans) {
    if (obstacle === null) continue;
    const reason = REASONS[obstacle] + (obstacleDetail === '' ? '' : ` (${obstacleDetail})`);
    throw holdfastError('PARTIAL_NOT_POSSIBLE', { params: { table, reason } });
  }
}

/** The error for what SQLite refused to do with rows of a table; anything else stays what it is. */
function notPossible({ table }: { table: string }, thrown: unknown): unknown {
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  const isRefusal = typeof code === 'string' && code.startsWith('SQLITE_') && knownCode(thrown) === null;
  if (!isRefusal) return thrown;
  return holdfastError('PARTIAL_NOT_POSSIBLE', { params: { table, reason: String(message) }, cause: thrown });
}

/** Does something to one table. @throws PARTIAL_NOT_POSSIBLE for what SQLite refuses */
export function onTable<T>(table: { table: string }, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw notPossible(table, thrown);
  }
}

/** Does something with a condition that a person wrote. @throws QUERY_INVALID {reason, table} when it is not taken */
export function ofFilter<T>({ table }: { table: string }, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const refused = thrown instanceof HoldfastError && thrown.code === 'QUERY_INVALID';
    if (!refused && (thrown instanceof HoldfastError || knownCode(thrown) !== null)) throw thrown;
    const reason = refused ? thrown.params['reason'] : thrown instanceof Error ? thrown.message : undefined;
    throw holdfastError('QUERY_INVALID', { params: { reason: reason ?? String(thrown), table }, cause: thrown });
  }
}
