/** The data folder a command uses: the one named, or the window's own, so that both see the same databases. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const FOLDER = 'Holdfast';

export interface HomeChoice {
  /** Full path of the data folder. */
  home: string;
  /** Where the home keeps its backups when this command creates it; later the setting says so. */
  backupFolder: string;
}

/** `--home`, else HOLDFAST_HOME, else the folder that Electron gives the application. The same rules as the window's. */
export function chooseHome(option: string | undefined, env: NodeJS.ProcessEnv = process.env): HomeChoice {
  const named = option || env['HOLDFAST_HOME'];
  if (named) {
    const home = resolve(named);
    return { home, backupFolder: join(home, 'backups') };
  }
  return { home: userDataFolder(env), backupFolder: join(homedir(), 'Holdfast Backups') };
}

function userDataFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), FOLDER);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', FOLDER);
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), FOLDER);
}
