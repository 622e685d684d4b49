/** Judges business rules. Pure. */
import type { Verdict } from './watch-checks';

/** What is not known is left out or null, and has no line. */
export interface RuleInputs {
  dataRules?: {
    /** Those that are switched on. */
    count: number;
    broken: number;
    /** Broken ones whose alert is CRITICAL. */
    critical: number;
    /** Those that could not be asked the last time. */
    failing: number;
  } | null;
}

/** Broken rules say nothing against the file: they fail only where somebody said that one is critical. */
export function dataRules({ dataRules: state }: RuleInputs): Verdict | null {
  if (!state) return null;
  const { count, broken, critical, failing } = state;
  const verdict = (status: Verdict['status'], key: string = status): Verdict => ({
    ...{ status, key, params: { count, broken, failing } },
    observedValue: broken,
    observedUnit: 'rules',
  });
  if (count === 0) return verdict('pass', 'none');
  if (critical > 0) return verdict('fail');
  if (broken > 0) return verdict('warn');
  return failing > 0 ? verdict('warn', 'failing') : verdict('pass');
}
