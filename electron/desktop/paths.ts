/** Where things are: the data folder of this instance, and the files that were built or shipped with the program. */
import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { makePrivateFolders } from '../core/folders';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { defaultBackupFolder, homeFromCommandLine } from './home';

export interface DesktopPaths {
  /** Data folder: the store, the logs, the window's place. */
  home: string;
  /** True when `--home` or `HOLDFAST_HOME` named it. */
  homeWasNamed: boolean;
  /** Folder that a new home suggests for its backups. */
  backupFolder: string;
  preloadFile: string;
  rendererFolder: string;
  /** Entry of the job processes. */
  jobFile: string;
  /** Entry of the processes that capture transactions. */
  captureFile: string;
  /** Entry of the process that asks network mounts. */
  mountsFile: string;
  logsFile: string;
  /** Icons. */
  resourcesFolder: string;
  /** Set when the data folder cannot be used; nothing may be started then except telling it. */
  failure: HoldfastError | null;
}

/**
 * Finds all paths and points Chromium's own data below the home, so that two homes never share a cache or the
 * one-instance lock. Call before the application is ready.
 */
export function resolvePaths(): DesktopPaths {
  const named = homeFromCommandLine(process.argv, process.env, process.cwd());
  const home = named ?? app.getPath('userData');
  const failure = prepareHome(home);
  const built = path.join(app.getAppPath(), 'out');
  return {
    home,
    homeWasNamed: named !== null,
    backupFolder: defaultBackupFolder(home, named !== null, homedir()),
    preloadFile: path.join(built, 'preload', 'preload.cjs'),
    rendererFolder: path.join(built, 'renderer'),
    jobFile: path.join(built, 'main', 'job.js'),
    captureFile: path.join(built, 'main', 'capture.js'),
    mountsFile: path.join(built, 'main', 'mounts.js'),
    logsFile: path.join(built, 'main', 'logs.js'),
    resourcesFolder: app.isPackaged ? process.resourcesPath : path.join(app.getAppPath(), 'resources'),
    failure,
  };
}

function prepareHome(home: string): HoldfastError | null {
  const chromiumFolder = path.join(home, 'electron');
  try {
    makePrivateFolders(chromiumFolder);
    app.setPath('userData', chromiumFolder);
    return null;
  } catch (error) {
    // Chromium needs some folder to show the dialog that tells this.
    app.setPath('userData', mkdtempSync(path.join(tmpdir(), 'holdfast-')));
    return holdfastError('HOME_UNUSABLE', { params: { path: home }, cause: error });
  }
}
