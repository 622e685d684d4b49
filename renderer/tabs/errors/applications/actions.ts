/** What can be done with an application that sends its errors. Each reports its own failure. */
import type { ErrorApplication } from '@shared/error-groups';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';
import { refreshErrors } from '../actions';
import { FIRST_FILTER, groupFilter } from '../filter';

const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['error-applications'] });

export const openApplication = (id: string): void => navigate({ tab: 'errors', errorApplicationId: id });

/** Adds an application and opens its set-up page. @throws RequestError */
export async function addApplication(name: string): Promise<void> {
  const added = await call('error-applications:save', { name });
  await refresh();
  openApplication(added.id);
}

/** Gives an application another name; can be taken back. @throws RequestError */
export async function renameApplication({ id, name: before }: ErrorApplication, name: string): Promise<void> {
  if (name === before) return;
  await call('error-applications:save', { id, name });
  await refresh();
  const { t } = currentTexts();
  const undo = async (): Promise<void> => {
    await attempt(() => call('error-applications:save', { id, name: before }));
    await refresh();
  };
  notifyDone(t('errors.apps.renamed', { name }), {
    id: `error-application-${id}`,
    action: { label: t('common.undo'), run: () => void undo() },
  });
}

/** Asks, then gives an application a new key; the old one is refused. */
export async function renewKey({ id, name }: ErrorApplication): Promise<void> {
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('errors.apps.newKeyTitle', { name }),
    lines: [t('errors.apps.newKeyEffect')],
    confirmLabel: t('errors.apps.newKey'),
    danger: true,
  });
  if (!confirmed) return;
  const done = await attempt(() => call('error-applications:new-key', { id }));
  if (!done) return;
  await refresh();
  notifyDone(t('errors.apps.newKeyDone', { name }));
}

/** Asks, naming what goes, then removes an application with all its errors. */
export async function removeApplication({ id, name, events }: ErrorApplication): Promise<void> {
  const { t, format } = currentTexts();
  const confirmed = await confirm({
    title: t('errors.apps.removeTitle', { name }),
    lines: [
      t('errors.apps.removeEffect'),
      t('errors.apps.removeGoes', { count: events, number: format.number(events) }),
    ],
    confirmLabel: t('errors.apps.remove'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('error-applications:remove', { id }));
  if (removed === undefined) return;
  groupFilter.update((filter) => (filter.applicationId === id ? { ...filter, applicationId: null } : filter));
  await Promise.all([refresh(), refreshErrors()]);
  navigate({ tab: 'errors', errorsView: 'applications' });
  notifyDone(t('errors.apps.removed', { name }));
}

/** Lists the errors of one application. */
export function showErrorsOf({ id }: ErrorApplication): void {
  groupFilter.set({ ...FIRST_FILTER, applicationId: id });
  navigate({ tab: 'errors', errorsView: 'errors' });
}
