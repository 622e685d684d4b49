/** What can be done with a scrape target. Each reports its own failure. */
import type { ApplicationStatus } from '@shared/monitoring';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';

export function refreshApplications(): void {
  void queryClient.invalidateQueries({ queryKey: ['monitoring', 'applications'] });
  void queryClient.invalidateQueries({ queryKey: ['metrics', 'list'] });
}

/** Pauses fetching, or lets it go on; can be taken back. */
export async function setScrapeEnabled({ name, scrape }: ApplicationStatus, enabled: boolean): Promise<void> {
  if (!scrape) return;
  const { t } = currentTexts();
  const { id, config } = scrape;
  const saved = await attempt(() => call('scrapes:save', { id, config: { ...config, enabled } }));
  if (!saved) return;
  refreshApplications();
  notifyDone(t(enabled ? 'performance.app.resumed' : 'performance.app.paused', { name }), {
    id: `scrape-${id}`,
    action: { label: t('common.undo'), run: () => void setScrapeEnabled(saved, !enabled) },
  });
}

/** Asks, then stops fetching for good. */
export async function removeScrape({ name, scrape }: ApplicationStatus): Promise<void> {
  if (!scrape) return;
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('performance.app.removeTitle', { name }),
    lines: [t('performance.app.removeEffect')],
    confirmLabel: t('performance.form.remove'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('scrapes:remove', { id: scrape.id }));
  if (removed === undefined) return;
  refreshApplications();
  notifyDone(t('performance.form.removed', { name }));
}
