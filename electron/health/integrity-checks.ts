/** Judges the integrity checks of the live databases. Pure. */
import type { Verdict } from './watch-checks';

/** What is not known is left out or null, and has no line. */
export interface IntegrityInputs {
  integrity?: {
    /** Any schedule of checks is switched on. */
    enabled: boolean;
    databases: number;
    /** Databases with a check at all. */
    checked: number;
    damaged: number;
    /** Rows without a parent, or no check for long. */
    affected: number;
  } | null;
}

export function integrity({ integrity: state }: IntegrityInputs): Verdict | null {
  if (!state) return null;
  const { enabled, databases, checked, damaged, affected } = state;
  const params = { count: databases, damaged, affected };
  const verdict = (status: Verdict['status'], key: string = status): Verdict => ({
    ...{ status, key, params },
    observedValue: damaged,
    observedUnit: 'databases',
  });
  if (damaged > 0) return verdict('fail');
  if (affected > 0) return verdict('warn');
  if (!enabled) return verdict('pass', 'off');
  return verdict('pass', checked === 0 ? 'none' : 'pass');
}
