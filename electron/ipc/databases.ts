/** Requests about the list of guarded databases. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `databases:${string}`>>;

export function databaseHandlers({ core, dialogs }: IpcContext): Domain {
  return {
    'databases:choose': () => dialogs.chooseDatabase(),
    'databases:add': ({ file, name }) => core.addDatabase(name === undefined ? { file } : { file, name }),
    'databases:add-sample': () => core.addSample(),
    'databases:remove': async ({ databaseId }) => {
      await core.removeDatabase(databaseId);
      return null;
    },
    'databases:set-schedules': ({ databaseId, schedules }) => core.setSchedules(databaseId, schedules),
  };
}
