import type { KeepReason, RetentionDecision } from '@shared/models';
import type { Texts } from '@/i18n';

/** Why a restore point stays, in words; '—' where retention has not looked yet or lets it go. */
export function keepText(decision: RetentionDecision | null, texts: Texts): string {
  if (!decision || decision.reasons.length === 0) return '—';
  const words = decision.reasons.map((reason) => reasonText(reason, texts)).join('; ');
  return words.charAt(0).toLocaleUpperCase(texts.format.locale) + words.slice(1);
}

function reasonText({ reason, period }: KeepReason, { shared, format }: Texts): string {
  if (!period) return shared(`keep.${reason}`);
  const named =
    reason === 'daily-period' ? format.day(period) : reason === 'monthly-period' ? format.month(period) : period;
  return shared(`keep.${reason}`, { period: named });
}
