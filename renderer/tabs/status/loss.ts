/** "Could I lose data today?": the two figures of the answer, from what is proved and what is scheduled. */
import type { DatabaseStatus } from '@shared/models';
import type { ContinuousStatus } from '@shared/recovery';

const A_MINUTE_MS = 60_000;

export interface Loss {
  /** What can be lost at most until the next backup, in time: a minute at least. */
  worstMs: number;
  /** Until when everything is kept. */
  since: string;
  /** True while nothing is scheduled that would stop it from growing. */
  grows: boolean;
}

/**
 * What would be lost at worst; null when nothing was proved yet, so that everything would be.
 * @param backingUp a backup runs now: it ends the present wait, and the next one begins.
 */
export function lossOf(
  status: Pick<DatabaseStatus, 'coveredUntil' | 'nextRun'>,
  backingUp: boolean,
  nowMs: number,
): Loss | null {
  const { coveredUntil, nextRun } = status;
  if (coveredUntil === null) return null;
  const ageMs = nowMs - Date.parse(coveredUntil);
  const waitMs = nextRun ? Math.max(0, Date.parse(nextRun.at) - nowMs) : 0;
  return {
    worstMs: Math.max(A_MINUTE_MS, backingUp ? Math.max(ageMs, waitMs) : ageMs + waitMs),
    since: coveredUntil,
    grows: !backingUp && !nextRun,
  };
}

/** Figures that are said: a bound that holds, and does not flicker. */
const SECOND_MS = 1_000;
const BOUNDS_MS = [2, 5, 10, 20, 30, 60].map((seconds) => seconds * SECOND_MS);

/**
 * What would be lost at worst while every transaction is kept: what was committed since the last look that is on the
 * disk. Null unless continuous protection runs: then the next backup is what counts.
 * @param nowMs may be a second old.
 */
export function continuousLoss(
  { state, coveredUntil }: Pick<ContinuousStatus, 'state' | 'coveredUntil'>,
  nowMs: number,
): number | null {
  if (state !== 'running' || coveredUntil === null) return null;
  const behindMs = Math.max(0, nowMs - Date.parse(coveredUntil));
  return BOUNDS_MS.find((bound) => behindMs <= bound) ?? behindMs;
}

export interface Proof {
  at: string;
  /** Destination that it was restored from; null for the backup folder. */
  destinationId: string | null;
}

/** The newest restore that is known to have worked: of a proof in the backup folder, or of a drill. */
export function newestProof({
  lastProofAt,
  lastDrill,
}: Pick<DatabaseStatus, 'lastProofAt' | 'lastDrill'>): Proof | null {
  const passed = lastDrill?.results.filter(({ outcome }) => outcome === 'passed') ?? [];
  // of several places the one that is not this machine says more
  const shown = passed.find(({ destinationId }) => destinationId !== null) ?? passed[0];
  const ofDrill = lastDrill && shown ? { at: lastDrill.finishedAt, destinationId: shown.destinationId } : null;
  if (lastProofAt === null) return ofDrill;
  if (ofDrill && Date.parse(ofDrill.at) >= Date.parse(lastProofAt)) return ofDrill;
  return { at: lastProofAt, destinationId: null };
}

/** Name of a destination of a database; null when it is not among its places any more. */
export function placeName({ places }: Pick<DatabaseStatus, 'places'>, destinationId: string): string | null {
  return places.places.find((place) => place.destinationId === destinationId)?.name ?? null;
}
