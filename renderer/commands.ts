/** What the buttons, the palette and the drop overlay do. Each reports its own failure. */
import type { ErrorCode } from '@shared/errors';
import type { RestoreSource } from '@shared/ipc';
import type { DatabaseStatus, GuardedDatabase, RestorePoint, RestoreRecord } from '@shared/models';
import { describeError } from '@shared/text';
import { call, RequestError } from './api';
import { askName, confirm } from './dialogs';
import { currentTexts } from './i18n';
import { navigate } from './navigation';
import { attempt, notifyDone, notifyRefused, reportError } from './notify';
import { refreshPoints } from './queries';

/** Guards a database: the given file, or one that the user chooses. */
export async function guardDatabase(file?: string): Promise<GuardedDatabase | null> {
  const chosen = file ?? (await attempt(() => call('databases:choose')));
  return chosen ? addDatabase(chosen) : null;
}

async function addDatabase(file: string, name?: string): Promise<GuardedDatabase | null> {
  try {
    const database = await call('databases:add', name ? { file, name } : { file });
    announce(database);
    return database;
  } catch (thrown) {
    if (thrown instanceof RequestError && thrown.view.code === 'NAME_TAKEN') {
      const other = await askName(file, String(thrown.view.params['name'] ?? ''));
      return other ? addDatabase(file, other) : null;
    }
    reportError(thrown, { chooseFile: () => void guardDatabase() });
    return null;
  }
}

function announce(database: GuardedDatabase): void {
  const { t } = currentTexts();
  notifyDone(t('guard.done', { name: database.name }), { detail: t('guard.doneDetail') });
  navigate({ tab: 'status', databaseId: database.id });
}

/** Builds the sample database and guards it. */
export async function addSample(): Promise<void> {
  const database = await attempt(() => call('databases:add-sample'));
  if (database) announce(database);
}

/** Queues a backup by hand; its progress is in the state. */
export async function backUpNow(databaseId: string): Promise<void> {
  await attempt(() => call('backups:start', { databaseId }), { databaseId });
}

/** Stores the pages that changed. That nothing did is good news, and told as such. */
export async function backUpChanges({ id, name }: GuardedDatabase): Promise<void> {
  try {
    await call('backups:start', { databaseId: id, changesOnly: true });
  } catch (thrown) {
    if (!isError(thrown, 'NOTHING_CHANGED')) {
      reportError(thrown, { databaseId: id });
      return;
    }
    const { t } = currentTexts();
    notifyDone(t('backups.nothingChanged', { name }), {
      id: `nothing-changed-${id}`,
      detail: t('backups.nothingChangedDetail'),
    });
  }
}

const isError = (thrown: unknown, code: ErrorCode): boolean =>
  thrown instanceof RequestError && thrown.view.code === code;

/** Restores into a scratch folder and compares; tells how it ended. */
export async function runDrill({ id, name }: GuardedDatabase): Promise<void> {
  const { t } = currentTexts();
  const drill = await attempt(() => call('drills:run', { databaseId: id }), { databaseId: id });
  if (!drill) return;
  const action = {
    label: t('drills.show'),
    run: () => navigate({ tab: 'backups', databaseId: id, view: 'drills' }),
  };
  if (drill.outcome === 'passed') {
    notifyDone(t('drills.done', { name }), {
      detail: t('drills.doneDetail', { count: drill.results.length }),
      action,
    });
  } else notifyRefused(t('drills.failedToast', { name }), t('drills.failedToastDetail'));
}

export async function cancelJob(jobId: string): Promise<void> {
  await attempt(() => call('jobs:cancel', { jobId }));
}

