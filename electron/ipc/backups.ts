/** Requests about restore points and their retention. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { wrapError } from '../errors/wrap';
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `backups:${string}` | `retention:${string}`>>;

export function backupHandlers({ core, dialogs, reveal }: IpcContext): Domain {
  return {
    'backups:start': async ({ databaseId, changesOnly }) => {
      const job = core.startBackup(databaseId, changesOnly ? 'incremental' : 'manual');
      if (changesOnly) {
        // Whether there was anything to store is known at the end only.
        await job.done;
        return job.view();
      }
      // The window is answered before the backup ends; a failure is a problem in the state.
      job.done.catch(() => undefined);
      return job.view();
    },
    'backups:list': ({ databaseId }) => core.backups(databaseId),
    'backups:verify': ({ pointId }) => core.verifyBackup(pointId).done,
    'backups:delete': async ({ pointId }) => {
      await core.deleteBackup(pointId);
      return null;
    },
    'backups:export': async ({ pointId }) => {
      const target = await dialogs.saveBackup(path.basename(core.backup(pointId).file));
      // The dialog has asked about a file that exists.
      if (target !== null) await core.exportBackup(pointId, target, true);
      return target;
    },
    'backups:import': ({ file }) => core.importBackup(file).done,
    'backups:reveal': async ({ pointId }) => {
      const { file } = core.backup(pointId);
      await access(file).catch((error: unknown) => {
        throw wrapError(error, { path: file }, 'BACKUP_FILE_MISSING');
      });
      reveal(file);
      return null;
    },
    'retention:preview': ({ databaseId }) => core.retentionPreview(databaseId),
    'retention:run': ({ databaseId }) => core.runRetention(databaseId),
  };
}
