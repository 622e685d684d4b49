/** Lets go of restore points, without breaking those that are built on them. */
import type { CoreContext } from '../core/context';
import { holdfastError } from '../errors/holdfast-error';
import type { CatalogueEntry } from '../store/backups';
import { eraseNoted, noteErasing } from './erasing';

type EraseContext = Pick<CoreContext, 'store' | 'copiesOf' | 'changed' | 'pointsChanged'>;

/** Restore points that could not be brought back any more when the file of `entry` went. */
export function needing(context: EraseContext, entry: CatalogueEntry): CatalogueEntry[] {
  const children = context.store.backups.children(entry.id);
  // What is kept elsewhere is restored from there, as long as all of its chain is.
  return isCopied(context, entry) ? children.filter(({ state }) => state !== 'elsewhere') : children;
}

/**
 * Deletes the file of a backup. Its entry goes as well, or stays as kept elsewhere where destinations have it. The entry
 * changes first: a crash in between leaves a file that the next start deletes, never an entry that promises a file that is
 * gone.
 * @throws BACKUP_KEPT {points} while others are built on it; what stands in the way of deleting the file
 */
export async function erasePoint(context: EraseContext, entry: CatalogueEntry): Promise<void> {
  const { databases, backups } = context.store;
  const points = needing(context, entry).length;
  if (points > 0) {
    const name = databases.get(entry.databaseId)?.name ?? entry.databaseId;
    throw holdfastError('BACKUP_KEPT', { params: { name, createdAt: entry.createdAt, points } });
  }
  context.store.atomically(() => {
    noteErasing(context.store, entry);
    if (isCopied(context, entry)) backups.setState(entry.id, 'elsewhere');
    else backups.remove(entry.id);
  });
  context.changed();
  try {
    await eraseNoted(context.store, entry);
  } finally {
    context.pointsChanged(entry.databaseId);
  }
}

const isCopied = (context: EraseContext, { id }: CatalogueEntry): boolean =>
  context.copiesOf(id).some(({ state }) => state === 'copied');
