/** Requests about integrity checks, business rules and repair. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `${'integrity' | 'data-rules' | 'repair'}:${string}`>>;

export function soundnessHandlers({ core, dialogs }: IpcContext): Domain {
  return {
    'integrity:check': ({ databaseId, depth }) => core.soundness.check(databaseId, depth).done,
    'integrity:list': ({ databaseId }) => core.soundness.checks(databaseId),
    'data-rules:list': () => core.soundness.rules(),
    'data-rules:save': (input) => core.soundness.saveRule(input),
    'data-rules:remove': ({ id }) => {
      core.soundness.removeRule(id);
      return null;
    },
    'data-rules:run': ({ id }) => core.soundness.runRule(id),
    'data-rules:try': ({ databaseId, sql }) => core.soundness.tryRule(databaseId, sql),
    'data-rules:rows': ({ id }) => core.soundness.ruleRows(id),
    'data-rules:presets': ({ databaseId }) => core.soundness.rulePresets(databaseId),
    'repair:plan': ({ databaseId }) => core.soundness.plan(databaseId).done,
    'repair:run': ({ databaseId, steps }) => core.soundness.repair(databaseId, steps).done,
    'repair:list': ({ databaseId }) => core.soundness.repairs(databaseId),
    'repair:salvage': async ({ databaseId }) => {
      const database = core.databases().find(({ id }) => id === databaseId);
      const target = await dialogs.saveDatabase(`${database?.name ?? 'database'} recovered.sqlite`);
      // The dialog has asked about a file that exists.
      return target === null ? null : core.soundness.salvage(databaseId, target, true).done;
    },
  };
}
