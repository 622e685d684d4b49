/** When a drill is due, and what it tries. Pure. */
import type { CatalogueEntry } from '../store/backups';

/** The newest proved restore point, and one older one by chance; safety backups hold what somebody chose to replace. */
export function choosePoints(entries: readonly CatalogueEntry[], random: () => number): CatalogueEntry[] {
  const usable = entries
    .filter(({ state, kind }) => kind !== 'safety' && (state === 'proved' || state === 'elsewhere'))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const [newest, ...older] = usable;
  if (!newest) return [];
  const chosen = older[Math.min(older.length - 1, Math.floor(random() * older.length))];
  return chosen ? [newest, chosen] : [newest];
}

/**
 * Whether a drill is due: the schedule's newest moment lies after the last drill began, and after there was anything to
 * try. Moments that were slept through are made up for once.
 * @param scheduledMs newest moment of the schedule that is not after now
 * @param lastStartedMs null before the first drill
 * @param firstProvedMs moment of the oldest proved restore point; null while there is none
 */
export function isDrillDue(scheduledMs: number, lastStartedMs: number | null, firstProvedMs: number | null): boolean {
  if (firstProvedMs === null || scheduledMs < firstProvedMs) return false;
  return lastStartedMs === null || lastStartedMs < scheduledMs;
}

/**
 * Days since the last drill (or since there was something to try) when that is more than twice the schedule's period;
 * null while drills are on time.
 */
export function drillOverdueDays(
  periodMs: number,
  lastStartedMs: number | null,
  firstProvedMs: number | null,
  nowMs: number,
): number | null {
  const sinceMs = lastStartedMs ?? firstProvedMs;
  if (sinceMs === null || nowMs - sinceMs <= 2 * periodMs) return null;
  return Math.floor((nowMs - sinceMs) / 86_400_000);
}
