/** Requests about destinations, copies and drills. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `${'destinations' | 'copies' | 'drills'}:${string}`>>;

export function copyingHandlers({ core }: IpcContext): Domain {
  return {
    'destinations:list': () => core.copying.destinations(),
    'destinations:save': (input) => core.copying.saveDestination(input),
    'destinations:remove': ({ id }) => {
      core.copying.removeDestination(id);
      return null;
    },
    'destinations:try': (input) => core.copying.tryDestination(input),
    'destinations:scan': ({ id }) => core.copying.scan(id).done,
    'destinations:copy-now': ({ id }) => {
      core.copying.copyNow(id);
      return null;
    },
    'copies:verify': ({ pointId, destinationId }) => core.copying.verifyCopy(pointId, destinationId).done,
    'drills:run': ({ databaseId }) => core.copying.drill(databaseId).done,
    'drills:list': ({ databaseId }) => core.copying.drills(databaseId),
  };
}
