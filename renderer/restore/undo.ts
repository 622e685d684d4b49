/** Which restores can be undone, and the question before that. */
import type { RestoreRecord } from '@shared/models';
import { undoRestore } from '@/commands';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';

/** Of so many restores into a database the safety backups are kept. */
const UNDONE_AT_MOST = 10;

export interface ListedRestore {
  record: RestoreRecord;
  /** `past`: it could be undone once; its safety backup is kept no more. */
  undo: 'possible' | 'past' | 'none';
  /** Restores into the same database after it that changed something: undoing it undoes them. */
  later: number;
}

/** Pure: restores of one or several databases, newest first, each with what can be done about it. */
export function listRestores(records: readonly RestoreRecord[]): ListedRestore[] {
  const seen = new Map<string, { all: number; restored: number }>();
  return records.map((record) => {
    const newer = seen.get(record.databaseId) ?? { all: 0, restored: 0 };
    const restored = record.outcome === 'restored' && !record.undone;
    seen.set(record.databaseId, { all: newer.all + 1, restored: newer.restored + (restored ? 1 : 0) });
    const undoable = restored && record.undoPointId !== null;
    return {
      record,
      undo: undoable ? (newer.all < UNDONE_AT_MOST ? 'possible' : 'past') : 'none',
      later: newer.restored,
    };
  });
}

/** Asks, then brings back what was there before a restore. */
export async function askAndUndo({ record, later }: ListedRestore): Promise<void> {
  const { t } = currentTexts();
  const name = record.database;
  const confirmed = await confirm({
    title: t('restores.undoTitle', { name }),
    lines: [
      t('restores.undoEffect', { name }),
      ...(later > 0 ? [t('restoreList.laterToo', { count: later })] : []),
      t('restores.undoSafety'),
    ],
    confirmLabel: t('restores.undoConfirm'),
    danger: false,
  });
  if (confirmed) await undoRestore(record);
}
