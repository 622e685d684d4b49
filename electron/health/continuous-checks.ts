/** Judges continuous protection. Pure. */
import type { Verdict } from './watch-checks';

/** What is not known is left out or null, and has no line. */
export interface ContinuousInputs {
  continuous?: {
    /** Databases that are to be protected continuously. */
    count: number;
    /** Every transaction of theirs can be brought back. */
    running: number;
    /** Their capture failed, and the next try did not help. */
    interrupted: number;
  } | null;
}

export function continuous({ continuous: state }: ContinuousInputs): Verdict | null {
  if (!state) return null;
  const { count, running, interrupted } = state;
  const status = interrupted > 0 ? 'fail' : running < count ? 'warn' : 'pass';
  const waiting = interrupted > 0 ? interrupted : count - running;
  return {
    ...{ status, key: count === 0 ? 'none' : status, params: { count, running, waiting } },
    ...{ observedValue: running, observedUnit: 'databases' },
  };
}
