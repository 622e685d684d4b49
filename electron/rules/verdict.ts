/** What the answer of a rule's query says. Pure. */
import type { Result } from '@shared/errors';
import type { DataRuleConfig, DataRuleStatus, IntegrityStatus } from '@shared/integrity';
import type { QueryResult } from '@shared/monitoring';
import { holdfastError } from '../errors/holdfast-error';
import type { RuleInputs } from '../health/rule-checks';
import type { DataRuleCount, DataRuleResult, StoredDataRule } from '../store/data-rules';

/** The answer of a rule from that of its query. A query that fails says nothing: what was counted before stands. */
export function resultOf(outcome: Result<QueryResult>, before: DataRuleResult | null, atMs: number): DataRuleResult {
  if (!outcome.ok) return failed(outcome.error, before, atMs);
  const { rows, truncated, tookMs } = outcome.value;
  const count = rows[0]?.[0];
  if (typeof count !== 'number') {
    return failed(holdfastError('INTERNAL', { detail: 'a rule was not counted' }).toView(), before, atMs);
  }
  return { atMs, count, atLeast: truncated, tookMs, error: null };
}

export const failed = (
  error: NonNullable<DataRuleResult['error']>,
  before: DataRuleResult | null,
  atMs: number,
): DataRuleResult => ({
  atMs,
  count: before?.count ?? null,
  atLeast: before?.atLeast ?? false,
  tookMs: before?.tookMs ?? 0,
  error,
});

/** Whether more rows break a rule than it allows. A rule that is switched off, or never answered, is not broken. */
export const isBroken = ({ config, last }: Judged): boolean =>
  config.enabled && (last?.count ?? 0) > config.alert.above;

interface Judged {
  config: DataRuleConfig;
  last: { count: number | null } | null;
}

export const statusOf = ({ id, config, last }: StoredDataRule, course: readonly DataRuleCount[]): DataRuleStatus => ({
  id,
  config,
  last: last && {
    at: new Date(last.atMs).toISOString(),
    count: last.count ?? 0,
    atLeast: last.atLeast,
    tookMs: last.tookMs,
    error: last.error,
  },
  course: course.map(({ atMs, count }) => ({ at: new Date(atMs).toISOString(), count })),
});

export type RulesSummary = Omit<IntegrityStatus, 'last' | 'lastFullAt' | 'damaged'>;

/** Of the rules of one database. */
export function summaryOf(rules: readonly StoredDataRule[]): RulesSummary {
  const enabled = rules.filter(({ config }) => config.enabled);
  const broken = enabled.filter(isBroken);
  const askedMs = Math.max(...enabled.map(({ last }) => last?.atMs ?? Number.NEGATIVE_INFINITY));
  return {
    rules: enabled.length,
    rulesAskedAt: Number.isFinite(askedMs) ? new Date(askedMs).toISOString() : null,
    brokenRules: broken.length,
    offendingRows: broken.reduce((sum, { last }) => sum + (last?.count ?? 0), 0),
    failingRules: enabled.filter(({ last }) => last !== null && last.error !== null).length,
  };
}

/** Of rules of any databases: how many are switched on, broken, critically so, and could not be asked. */
export function healthOf(rules: readonly StoredDataRule[]): NonNullable<RuleInputs['dataRules']> {
  const enabled = rules.filter(({ config }) => config.enabled);
  const broken = enabled.filter(isBroken);
  return {
    count: enabled.length,
    broken: broken.length,
    critical: broken.filter(({ config: { alert } }) => alert.enabled && alert.severity === 'CRITICAL').length,
    failing: enabled.filter(({ last }) => last !== null && last.error !== null).length,
  };
}
