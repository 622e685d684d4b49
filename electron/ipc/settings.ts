/** Requests about settings. */
import { errorFromView } from '../errors/holdfast-error';
import { NATIVE_CHANNEL } from '../notify/outbox';
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `settings:${string}` | `notifications:${string}`>>;

export function settingsHandlers({ core, dialogs }: IpcContext): Domain {
  return {
    'settings:set': (patch) => core.updateSettings(patch),
    'settings:choose-folder': () => dialogs.chooseBackupFolder(core.settings().backupFolder),
    'notifications:test': async () => {
      const { error } = await core.alerting.testChannel(NATIVE_CHANNEL);
      if (error) throw errorFromView(error);
      return null;
    },
  };
}
