/** Files that people choose: one to look at, one to take into the restore points. */
import { call, RequestError } from '@/api';
import { currentTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { attempt, notifyDone, notifyRefused, reportError } from '@/notify';
import { showPoint } from '@/tabs/backups/selection';
import { openRestore } from './flow';

/** Asks for a backup file and opens the panel for it. */
export async function chooseFile(): Promise<void> {
  const file = await attempt(() => call('files:choose'));
  if (file) openRestore({ kind: 'file', file });
}

/** Asks for a backup file, and adds it to the restore points. */
export async function importFile(): Promise<void> {
  const file = await attempt(() => call('files:choose'));
  if (file) await addToPoints(file);
}

/** Proves a backup file and adds it to the restore points. An encrypted one is opened instead. True when it was added. */
export async function addToPoints(file: string): Promise<boolean> {
  const { t, format } = currentTexts();
  try {
    const point = await call('backups:import', { file });
    notifyDone(t('backups.imported'), {
      detail: `${point.database}, ${format.exact(point.createdAt)}`,
      action: {
        label: t('backups.showImported'),
        run: () => {
          navigate({ tab: 'backups', databaseId: point.databaseId });
          showPoint(point);
        },
      },
    });
    return true;
  } catch (thrown) {
    if (thrown instanceof RequestError && thrown.view.code === 'PASSPHRASE_NEEDED') {
      notifyRefused(t('backups.importEncrypted'), t('backups.importEncryptedDetail'));
      openRestore({ kind: 'file', file });
    } else reportError(thrown, { chooseFile: () => void importFile() });
    return false;
  }
}
