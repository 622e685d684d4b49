import type { RetentionDecision } from '@shared/models';
import type { Translate } from '@shared/text';

/** Why a restore point stays, in words; '—' where retention has not looked yet or lets it go. */
export function keepText(decision: RetentionDecision | null, shared: Translate): string {
  if (!decision || decision.reasons.length === 0) return '—';
  return decision.reasons.map(({ reason, period }) => shared(`keep.${reason}`, period ? { period } : {})).join('; ');
}
