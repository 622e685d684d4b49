/** The desktop's own file dialogs. Each answers null when it was cancelled. */
import path from 'node:path';
import type { Translate } from '@shared/text';
import {
  app,
  type BrowserWindow,
  dialog,
  type FileFilter,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron';

const DATABASE_EXTENSIONS = ['db', 'db3', 's3db', 'sl3', 'sqlite', 'sqlite3'];

/** Dialogs over the window that is open, in the language of now. */
export function createDialogs(currentWindow: () => BrowserWindow | null, translator: () => Translate) {
  // Without a path some desktops open where the last program left off.
  const startFolder = app.getPath('home');

  const open = async (options: OpenDialogOptions): Promise<string | null> => {
    const window = currentWindow();
    const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  };
  const save = async (options: SaveDialogOptions): Promise<string | null> => {
    const window = currentWindow();
    const asking: SaveDialogOptions = { ...options, properties: ['createDirectory', 'showOverwriteConfirmation'] };
    const answer = await (window ? dialog.showSaveDialog(window, asking) : dialog.showSaveDialog(asking));
    return answer.canceled || !answer.filePath ? null : answer.filePath;
  };
  const allFiles = (translate: Translate): FileFilter => ({
    name: translate('dialogs.filters.all'),
    extensions: ['*'],
  });

  const saveAs = (
    name: string,
    words: 'save-table' | 'save-picture' | 'save-errors',
    filter: 'tables' | 'pictures' | 'json',
    extension: string,
  ): Promise<string | null> => {
    const translate = translator();
    return save({
      title: translate(`dialogs.${words}.title`),
      buttonLabel: translate(`dialogs.${words}.button`),
      defaultPath: path.join(startFolder, name),
      filters: [{ name: translate(`dialogs.filters.${filter}`), extensions: [extension] }, allFiles(translate)],
    });
  };

  return {
    chooseDatabase: () => {
      const translate = translator();
      return open({
        title: translate('dialogs.guard.title'),
        buttonLabel: translate('dialogs.guard.button'),
        defaultPath: startFolder,
        properties: ['openFile', 'showHiddenFiles'],
        filters: [
          { name: translate('dialogs.filters.databases'), extensions: DATABASE_EXTENSIONS },
          allFiles(translate),
        ],
      });
    },
    chooseBackupFile: (folder: string) => {
      const translate = translator();
      return open({
        title: translate('dialogs.open-backup.title'),
        buttonLabel: translate('dialogs.open-backup.button'),
        defaultPath: folder,
        properties: ['openFile'],
        filters: [
          { name: translate('dialogs.filters.backups'), extensions: ['gz', 'age', ...DATABASE_EXTENSIONS] },
          allFiles(translate),
        ],
      });
    },
    chooseBackupFolder: (now: string) => {
      const translate = translator();
      return open({
        title: translate('dialogs.backup-folder.title'),
        buttonLabel: translate('dialogs.backup-folder.button'),
        defaultPath: now,
        properties: ['openDirectory', 'createDirectory'],
      });
    },
    saveBackup: (name: string) => {
      const translate = translator();
      return save({
        title: translate('dialogs.export.title'),
        buttonLabel: translate('dialogs.export.button'),
        defaultPath: path.join(startFolder, name),
        filters: [{ name: translate('dialogs.filters.backup-files'), extensions: ['gz'] }, allFiles(translate)],
      });
    },
    saveDatabase: (name: string) => {
      const translate = translator();
      return save({
        title: translate('dialogs.save-copy.title'),
        buttonLabel: translate('dialogs.save-copy.button'),
        defaultPath: path.join(startFolder, name),
        filters: [
          { name: translate('dialogs.filters.databases'), extensions: DATABASE_EXTENSIONS },
          allFiles(translate),
        ],
      });
    },
    saveTable: (name: string) => saveAs(name, 'save-table', 'tables', 'csv'),
    chooseLog: () => {
      const translate = translator();
      return open({
        title: translate('dialogs.log.title'),
        buttonLabel: translate('dialogs.log.button'),
        defaultPath: startFolder,
        properties: ['openFile', 'showHiddenFiles'],
        filters: [allFiles(translate)],
      });
    },
    saveErrors: (name: string) =>
      name.endsWith('.csv')
        ? saveAs(name, 'save-errors', 'tables', 'csv')
        : saveAs(name, 'save-errors', 'json', 'json'),
    /** About a window that does not answer: its own dialogs would not either, so this one stands alone. */
    askAboutHang: async (signal: AbortSignal): Promise<'wait' | 'reload'> => {
      const translate = translator();
      const { response } = await dialog.showMessageBox({
        type: 'warning',
        title: 'Holdfast',
        message: translate('dialogs.hang.message'),
        detail: translate('dialogs.hang.detail'),
        buttons: [translate('dialogs.hang.wait'), translate('dialogs.hang.reload')],
        defaultId: 0,
        cancelId: 0,
        signal,
      });
      return response === 1 ? 'reload' : 'wait';
    },
    savePicture: (name: string) => saveAs(name, 'save-picture', 'pictures', 'png'),
  };
}
