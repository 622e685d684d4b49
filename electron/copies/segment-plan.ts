/**
 * Which files of transaction logs a destination is to have, and which are let go there: a pure function. What is decided
 * for the backup folder is decided anew for the destination, with the restore points that it has.
 */
import type { KnownLog } from '../continuous/coverage';
import { decideSegments } from '../continuous/log-retention';
import type { LogSegment } from '../continuous/types';
import type { SegmentCopy } from '../store/segment-copies';
import { waitMs } from './backoff';

export type PlanSegmentCopy = Pick<SegmentCopy, 'segmentId' | 'state' | 'nextTryAt'>;

export interface SegmentPlanInput {
  /** Of one guarded database; `points`: those that the destination has whole. */
  known: Omit<KnownLog, 'isUsable'>;
  /** At the destination. */
  copies: readonly PlanSegmentCopy[];
  keepHours: number;
  nowMs: number;
}
export interface SegmentPlan {
  /** Oldest first: a log with a hole is worth nothing behind it. `waitMs`: 0 is now. */
  copy: { segmentId: string; waitMs: number }[];
  /** Oldest first. */
  forget: string[];
}

export function planSegments({ known, copies: all, keepHours, nowMs }: SegmentPlanInput): SegmentPlan {
  const copies = new Map(all.map((copy) => [copy.segmentId, copy]));
  const isThere = ({ id }: LogSegment): boolean => copies.get(id)?.state === 'copied';
  const isUsable = (segment: LogSegment): boolean => isThere(segment) || isHere(segment);
  const decisions = decideSegments({ ...known, isUsable }, keepHours, nowMs).segments;
  const needed = new Set(decisions.flatMap(({ id, keep }) => (keep ? [id] : [])));
  // What another home made is kept and let go by that one.
  const own = new Set(known.generations.filter(({ otherHome }) => otherHome === null).map(({ id }) => id));
  const plan: SegmentPlan = { copy: [], forget: [] };
  for (const segment of known.segments.toSorted(oldestFirst)) {
    if (!own.has(segment.generationId)) continue;
    const copy = copies.get(segment.id);
    if (!needed.has(segment.id)) {
      if (copy) plan.forget.push(segment.id);
    } else if (!isThere(segment) && isHere(segment)) {
      plan.copy.push({ segmentId: segment.id, waitMs: waitMs(copy?.nextTryAt ?? null, nowMs) });
    }
  }
  return plan;
}

const isHere = ({ state }: LogSegment): boolean => state === 'proved' || state === 'replayed';

const oldestFirst = (a: LogSegment, b: LogSegment): number =>
  a.fromAt.localeCompare(b.fromAt) || a.generationId.localeCompare(b.generationId) || a.number - b.number;
