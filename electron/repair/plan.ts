/** What could be done about what a check found. Pure. */
import type { RepairProposal, RepairStep } from '@shared/integrity';
import type { CheckResult } from '../integrity/check-live';
import type { Mendable } from '../integrity/mendable';
import type { CatalogueEntry } from '../store/backups';
import type { RuleFix } from './types';

/** The window sends ids back: the id says all that is needed to find a step again. */
export const stepOf = ({ kind, subject, reason }: Mendable): RepairStep => ({
  id: `${kind}:${subject}`.slice(0, 64),
  kind,
  subject,
  reason: reason.slice(0, 2_000),
});

const RULE_STEP = 'rule-fix:';

export const ruleStepOf = ({ ruleId, name, count }: RuleFix): RepairStep => ({
  id: `${RULE_STEP}${ruleId}`,
  kind: 'rule-fix',
  subject: name,
  reason: `${count} rows break it`,
});

/** The rule that a step is about; null for other steps. */
export const ruleOfStep = ({ id, kind }: RepairStep): string | null =>
  kind === 'rule-fix' && id.startsWith(RULE_STEP) ? id.slice(RULE_STEP.length) : null;

/**
 * What is never done by itself.
 * @param points of the database, any order
 * @param soundAt newest check that found no damage; null when there is none
 */
export function proposalsFor(
  { faults, foreignKeyViolations, coversAll }: CheckResult,
  points: readonly Pick<CatalogueEntry, 'id' | 'createdAt' | 'state' | 'kind'>[],
): RepairProposal[] {
  const proposals: RepairProposal[] = [];
  if (faults.length > 0 && !coversAll) {
    proposals.push({ kind: 'restore', pointId: newestSound(points)?.id ?? null, count: 0 });
    proposals.push({ kind: 'salvage', pointId: null, count: 0 });
  }
  if (foreignKeyViolations > 0) proposals.push({ kind: 'orphans', pointId: null, count: foreignKeyViolations });
  return proposals;
}

/**
 * The newest point that was proved: its integrity check found nothing, so it is older than the damage. A safety backup
 * holds what somebody chose to leave behind.
 */
function newestSound<P extends Pick<CatalogueEntry, 'createdAt' | 'state' | 'kind'>>(
  points: readonly P[],
): P | undefined {
  return points
    .filter(({ state, kind }) => kind !== 'safety' && (state === 'proved' || state === 'elsewhere'))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))[0];
}

/**
 * The steps that are done without asking after a scheduled full check; none unless they mend everything that was found and
 * none of them can change a row.
 */
export function stepsWithoutAsking({ mendable, faults, coversAll }: CheckResult): RepairStep[] {
  if (faults.length > 0 && !coversAll) return [];
  return mendable.every(({ plain }) => plain) ? mendable.map(stepOf) : [];
}
