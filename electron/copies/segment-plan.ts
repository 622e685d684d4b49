/**
 * Which files of transaction logs a destination is to have, and which are let go there: a pure function. A destination
 * has the log of the window that is kept, and of each generation what leads from a restore point there into the window.
 */
import type { LogBase, LogGeneration, LogSegment } from '../continuous/types';
import type { SegmentCopy } from '../store/segment-copies';
import { waitMs } from './backoff';

export type PlanSegment = Pick<
  LogSegment,
  'id' | 'generationId' | 'number' | 'lastTransaction' | 'fromAt' | 'untilAt' | 'state'
>;
export type PlanGeneration = Pick<LogGeneration, 'id' | 'startedAt' | 'otherHome'>;
export type PlanSegmentCopy = Pick<SegmentCopy, 'segmentId' | 'state' | 'nextTryAt'>;

export interface SegmentPlanInput {
  /** Of one guarded database. */
  generations: readonly PlanGeneration[];
  segments: readonly PlanSegment[];
  /** Restore points that the destination has whole, as bases. */
  bases: readonly LogBase[];
  /** At the destination. */
  copies: readonly PlanSegmentCopy[];
  /** Moments before are not kept. */
  keptFromMs: number;
  nowMs: number;
}
export interface SegmentPlan {
  /** Oldest first: a log with a hole is worth nothing behind it. `waitMs`: 0 is now. */
  copy: { segmentId: string; waitMs: number }[];
  /** Oldest first. */
  forget: string[];
}

export function planSegments(input: SegmentPlanInput): SegmentPlan {
  const { segments, nowMs } = input;
  const copies = new Map(input.copies.map((copy) => [copy.segmentId, copy]));
  const own = new Set(input.generations.filter(({ otherHome }) => otherHome === null).map(({ id }) => id));
  const needed = neededSegments(input);
  const plan: SegmentPlan = { copy: [], forget: [] };
  for (const segment of segments.toSorted(oldestFirst)) {
    const copy = copies.get(segment.id);
    // What another home made is kept and let go by that one.
    if (!own.has(segment.generationId)) continue;
    if (!needed.has(segment.id)) {
      if (copy) plan.forget.push(segment.id);
    } else if (copy?.state !== 'copied' && (segment.state === 'proved' || segment.state === 'replayed')) {
      plan.copy.push({ segmentId: segment.id, waitMs: waitMs(copy?.nextTryAt ?? null, nowMs) });
    }
  }
  return plan;
}

function neededSegments({ generations, segments, bases, keptFromMs }: SegmentPlanInput): Set<string> {
  const needed = new Set<string>();
  for (const { id } of generations) {
    const log = segments.filter(({ generationId }) => generationId === id);
    // Nothing of it belongs to a moment that is kept.
    if (!log.some(({ untilAt }) => Date.parse(untilAt) >= keptFromMs)) continue;
    const from = replayedFrom(
      bases.filter(({ generationId }) => generationId === id),
      keptFromMs,
    );
    for (const { id: segmentId, lastTransaction, untilAt } of log) {
      if (Date.parse(untilAt) >= keptFromMs || (from !== null && lastTransaction > from)) needed.add(segmentId);
    }
  }
  return needed;
}

/** The first moment that is kept is replayed from there; null without a restore point to replay on. */
function replayedFrom(bases: readonly LogBase[], keptFromMs: number): number | null {
  const byUse = bases.toSorted((a, b) => a.usableFrom - b.usableFrom);
  const before = byUse.findLast(({ usableAt }) => Date.parse(usableAt) <= keptFromMs);
  return (before ?? byUse[0])?.replayFrom ?? null;
}

const oldestFirst = (a: PlanSegment, b: PlanSegment): number =>
  a.fromAt.localeCompare(b.fromAt) || a.generationId.localeCompare(b.generationId) || a.number - b.number;
