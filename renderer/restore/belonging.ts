/** Whether what is restored belongs to the database that it is restored into. */
import type { FileComparison, FileInspection } from '@shared/models';
import { loaded } from '@/store';
import type { RestoreFlow } from './flow';

/** What speaks against restoring into a database. */
export interface OtherDatabase {
  /** Name of the database that was chosen. */
  target: string;
  /** Name of the one that it was taken of, or looks like; null when nothing tells. */
  source: string | null;
  /** True when the backup names its database; otherwise it is a guess. */
  named: boolean;
  /** Null where nothing was compared: the backup names its database, or there are too many. */
  comparison: FileComparison | null;
}

/** Null while nothing is chosen, and for a database that the content belongs to. */
export function otherDatabase({ input, inspection, targetId }: RestoreFlow): OtherDatabase | null {
  const target = loaded().databases.find(({ database }) => database.id === targetId)?.database;
  if (!target) return null;
  if (input.kind === 'point') {
    const { databaseId, database } = input.point;
    return databaseId === target.id ? null : { target: target.name, source: database, named: true, comparison: null };
  }
  if (input.kind === 'moment') {
    if (input.databaseId === target.id) return null;
    const source = loaded().databases.find(({ database }) => database.id === input.databaseId)?.database.name ?? null;
    return { target: target.name, source, named: true, comparison: null };
  }
  return inspection.state === 'ready' ? otherThanFile(inspection.value, target) : null;
}

/** Pure: the same for a file that was identified. */
export function otherThanFile(
  { candidates, comparisons, takenOf }: Pick<FileInspection, 'candidates' | 'comparisons' | 'takenOf'>,
  target: { id: string; name: string },
): OtherDatabase | null {
  if (candidates.some(({ databaseId }) => databaseId === target.id)) return null;
  return {
    target: target.name,
    source: takenOf?.name ?? candidates[0]?.name ?? null,
    named: takenOf !== null,
    comparison: comparisons.find(({ databaseId }) => databaseId === target.id) ?? null,
  };
}