/** Asks, then stops guarding a database; its backups stay. */
export async function removeDatabase(status: DatabaseStatus): Promise<void> {
  const { t } = currentTexts();
  const { name, id } = status.database;
  const confirmed = await confirm({
    title: t('remove.title', { name }),
    lines: [t('remove.effect'), t('remove.backupsStay', { count: status.restorePoints })],
    objects: [status.database.path],
    confirmLabel: t('remove.confirm'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('databases:remove', { databaseId: id }));
  if (removed !== undefined) notifyDone(t('remove.done', { name }));
}

/** Proves a restore point anew. */
export async function verifyAgain(point: RestorePoint): Promise<void> {
  const { t, format } = currentTexts();
  const proved = await attempt(() => call('backups:verify', { pointId: point.id }), { databaseId: point.databaseId });
  if (proved?.verified) notifyDone(t('backups.verified'), { detail: format.exact(point.createdAt) });
}

/** Asks, naming what is destroyed, then deletes a restore point. True when it is gone. */
export async function deletePoint(point: RestorePoint, others: number): Promise<boolean> {
  const { t, format } = currentTexts();
  const holders = point.copies.filter(({ state }) => state === 'copied').map(({ destination }) => destination);
  const confirmed = await confirm({
    title: t('delete.title'),
    lines: [
      t('delete.effect', {
        database: point.database,
        time: format.exact(point.createdAt),
        size: format.bytes(point.sizeBytes),
      }),
      t('delete.remaining', { count: others, database: point.database }),
      ...(holders.length > 0 ? [t('delete.copiesStay', { names: holders.join(', ') })] : []),
    ],
    objects: [point.file],
    confirmLabel: t('delete.confirm'),
    danger: true,
  });
  if (!confirmed) return false;
  const deleted = await attempt(() => call('backups:delete', { pointId: point.id }), { databaseId: point.databaseId });
  if (deleted === undefined) return false;
  notifyDone(t('delete.done'), { detail: point.file });
  return true;
}

export async function exportPoint(point: RestorePoint): Promise<void> {
  const file = await attempt(() => call('backups:export', { pointId: point.id }));
  if (file) notifyDone(currentTexts().t('backups.exported'), { detail: file });
}

export async function revealPoint(point: RestorePoint): Promise<void> {
  await attempt(() => call('backups:reveal', { pointId: point.id }));
}

/** Writes the database of a source out as a file of its own; `guardable` offers to guard that file then. */
export async function saveCopy(source: RestoreSource, guardable = false): Promise<void> {
  const file = await attempt(() => call('restore:save-copy', { source }));
  if (!file) return;
  const { t } = currentTexts();
  const action = { label: t('restore.guardSaved'), run: () => void guardDatabase(file) };
  notifyDone(t('restore.copySaved'), { detail: file, ...(guardable ? { action } : {}) });
}

/** Reads a copy back from its destination and compares every byte. */
export async function checkCopy(point: RestorePoint, destinationId: string): Promise<void> {
  const { t, shared } = currentTexts();
  const copy = await attempt(() => call('copies:verify', { pointId: point.id, destinationId }), {
    databaseId: point.databaseId,
  });
  refreshPoints();
  if (!copy) return;
  const name = copy.destination;
  if (copy.state === 'copied') notifyDone(t('copies.checked', { name }));
  else {
    const why = copy.error ? describeError(shared, copy.error).what : t(`copies.state.${copy.state}`);
    notifyRefused(t('copies.checkedBad', { name }), why);
  }
}

/** Brings back what was there before a restore. Null when it failed. */
export async function undoRestore(restore: RestoreRecord): Promise<RestoreRecord | null> {
  const undone = await attempt(() => call('restore:undo', { restoreId: restore.id }), {
    databaseId: restore.databaseId,
  });
  if (!undone) return null;
  notifyDone(currentTexts().t('restore.undone', { name: restore.database }));
  return undone;
}

/** Runs retention for a database. Its files are named before. */
export async function cleanUp(databaseId: string): Promise<void> {
  const decisions = await attempt(() => call('retention:run', { databaseId }), { databaseId });
  if (!decisions) return;
  notifyDone(currentTexts().t('cleanUp.done', { count: decisions.filter((decision) => !decision.keep).length }));
}
