/** Requests about errors, the applications that send them, and logs. */
import { writeFile } from 'node:fs/promises';
import type { DiagnosisResponses } from '@shared/ipc-diagnosis';
import { wrapError } from '../errors/wrap';
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, keyof DiagnosisResponses>;

export function diagnosisHandlers({ core, dialogs }: IpcContext): Domain {
  const { errors, logs } = core.diagnosis;
  return {
    'errors:groups': ({ filter, limit }) => errors.groups(filter, limit),
    'errors:group': ({ groupId }) => errors.group(groupId),
    'errors:summary': ({ filter, fromMs, toMs }) => errors.summary(filter, fromMs, toMs),
    'errors:acknowledge': ({ groupId }) => errors.acknowledge(groupId),
    'errors:mute': ({ groupId, ...until }) => errors.mute(groupId, until),
    'errors:resolve': ({ groupId }) => errors.resolve(groupId),
    'errors:reopen': ({ groupId }) => errors.reopen(groupId),
    'errors:undo': ({ groupId }) => errors.undo(groupId),
    'errors:merge': ({ intoId, groupIds }) => errors.merge(intoId, groupIds),
    'errors:split': ({ groupId, fingerprint }) => errors.split(groupId, fingerprint),
    'errors:export': async ({ filter, format }) => {
      const target = await dialogs.saveErrors(`holdfast-errors.${format}`);
      if (target === null) return null;
      const text = errors.exported(filter, format);
      await writeFile(target, text).catch((thrown: unknown) => {
        throw wrapError(thrown, { path: target });
      });
      return target;
    },
    'errors:report': (error) => {
      errors.reportWindow(error);
      return null;
    },
    'error-applications:list': () => errors.applications(),
    'error-applications:save': ({ id, name }) => errors.saveApplication(id === undefined ? { name } : { id, name }),
    'error-applications:remove': ({ id }) => {
      errors.removeApplication(id);
      return null;
    },
    'error-applications:new-key': ({ id }) => errors.newKey(id),
    'safe-mode:leave': () => {
      core.diagnosis.leaveSafeMode();
      return null;
    },
    'logs:sources': () => logs.sources(),
    'logs:save-source': (input) => logs.saveSource(input),
    'logs:remove-source': async ({ id }) => {
      await logs.removeSource(id);
      return null;
    },
    'logs:try-source': ({ path, format }) => logs.trySource(path, format),
    'logs:choose': () => dialogs.chooseLog(),
    'logs:search': ({ query }) => logs.search(query),
    'logs:rows': ({ resultId, offset, limit }) => logs.rows(resultId, offset, limit),
    'logs:histogram': ({ query, buckets }) => logs.histogram(query, buckets),
    'logs:patterns': ({ query, limit }) => logs.patterns(query, limit),
    'logs:around': (request) => logs.around(request),
    'logs:text': ({ entryId }) => logs.text(entryId),
    'searches:list': () => logs.searches(),
    'searches:save': (input) => logs.saveSearch(input),
    'searches:remove': ({ id }) => {
      logs.removeSearch(id);
      return null;
    },
  };
}
