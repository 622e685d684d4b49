/** Requests about moments, continuous protection and rows. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `${'continuous' | 'timeline' | 'moments' | 'partial'}:${string}`>>;

export function recoveryHandlers({ core }: IpcContext): Domain {
  return {
    'continuous:set': ({ databaseId, enabled }) => core.recovery.setContinuous(databaseId, enabled),
    'timeline:get': ({ databaseId }) => core.recovery.timeline(databaseId),
    'moments:resolve': ({ databaseId, at }) => core.recovery.resolve(databaseId, at),
    'moments:open': ({ source, databaseId }) => core.recovery.open(source, databaseId).done,
    'moments:rows': (request) => core.recovery.rows(request),
    'partial:tables': (request) => core.recovery.partialTables(request),
    'partial:preview': (request) => core.recovery.partialPreview(request),
    'partial:start': (request) => core.recovery.partialRestore(request).done,
  };
}
