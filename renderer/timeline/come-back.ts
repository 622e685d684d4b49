/** What comes back for a chosen moment, as one of the few sentences that the strip has for it. */
import type { RestoreSource } from '@shared/ipc';
import type { ResolvedMoment } from '@shared/recovery';
import { type Course, nextCovered } from './course';

export type ComesBack =
  /** The state at the chosen moment itself: of a restore point, or by the log. */
  | { kind: 'point-exact' | 'log-exact' }
  /** An earlier state; what was committed after `at` is not in it. `nextMs`: the first moment after that comes back. */
  | { kind: 'point-before' | 'log-before'; at: string; nextMs: number | null };

/** Restore points are chosen by their place on the track, and by whole seconds. */
const SAME_MS = 1_000;

/** True when it is a restore point as it is: nothing is replayed, so nothing is uncertain. */
export const isPoint = ({ uncertaintyMs }: Pick<ResolvedMoment, 'uncertaintyMs'>): boolean => uncertaintyMs === 0;

export function comesBack(moment: ResolvedMoment, course: Course): ComesBack {
  const { askedAt, contentAt: at } = moment;
  const askedMs = Date.parse(askedAt);
  const earlierMs = askedMs - Date.parse(at);
  if (isPoint(moment)) {
    if (earlierMs < SAME_MS) return { kind: 'point-exact' };
    return { kind: 'point-before', at, nextMs: nextCovered(course, askedMs) };
  }
  if (earlierMs <= 0) return { kind: 'log-exact' };
  return { kind: 'log-before', at, nextMs: nextCovered(course, askedMs) };
}

/** What is opened or restored: the restore point itself, or the moment that the log brings back. */
export const sourceOf = (moment: ResolvedMoment): RestoreSource =>
  isPoint(moment) ? { pointId: moment.pointId } : { databaseId: moment.databaseId, at: moment.contentAt };
