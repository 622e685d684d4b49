/** The result of a simulation in words. */
import type { Simulation } from '@shared/alerting';
import type { Texts } from '@/i18n';

/** "Would have alerted 3 times, 5 messages (2 held back)." */
export function resultWords({ episodes, notifications, suppressed }: Simulation, t: Texts['t']): string {
  if (episodes.length === 0) return t('rules.resultNone');
  const parts = {
    alerts: t('rules.resultAlerts', { count: episodes.length }),
    messages: t('rules.resultMessages', { count: notifications.length }),
  };
  if (suppressed === 0) return t('rules.result', parts);
  return t('rules.resultWithHeld', { ...parts, held: t('rules.resultHeld', { count: suppressed }) });
}
