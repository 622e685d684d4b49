/** Whether a service counts as up or down, and when it is tried next. */
import type { ProbeStatus } from '@shared/monitoring';

export type Verdict = Exclude<ProbeStatus['state'], 'paused'>;

/** Tries that the verdict looks at. */
export const TRIES = 3;
/** A try that speaks against the verdict is repeated after this, so that nobody waits an interval for the next. */
const SOON_MS = 10_000;

/**
 * The verdict after the last tries: down when enough of them failed, up when not and one succeeded, else as before.
 * @param tries outcomes of the last tries, oldest first, at most `TRIES`
 */
export function judge(before: Verdict, tries: readonly boolean[], failuresOfThree: number): Verdict {
  const failures = tries.filter((ok) => !ok).length;
  if (failures >= failuresOfThree) return 'down';
  return failures < tries.length ? 'up' : before;
}

/** How long after the start of a try the next one begins. */
export function nextTryMs(verdict: Verdict, ok: boolean, intervalMs: number): number {
  const settled = verdict === (ok ? 'up' : 'down');
  return settled ? intervalMs : Math.min(intervalMs, SOON_MS);
}
