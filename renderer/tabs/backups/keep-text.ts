import type { KeepReason, RestorePoint, RetentionDecision } from '@shared/models';
import type { RetentionPolicy } from '@shared/retention';
import type { Texts } from '@/i18n';

type Points = ReadonlyMap<string, Pick<RestorePoint, 'createdAt'>>;

/**
 * Why a restore point stays, in words; '—' where retention has not looked yet or lets it go.
 * @param points by id: the one that needs it is named by its time.
 */
export function keepText(decision: RetentionDecision | null, texts: Texts, points: Points): string {
  if (!decision || decision.reasons.length === 0) return '—';
  const words = decision.reasons.map((reason) => reasonText(reason, texts, points)).join('; ');
  return words.charAt(0).toLocaleUpperCase(texts.format.locale) + words.slice(1);
}

function reasonText({ reason, period }: KeepReason, { t, shared, format }: Texts, points: Points): string {
  if (!period) return shared(`keep.${reason}`);
  if (reason === 'base') {
    const needing = points.get(period);
    return needing
      ? t('backups.baseFor', { time: format.stamp(needing.createdAt, Date.now()) })
      : shared('keep.base', { period });
  }
  const named =
    reason === 'daily-period' ? format.day(period) : reason === 'monthly-period' ? format.month(period) : period;
  return shared(`keep.${reason}`, { period: named });
}

/** Why retention lets a restore point go: the rule that would have kept it, and no longer does. */
export function leaveText({ kind }: Pick<RestorePoint, 'kind'>, policy: RetentionPolicy, { t }: Texts): string {
  if (kind === 'incremental') return t('cleanUp.incremental', { count: policy.incremental });
  if (kind === 'safety') return t('cleanUp.safety');
  return t('cleanUp.period', { daily: policy.daily, weekly: policy.weekly, monthly: policy.monthly });
}
