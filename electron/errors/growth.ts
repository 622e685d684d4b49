/** Whether a group suddenly comes far more often than it usually does. Pure, and says why. */
import { HOUR_MS } from './hours';

/** Fewer an hour are no alarm, however few there were before. */
const FLOOR = 20;
const TIMES_AS_MANY = 3;
/** Of less than so many hours nobody can say what is usual. */
const LEAST_HOURS = 3;
/** Hours that are looked back at. */
export const USUAL_HOURS = 7 * 24;

export interface Growth {
  isGrowing: boolean;
  /** Events in the last sixty minutes, as well as hours can say it. */
  lastHour: number;
  /** As many as an hour usually had at most; null when too little is known. */
  usual: number | null;
  because: 'few' | 'too-young' | 'usual' | 'grows';
}

/**
 * `hours`: events by clock hour, oldest first, the present one last, from the hour on in which the group was first seen (at
 * most `USUAL_HOURS` and the present one). The usual is its fourth busiest hour once a day of it is known: what happens
 * once a day is usual, a single bad evening is not. While less is known, it is the busiest.
 */
export function growthOf(hours: readonly number[], nowMs: number): Growth {
  const present = hours.at(-1) ?? 0;
  const before = hours.at(-2) ?? 0;
  const elapsed = (nowMs % HOUR_MS) / HOUR_MS;
  const lastHour = Math.round(present + before * (1 - elapsed));
  // The hour before is partly in the last sixty minutes: it says nothing of what was usual.
  const known = hours.slice(0, -2).toSorted((a, b) => b - a);
  const usual = known.length < LEAST_HOURS ? null : (known[known.length >= 24 ? 3 : 0] ?? 0);
  const answer = { lastHour, usual };
  if (lastHour < FLOOR) return { ...answer, isGrowing: false, because: 'few' };
  if (usual === null) return { ...answer, isGrowing: false, because: 'too-young' };
  const isGrowing = lastHour >= TIMES_AS_MANY * Math.max(1, usual);
  return { ...answer, isGrowing, because: isGrowing ? 'grows' : 'usual' };
}

/** Below this a look at the hours before is not needed. */
export const canGrow = (lastTwoHours: number): boolean => lastTwoHours >= FLOOR;
