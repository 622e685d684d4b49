/** Requests about files that were dropped or chosen, and about restoring. */
import path from 'node:path';
import type { RestoreSource } from '@shared/ipc';
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `files:${string}` | `restore:${string}`>>;

export function restoreHandlers({ core, dialogs }: IpcContext): Domain {
  /** File of each inspection that the window still holds. */
  const inspectedFiles = new Map<string, string>();

  /** Name that a copy is offered under: what it is a copy of. */
  const copyName = (source: RestoreSource): string => {
    if ('pointId' in source) {
      const { database, createdAt } = core.backup(source.pointId);
      return `${database} ${fileTime(createdAt)}.sqlite`;
    }
    if ('at' in source) {
      const database = core.databases().find(({ id }) => id === source.databaseId);
      return `${database?.name ?? 'database'} ${fileTime(source.at)}.sqlite`;
    }
    const file = inspectedFiles.get(source.token);
    return file ? `${path.parse(file.replace(/(\.gz)?(\.age)?$/i, '')).name} copy.sqlite` : 'copy.sqlite';
  };

  return {
    'files:choose': () => dialogs.chooseBackupFile(core.settings().backupFolder),
    'files:inspect': async ({ file, passphrase }) => {
      const inspection = await core.inspectFile(file, passphrase).done;
      inspectedFiles.set(inspection.token, inspection.file);
      return inspection;
    },
    'files:release': async ({ token }) => {
      inspectedFiles.delete(token);
      await core.releaseInspection(token);
      return null;
    },
    'restore:preview': ({ source, databaseId }) => core.previewRestore(source, databaseId),
    'restore:start': ({ source, databaseId }) => core.restore(source, databaseId).done,
    'restore:save-copy': async ({ source }) => {
      const target = await dialogs.saveDatabase(copyName(source));
      // The dialog has asked about a file that exists.
      return target === null ? null : core.saveCopy(source, target, true).done;
    },
    'restore:undo': ({ restoreId }) => core.undoRestore(restoreId).done,
    'restore:list': async ({ databaseId }) => core.restores(databaseId),
  };
}

/** Local time as `2026-03-01 0212`: no colon, which Windows forbids in names. */
function fileTime(isoTime: string): string {
  const time = new Date(isoTime);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}${two(time.getMinutes())}`;
}
