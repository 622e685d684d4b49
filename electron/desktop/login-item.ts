/** Launch at login. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { makePrivateFolders } from '../core/folders';
import { autostartEntry, startsHome } from './login-entry';

export interface LoginItemOptions {
  home: string;
  homeWasNamed: boolean;
}

/** Makes the desktop start Holdfast in the tray at login, or no more. Throws what the file system throws. */
export function setLaunchAtLogin(launch: boolean, options: LoginItemOptions): void {
  if (process.platform === 'linux') setAutostartFile(launch, options);
  // Unpackaged, this would register Electron itself.
  else if (app.isPackaged) app.setLoginItemSettings({ openAtLogin: launch, args: startArguments(options) });
}

function startArguments(options: LoginItemOptions): string[] {
  return options.homeWasNamed ? ['--hidden', '--home', options.home] : ['--hidden'];
}

/** Electron's login items do nothing on Linux: its desktops read this folder. */
function setAutostartFile(launch: boolean, options: LoginItemOptions): void {
  const folder = path.join(process.env.XDG_CONFIG_HOME || path.join(homedir(), '.config'), 'autostart');
  const file = path.join(folder, 'holdfast.desktop');
  const before = readIfThere(file);
  if (!launch) {
    if (startsHome(before, options.home)) rmSync(file, { force: true });
    return;
  }
  // An AppImage is mounted elsewhere at each start; its own path is in APPIMAGE.
  const program = app.isPackaged ? [process.env.APPIMAGE || process.execPath] : [process.execPath, app.getAppPath()];
  const entry = autostartEntry([...program, ...startArguments(options)], options.home);
  if (entry === before) return;
  makePrivateFolders(folder);
  writeFileSync(file, entry);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
