/** A business rule while it is being edited: text in every field. */
import type { Severity } from '@shared/errors';
import type { DataRuleConfig } from '@shared/integrity';
import { wholeNumber } from '@/tabs/performance/forms/fields';

/** How many minutes each choice of an interval is. */
export const INTERVALS = { minute: 1, hour: 60, day: 1_440 } as const;
export type IntervalUnit = keyof typeof INTERVALS;
const LONGEST_MINUTES = 10_080;
const MOST_SQL = 20_000;
const MOST_NAME = 120;
const MOST_ALLOWED = 1_000_000;

export interface RuleDraft {
  name: string;
  sql: string;
  every: string;
  everyUnit: IntervalUnit;
  above: string;
  /** `none` raises no alert. */
  severity: Severity | 'none';
  fixSql: string;
}

export const NEW_RULE: RuleDraft = {
  name: '',
  sql: '',
  every: '1',
  everyUnit: 'hour',
  above: '0',
  severity: 'MEDIUM',
  fixSql: '',
};

export function ruleDraftOf({ name, sql, intervalMinutes, alert, fixSql }: DataRuleConfig): RuleDraft {
  const unit = (['day', 'hour', 'minute'] as const).find((one) => intervalMinutes % INTERVALS[one] === 0) ?? 'minute';
  return {
    name,
    sql,
    every: String(intervalMinutes / INTERVALS[unit]),
    everyUnit: unit,
    above: String(alert.above),
    severity: alert.enabled ? alert.severity : 'none',
    fixSql: fixSql ?? '',
  };
}

export type RuleFault = 'name' | 'sql' | 'every' | 'above' | 'fix';

/**
 * The rule that a draft describes; null, and what is wrong, when it does not describe one.
 * @param base what the draft does not have: database, whether it is switched on, the preset it came from
 */
export function readRuleDraft(
  draft: RuleDraft,
  base: Pick<DataRuleConfig, 'databaseId' | 'enabled' | 'preset'>,
): { config: DataRuleConfig | null; faults: Set<RuleFault> } {
  const faults = new Set<RuleFault>();
  const name = draft.name.trim();
  const sql = draft.sql.trim();
  const fixSql = draft.fixSql.trim();
  const every = wholeNumber(draft.every, 1, LONGEST_MINUTES / INTERVALS[draft.everyUnit]);
  const above = wholeNumber(draft.above, 0, MOST_ALLOWED);
  if (name === '' || name.length > MOST_NAME) faults.add('name');
  if (sql === '' || sql.length > MOST_SQL) faults.add('sql');
  if (fixSql.length > MOST_SQL) faults.add('fix');
  if (every === null) faults.add('every');
  if (above === null) faults.add('above');
  if (faults.size > 0 || every === null || above === null) return { config: null, faults };
  const config: DataRuleConfig = {
    databaseId: base.databaseId,
    name,
    sql,
    enabled: base.enabled,
    intervalMinutes: every * INTERVALS[draft.everyUnit],
    alert: {
      enabled: draft.severity !== 'none',
      severity: draft.severity === 'none' ? 'MEDIUM' : draft.severity,
      above,
    },
    fixSql: fixSql === '' ? null : fixSql,
    preset: base.preset,
  };
  return { config, faults };
}
