/** What a check comes to, and which problems it shows to be over. Pure. */
import type { ErrorCode } from '@shared/errors';
import type { CheckDepth, IntegrityRecord } from '@shared/integrity';
import { type Findings, NAMED_FINDINGS } from './findings';

export type Trigger = IntegrityRecord['trigger'];

export interface EndedCheck {
  id: string;
  databaseId: string;
  depth: CheckDepth;
  trigger: Trigger;
  /** Milliseconds since 1970. */
  startedMs: number;
  finishedMs: number;
  result: Findings;
}

export function recordOf(check: EndedCheck): IntegrityRecord {
  const { id, databaseId, depth, trigger, startedMs, finishedMs, result } = check;
  const { faults, foreignKeyViolations, foreignKeyExamples, incomplete } = result;
  return {
    id,
    databaseId,
    depth,
    trigger,
    startedAt: new Date(startedMs).toISOString(),
    finishedAt: new Date(finishedMs).toISOString(),
    outcome: outcomeOf(result),
    faults: faults.slice(0, NAMED_FINDINGS),
    foreignKeyViolations,
    foreignKeyExamples,
    incomplete,
    tookMs: Math.max(0, finishedMs - startedMs),
  };
}

function outcomeOf({ faults, foreignKeyViolations, incomplete }: Findings): IntegrityRecord['outcome'] {
  if (faults.length > 0) return 'damaged';
  if (foreignKeyViolations > 0) return 'violations';
  return incomplete === null ? 'ok' : 'incomplete';
}

/**
 * Problems that are over. What only a full check sees is not over because a quick one found nothing, and what could not be
 * looked at is not over either.
 * @param damagedBefore newest check before this one that found damage
 */
export function settledBy(
  { depth, outcome, incomplete }: IntegrityRecord,
  damagedBefore: Pick<IntegrityRecord, 'depth'> | null,
): ErrorCode[] {
  const settled: ErrorCode[] = ['CHECK_OVERDUE'];
  if (outcome === 'damaged' || incomplete !== null) return settled;
  if (outcome === 'ok') settled.push('FOREIGN_KEYS_VIOLATED');
  if (depth === 'full' || damagedBefore?.depth !== 'full') settled.push('DATABASE_CORRUPT', 'DATABASE_TRUNCATED');
  if (depth === 'full') settled.push('REPAIR_UNDONE');
  return settled;
}
