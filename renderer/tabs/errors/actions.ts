/** What the buttons about errors do. Each reports its own failure, and offers to take back what it did. */
import type { ErrorGroup } from '@shared/error-groups';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { call } from '@/api';
import { currentTexts, type TextValues } from '@/i18n';
import type { TextKey } from '@/locales/types';
import { navigate } from '@/navigation';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';
import { groupTitle } from './group-words';

/** Fetches everything about errors again, without waiting for the state to say so. */
export async function refreshErrors(): Promise<void> {
  await Promise.all(
    ['error-groups', 'error-group', 'error-summary'].map((list) => queryClient.invalidateQueries({ queryKey: [list] })),
  );
}

/** Runs a change, tells of it and offers to undo it. False when it failed. */
async function changed(
  action: () => Promise<unknown>,
  told: { key: TextKey; values?: TextValues; detail: string; id: string; undo: () => Promise<unknown> },
): Promise<boolean> {
  const done = await attempt(action);
  if (done === undefined) return false;
  await refreshErrors();
  const { t } = currentTexts();
  notifyDone(t(told.key, told.values), {
    id: told.id,
    detail: told.detail,
    action: { label: t('common.undo'), run: () => void takeBack(told.id, told.undo) },
  });
  return true;
}

async function takeBack(id: string, undo: () => Promise<unknown>): Promise<void> {
  const done = await attempt(undo);
  if (done === undefined) return;
  await refreshErrors();
  notifyDone(currentTexts().t('errors.group.takenBack'), { id });
}

const toldOf = (group: ErrorGroup, key: TextKey) => ({
  key,
  detail: groupTitle(group, currentTexts()),
  id: `error-group-${group.id}`,
  undo: () => call('errors:undo', { groupId: group.id }),
});

/** Somebody looks after it. */
export const acknowledge = (group: ErrorGroup): Promise<boolean> =>
  changed(() => call('errors:acknowledge', { groupId: group.id }), toldOf(group, 'errors.group.acknowledged'));

/** It is dealt with; it comes back when it happens again. */
export const resolve = (group: ErrorGroup): Promise<boolean> =>
  changed(() => call('errors:resolve', { groupId: group.id }), toldOf(group, 'errors.group.resolved'));

export const reopen = (group: ErrorGroup): Promise<boolean> =>
  changed(() => call('errors:reopen', { groupId: group.id }), toldOf(group, 'errors.group.reopened'));

/** Nobody is told until a time is over, or until there are more than so many an hour. */
export const mute = (
  group: ErrorGroup,
  until: { minutes: number | null; untilPerHour: number | null },
): Promise<boolean> =>
  changed(() => call('errors:mute', { groupId: group.id, ...until }), toldOf(group, 'errors.group.muted'));

/** Makes several groups one: the one that was seen first stays. Gives its id, or null when it failed. */
export async function merge(groups: readonly ErrorGroup[]): Promise<string | null> {
  const [oldest, ...others] = groups.toSorted((a, b) => a.firstSeenAt.localeCompare(b.firstSeenAt));
  if (!oldest) return null;
  const intoId = oldest.id;
  const groupIds = others.map(({ id }) => id);
  // what leads to each of them now, to be able to take them apart again
  const before = await attempt(() => Promise.all(groupIds.map((groupId) => call('errors:group', { groupId }))));
  if (!before) return null;
  const done = await changed(() => call('errors:merge', { intoId, groupIds }), {
    key: 'errors.group.merged',
    values: { count: groups.length },
    detail: groupTitle(oldest, currentTexts()),
    id: `error-group-${intoId}`,
    undo: async () => {
      for (const { parts } of before)
        await splitTogether(
          intoId,
          parts.map(({ fingerprint }) => fingerprint),
        );
      return true;
    },
  });
  return done ? intoId : null;
}

/** Takes fingerprints out of a group, into one of their own. */
async function splitTogether(groupId: string, fingerprints: readonly string[]): Promise<void> {
  const apart: string[] = [];
  for (const fingerprint of fingerprints) apart.push((await call('errors:split', { groupId, fingerprint })).id);
  const [intoId, ...groupIds] = apart;
  if (intoId !== undefined && groupIds.length > 0) await call('errors:merge', { intoId, groupIds });
}

/** Makes one of the fingerprints of a group an error of its own. */
export async function split(group: ErrorGroup, fingerprint: string): Promise<void> {
  let made: string | null = null;
  await changed(
    async () => {
      made = (await call('errors:split', { groupId: group.id, fingerprint })).id;
      return made;
    },
    {
      key: 'errors.group.split',
      detail: groupTitle(group, currentTexts()),
      id: `error-group-${group.id}`,
      undo: () => call('errors:merge', { intoId: group.id, groupIds: made === null ? [] : [made] }),
    },
  );
}

/** Writes the errors that a filter leaves into a file that the user chooses. */
export async function exportErrors(filter: ErrorFilter, format: 'json' | 'csv'): Promise<void> {
  const file = await attempt(() => call('errors:export', { filter, format }));
  if (file) notifyDone(currentTexts().t('errors.groups.exported'), { detail: file });
}

export const openGroup = (group: Pick<ErrorGroup, 'id'>): void => navigate({ tab: 'errors', errorGroupId: group.id });
