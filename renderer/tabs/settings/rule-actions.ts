/** What the buttons about rules do. Each change is made at once and can be taken back. */
import type { AlertRule, RuleConfig } from '@shared/alerting';
import { ruleName } from '@/alerts/rule-words';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { queryClient } from '@/queries';

const toastOf = (id: string): string => `rule-${id}`;

const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['rules'] });

/**
 * Saves a rule, a new one without `before`, and offers to take that back.
 * @throws RequestError when the main process refuses it.
 */
export async function saveRule(config: RuleConfig, before: AlertRule | null, title?: string): Promise<AlertRule> {
  const saved = await call('rules:save', before ? { id: before.id, config } : { config });
  await refresh();
  const texts = currentTexts();
  const name = ruleName(config, texts);
  const takeBack = (): void => {
    void attempt(async () => {
      if (before) await call('rules:save', before);
      else await call('rules:remove', { id: saved.id });
      await refresh();
      notifyDone(texts.t('settings.takenBack'), { id: toastOf(saved.id) });
    });
  };
  notifyDone(title ?? texts.t(before ? 'rules.saved' : 'rules.created', { name }), {
    id: toastOf(saved.id),
    action: { label: texts.t('common.undo'), run: takeBack },
  });
  return saved;
}

/** Saves a change made with one press; reports a refusal. */
async function change(rule: AlertRule, config: RuleConfig, title: string): Promise<void> {
  await attempt(() => saveRule(config, rule, title));
}

export function switchRule(rule: AlertRule, enabled: boolean): Promise<void> {
  const texts = currentTexts();
  const name = ruleName(rule.config, texts);
  const title = texts.t(enabled ? 'rules.switchedOn' : 'rules.switchedOff', { name });
  return change(rule, { ...rule.config, enabled }, title);
}

/** Makes a rule that came with Holdfast what it was. */
export async function resetRule(rule: AlertRule): Promise<void> {
  if (!rule.initialConfig) return;
  const texts = currentTexts();
  await change(rule, rule.initialConfig, texts.t('rules.resetDone', { name: ruleName(rule.config, texts) }));
}

/** Asks, then deletes a rule of the user's own. True when it is gone. */
export async function removeRule(rule: AlertRule): Promise<boolean> {
  const texts = currentTexts();
  const { t } = texts;
  const name = ruleName(rule.config, texts);
  const confirmed = await confirm({
    title: t('rules.removeTitle', { name }),
    lines: [t('rules.removeEffect')],
    confirmLabel: t('rules.removeConfirm'),
    danger: true,
  });
  if (!confirmed) return false;
  const removed = await attempt(() => call('rules:remove', { id: rule.id }));
  if (removed === undefined) return false;
  await refresh();
  notifyDone(t('rules.removed', { name }), { id: toastOf(rule.id) });
  return true;
}
