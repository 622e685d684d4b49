/** What can be done with a business figure. Each reports its own failure. */
import type { BusinessConfig, BusinessStatus } from '@shared/monitoring';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';

export function refreshBusiness(): void {
  for (const list of ['business', 'presets']) void queryClient.invalidateQueries({ queryKey: ['monitoring', list] });
}

/** Asks the database for the figure now. */
export async function runFigure({ id }: BusinessStatus): Promise<void> {
  await attempt(() => call('business:run', { id }));
  refreshBusiness();
}

/** Sets up a suggested figure as it is. */
export async function addSuggested(config: BusinessConfig): Promise<void> {
  const saved = await attempt(() => call('business:save', { config }));
  if (!saved) return;
  refreshBusiness();
  notifyDone(currentTexts().t('performance.form.saved', { name: config.name }));
}

/** Pauses a figure, or lets it go on; can be taken back. */
export async function setFigureEnabled({ id, config }: BusinessStatus, enabled: boolean): Promise<void> {
  const { t } = currentTexts();
  const saved = await attempt(() => call('business:save', { id, config: { ...config, enabled } }));
  if (!saved) return;
  refreshBusiness();
  notifyDone(t(enabled ? 'performance.business.resumed' : 'performance.business.paused', { name: config.name }), {
    id: `business-${id}`,
    action: { label: t('common.undo'), run: () => void setFigureEnabled(saved, !enabled) },
  });
}

/** Asks, then removes a figure and its history. The database is not touched. */
export async function removeFigure({ id, config }: BusinessStatus): Promise<void> {
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('performance.business.removeTitle', { name: config.name }),
    lines: [t('performance.business.removeEffect')],
    confirmLabel: t('performance.form.remove'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('business:remove', { id }));
  if (removed === undefined) return;
  refreshBusiness();
  notifyDone(t('performance.form.removed', { name: config.name }));
}
