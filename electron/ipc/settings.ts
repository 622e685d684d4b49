/** Requests about settings. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `settings:${string}` | `notifications:${string}`>>;

export function settingsHandlers({ core, dialogs, notify }: IpcContext): Domain {
  return {
    'settings:set': (patch) => core.updateSettings(patch),
    'settings:choose-folder': () => dialogs.chooseBackupFolder(core.settings().backupFolder),
    'notifications:test': async () => {
      await notify({ kind: 'test', severity: 'normal', params: {}, place: { tab: 'settings' } });
      return null;
    },
  };
}
