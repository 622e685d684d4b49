/** What the runs before say about this one. Pure. */
import { z } from 'zod';

/** One life of the process that owns the home. */
export const Run = z.object({
  /** Milliseconds since 1970. */
  startedAtMs: z.number().nonnegative(),
  /** `running`: nothing was noted since, so it was killed, or it still runs. */
  end: z.enum(['running', 'in-order', 'crashed']),
  /** When its end was noted; null while nothing was. */
  endedAtMs: z.number().nonnegative().nullable(),
  /** What the crash left, in its own words. */
  detail: z.string().max(4_000),
});
export type Run = z.infer<typeof Run>;

export interface Crash {
  /** The latest moment at which it can have been. */
  atMs: number;
  detail: string;
}

/** So many crashes within so long are a loop; a run that lasted longer than that is no part of one. */
export const LOOP_CRASHES = 3;
export const LOOP_WITHIN_MS = 10 * 60_000;

/**
 * The crashes that count towards a loop, oldest first. A run is a crash when it ended neither in order nor with the
 * machine. One that was killed without a word can have ended at any time until the next one began.
 * @param runs oldest first, without the one that begins @param bootedAtMs when the machine started
 */
export function recentCrashes(runs: readonly Run[], nowMs: number, bootedAtMs: number): Crash[] {
  return runs.flatMap((run, index): Crash[] => {
    const atMs = run.endedAtMs ?? runs[index + 1]?.startedAtMs ?? nowMs;
    const tookMs = atMs - run.startedAtMs;
    const agoMs = nowMs - atMs;
    const isRecent = tookMs >= 0 && tookMs <= LOOP_WITHIN_MS && agoMs >= 0 && agoMs <= LOOP_WITHIN_MS;
    return isRecent && hasCrashed(run, bootedAtMs) ? [{ atMs, detail: run.detail }] : [];
  });
}

/** A machine that was switched off took every run with it: that is no fault of theirs. */
export function hasCrashed(run: Run, bootedAtMs: number): boolean {
  return run.end === 'crashed' || (run.end === 'running' && run.startedAtMs >= bootedAtMs);
}

/** How long to wait before starting again after so many crashes in a row, milliseconds. The third is followed by safe mode. */
export function startAgainAfterMs(crashes: number): number {
  return crashes <= 1 ? 1_000 : 5_000;
}

export const isLoop = (crashes: readonly Crash[]): boolean => crashes.length >= LOOP_CRASHES;
