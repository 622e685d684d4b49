/** What can be done with a business rule. Each reports its own failure. */
import type { DataRuleConfig, DataRuleStatus } from '@shared/integrity';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';

export function refreshRules(): void {
  for (const list of ['list', 'presets']) void queryClient.invalidateQueries({ queryKey: ['data-rules', list] });
}

/** Asks the database now. */
export async function runRule({ id }: DataRuleStatus): Promise<void> {
  await attempt(() => call('data-rules:run', { id }));
  refreshRules();
}

/** Sets up a suggested rule as it is, and asks it at once. */
export async function addSuggested(config: DataRuleConfig): Promise<void> {
  const saved = await attempt(() => call('data-rules:save', { config }));
  if (!saved) return;
  notifyDone(currentTexts().t('performance.form.saved', { name: config.name }));
  refreshRules();
  await runRule(saved);
}

/** Pauses a rule, or lets it go on; can be taken back. */
export async function setRuleEnabled({ id, config }: DataRuleStatus, enabled: boolean): Promise<void> {
  const { t } = currentTexts();
  const saved = await attempt(() => call('data-rules:save', { id, config: { ...config, enabled } }));
  if (!saved) return;
  refreshRules();
  notifyDone(t(enabled ? 'dataRules.resumedDone' : 'dataRules.pausedDone', { name: config.name }), {
    id: `data-rule-${id}`,
    action: { label: t('common.undo'), run: () => void setRuleEnabled(saved, !enabled) },
  });
}

/** Asks, then removes a rule and its counts. The database is not touched. */
export async function removeRule({ id, config }: DataRuleStatus): Promise<void> {
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('dataRules.removeTitle', { name: config.name }),
    lines: [t('dataRules.removeEffect')],
    confirmLabel: t('performance.form.remove'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('data-rules:remove', { id }));
  if (removed === undefined) return;
  refreshRules();
  notifyDone(t('performance.form.removed', { name: config.name }));
}
