/** Which data folder is meant. Pure: knows neither Electron nor the disk. */
import path from 'node:path';

/** Absolute path of the data folder that `--home DIR`, `--home=DIR` or `HOLDFAST_HOME` names; null when none does. */
export function homeFromCommandLine(
  argv: readonly string[],
  env: Record<string, string | undefined>,
  workingFolder: string,
): string | null {
  const named = homeArgument(argv) ?? env.HOLDFAST_HOME;
  return named ? path.resolve(workingFolder, named) : null;
}

function homeArgument(argv: readonly string[]): string | undefined {
  for (const [index, argument] of argv.entries()) {
    if (argument.startsWith('--home=')) return argument.slice('--home='.length);
    if (argument === '--home') return argv[index + 1];
  }
  return undefined;
}

/** Folder for the backups of a new home: in plain sight, or below a home that was named, which is to stand alone. */
export function defaultBackupFolder(home: string, homeWasNamed: boolean, userFolder: string): string {
  return homeWasNamed ? path.join(home, 'backups') : path.join(userFolder, 'Holdfast Backups');
}
