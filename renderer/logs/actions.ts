/** What can be done with logs that are followed and with saved searches. Each reports its own failure. */
import type { LogSourceStatus, SavedSearch } from '@shared/logs';
import type { SavedSearchInput } from '@shared/ipc-diagnosis';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { refreshLogs } from './queries';

/** True when it was saved. */
export async function saveSearch(input: SavedSearchInput): Promise<boolean> {
  const saved = await attempt(() => call('searches:save', input));
  if (!saved) return false;
  refreshLogs();
  notifyDone(currentTexts().t('logs.saved.saved', { name: saved.name }));
  return true;
}

/** Removes a search; can be taken back. */
export async function removeSearch({ id, name, query }: SavedSearch): Promise<void> {
  const { t } = currentTexts();
  if ((await attempt(() => call('searches:remove', { id }))) === undefined) return;
  refreshLogs();
  notifyDone(t('logs.saved.removed', { name }), {
    action: { label: t('common.undo'), run: () => void saveSearch({ name, query }) },
  });
}

/** Pauses following, or lets it go on; can be taken back. */
export async function setSourceEnabled({ id, config }: LogSourceStatus, enabled: boolean): Promise<void> {
  const { t } = currentTexts();
  const saved = await attempt(() => call('logs:save-source', { id, config: { ...config, enabled } }));
  if (!saved) return;
  refreshLogs();
  notifyDone(t(enabled ? 'logs.sources.resumedDone' : 'logs.sources.pausedDone', { name: config.name }), {
    id: `log-source-${id}`,
    action: { label: t('common.undo'), run: () => void setSourceEnabled(saved, !enabled) },
  });
}

/** Asks, then forgets what was read of a log. Its files stay, so that following it again brings everything back. */
export async function removeSource({ id, config }: LogSourceStatus): Promise<void> {
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('logs.sources.removeTitle', { name: config.name }),
    lines: [t('logs.sources.removeEffect')],
    objects: [config.path],
    confirmLabel: t('logs.sources.removeConfirm'),
    danger: true,
  });
  if (!confirmed) return;
  if ((await attempt(() => call('logs:remove-source', { id }))) === undefined) return;
  refreshLogs();
  const again = async (): Promise<void> => {
    if (await attempt(() => call('logs:save-source', { config }))) refreshLogs();
  };
  notifyDone(t('logs.sources.removed', { name: config.name }), {
    detail: t('logs.sources.removedDetail'),
    action: { label: t('common.undo'), run: () => void again() },
  });
}
