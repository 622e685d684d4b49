/** What can be done with a probe. Each reports its own failure. */
import type { ProbeStatus } from '@shared/monitoring';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';

export const refreshProbes = (): void => void queryClient.invalidateQueries({ queryKey: ['monitoring', 'probes'] });

/** Pauses a probe, or lets it go on; can be taken back. */
export async function setProbeEnabled({ id, config }: ProbeStatus, enabled: boolean): Promise<void> {
  const { t } = currentTexts();
  const saved = await attempt(() => call('probes:save', { id, config: { ...config, enabled } }));
  if (!saved) return;
  refreshProbes();
  notifyDone(t(enabled ? 'performance.probe.resumed' : 'performance.probe.paused', { name: config.name }), {
    id: `probe-${id}`,
    action: { label: t('common.undo'), run: () => void setProbeEnabled({ ...saved }, !enabled) },
  });
}

/** Asks, then removes a probe and what was measured of it. */
export async function removeProbe({ id, config }: ProbeStatus): Promise<void> {
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('performance.probe.removeTitle', { name: config.name }),
    lines: [t('performance.probe.removeEffect')],
    confirmLabel: t('performance.form.remove'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('probes:remove', { id }));
  if (removed === undefined) return;
  refreshProbes();
  notifyDone(t('performance.form.removed', { name: config.name }));
}
