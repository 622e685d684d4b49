/** A core whose jobs run in this process: the same code and the same steps, without the time that processes take. */
import { join } from 'node:path';
import { createCore } from '../../electron/core/core';
import type { Core } from '../../electron/core/types';
import { inThisProcess } from './backup-service';
import type { Place } from './engine';

/** Nothing in the test's process may have a guarded database open. */
export async function coreHere(place: Place): Promise<Core> {
  const home = place.file('home');
  return place.keep(
    await createCore({
      home,
      role: 'command',
      launchJob: inThisProcess(() => undefined),
      defaultBackupFolder: join(home, 'backups'),
      helperThreads: 'inline',
    }),
  );
}
