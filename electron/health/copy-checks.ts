/** Judges copies at destinations and restore drills. Pure. */
import type { Verdict } from './watch-checks';

/** What is not known is left out or null, and has no line. */
export interface CopyInputs {
  copies?: {
    databases: number;
    /** Without three copies on two media with one offsite. */
    behind: number;
    destinations: number;
    failing: number;
  } | null;
  drills?: {
    enabled: boolean;
    databases: number;
    /** Databases with a drill at all. */
    held: number;
    overdue: number;
    failed: number;
  } | null;
}

/** Without a destination there is nothing that could fail; Status says of each database what is missing. */
export function copies({ copies: state }: CopyInputs): Verdict | null {
  if (!state) return null;
  const { databases, behind, destinations, failing } = state;
  const params = { count: databases, behind, destinations, failing };
  const verdict = (status: Verdict['status'], key: string = status): Verdict => ({
    ...{ status, key, params },
    observedValue: databases - behind,
    observedUnit: 'databases',
  });
  if (destinations === 0) return verdict('pass', 'none');
  if (failing === destinations) return verdict('fail');
  return verdict(behind > 0 ? 'warn' : 'pass');
}

export function drills({ drills: state }: CopyInputs): Verdict | null {
  if (!state) return null;
  const { enabled, databases, held, overdue, failed } = state;
  const params = { count: databases, overdue, failed };
  const verdict = (status: Verdict['status'], key: string = status): Verdict => ({
    ...{ status, key, params },
    observedValue: failed,
    observedUnit: 'databases',
  });
  if (failed > 0) return verdict('fail');
  if (!enabled) return verdict('pass', 'off');
  if (overdue > 0) return verdict('warn');
  return verdict('pass', held === 0 ? 'none' : 'pass');
}
