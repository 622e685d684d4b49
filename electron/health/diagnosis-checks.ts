/** Judges the share of operations that fail, and the logs. Pure. */
import type { Verdict } from './watch-checks';

/** What is not known is left out or null, and has no line. */
export interface DiagnosisInputs {
  /** Operations of the present day. */
  operations?: { total: number; failed: number; objective: number } | null;
  logs?: {
    /** Lines of Holdfast's own that were dropped since it started. */
    dropped: number;
    /** False while its own log cannot be written. */
    isWritten: boolean;
    /** Followed logs that are switched on, and those of them that cannot be read. */
    sources: number;
    failing: number;
  } | null;
}

/** With fewer operations than this one failure alone would break the objective: it says nothing yet. */
const FEWEST_OPERATIONS = 20;

/** Where more than this share fails, hardly anything works. */
const MOST = 0.5;

/** Failures are told one by one: that they are many is a warning. */
export function operationErrors({ operations }: DiagnosisInputs): Verdict | null {
  if (!operations) return null;
  const { total, failed, objective } = operations;
  const rate = total === 0 ? 0 : failed / total;
  const verdict = (status: Verdict['status'], key: string = status): Verdict => ({
    ...{ status, key, params: { total, failed, objective } },
    observedValue: rate,
    observedUnit: 'fraction',
  });
  if (total < FEWEST_OPERATIONS) return verdict('pass', 'few');
  if (rate > MOST) return verdict('fail');
  return verdict(rate > objective ? 'warn' : 'pass');
}

export function logs({ logs: state }: DiagnosisInputs): Verdict | null {
  if (!state) return null;
  const { dropped, isWritten, sources, failing } = state;
  const verdict = (status: Verdict['status'], key: string = status): Verdict => ({
    ...{ status, key, params: { dropped, sources, failing } },
    observedValue: failing,
    observedUnit: 'logs',
  });
  if (!isWritten) return verdict('fail');
  if (failing > 0) return verdict('warn');
  if (dropped > 0) return verdict('warn', 'dropped');
  return verdict('pass', sources === 0 ? 'none' : 'pass');
}
