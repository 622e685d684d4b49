/** What comes back for a chosen moment, as one of the few sentences that the strip has for it. */
import type { RestoreSource } from '@shared/ipc';
import type { ResolvedMoment } from '@shared/recovery';
import { type Course, nextCovered, rangeAt } from './course';

export type ComesBack =
  /** The state at the chosen moment itself: of a restore point, or of the last transaction before it. */
  | { kind: 'point-exact' }
  | { kind: 'log-exact'; transaction: number }
  /** An earlier state; what was committed after `at` is not in it. `nextMs`: the first moment after that comes back. */
  | { kind: 'point-before'; at: string; nextMs: number | null }
  | { kind: 'log-before'; at: string; transaction: number; nextMs: number | null };

/** Restore points are chosen by their place on the track, and by whole seconds. */
const SAME_MS = 1_000;

/** @param course tells whether every transaction is known around the chosen moment: then no later one is missing. */
export function comesBack(moment: ResolvedMoment, course: Course): ComesBack {
  const askedMs = Date.parse(moment.askedAt);
  const { contentAt: at, transaction } = moment;
  const complete = rangeAt(course, askedMs) !== null;
  if (transaction !== null) {
    if (complete) return { kind: 'log-exact', transaction };
    return { kind: 'log-before', at, transaction, nextMs: nextCovered(course, askedMs) };
  }
  if (complete || askedMs - Date.parse(at) < SAME_MS) return { kind: 'point-exact' };
  return { kind: 'point-before', at, nextMs: nextCovered(course, askedMs) };
}

/** What is opened or restored: the restore point itself, or the moment of the last transaction in it. */
export const sourceOf = ({ databaseId, contentAt, pointId, transaction }: ResolvedMoment): RestoreSource =>
  transaction === null ? { pointId } : { databaseId, at: contentAt };
