/** The spans of time in which every transaction can be brought back, and the gaps between them. Pure. */
import type { ContinuousGap, ContinuousRange, GenerationEnd } from '@shared/recovery';
import { type Covered, coverage, type KnownLog } from './coverage';

/** A stretch of one generation without a gap, with the bases in it, oldest first. */
export interface Stretch {
  generationId: string;
  fromMs: number;
  untilMs: number;
  bases: Covered[];
}

/** Oldest first. What several bases of a generation cover together is one stretch. */
export function stretches(known: KnownLog): Stretch[] {
  const found: Stretch[] = [];
  for (const covered of coverage(known)) {
    const { fromMs, untilMs, generation } = covered;
    const last = found.at(-1);
    if (last?.generationId === generation.id && fromMs <= last.untilMs) {
      last.bases.push(covered);
      last.untilMs = Math.max(last.untilMs, untilMs);
    } else found.push({ generationId: generation.id, fromMs, untilMs, bases: [covered] });
  }
  return found.toSorted((a, b) => a.fromMs - b.fromMs);
}

/**
 * A range begins when its first base became usable: before that only the restore point itself can be brought back. It ends
 * with its generation, or before a file that is missing or damaged.
 */
export function timelineRanges(known: KnownLog): { ranges: ContinuousRange[]; gaps: ContinuousGap[] } {
  const ranges = stretches(known).map(rangeOf);
  const gaps = ranges.flatMap((range, index): ContinuousGap[] => {
    const next = ranges[index + 1];
    if (range.open || (next && Date.parse(next.fromAt) <= Date.parse(range.untilAt))) return [];
    return [{ fromAt: range.untilAt, untilAt: next?.fromAt ?? null, because: range.endedBecause ?? 'interrupted' }];
  });
  return { ranges, gaps };
}

function rangeOf({ generationId, fromMs, untilMs, bases }: Stretch): ContinuousRange {
  const [first] = bases;
  const last = bases.find((covered) => covered.untilMs === untilMs);
  const open = last !== undefined && last.reachesEnd && last.generation.endedAt === null;
  return {
    generationId,
    fromAt: new Date(fromMs).toISOString(),
    untilAt: new Date(untilMs).toISOString(),
    transactions: Math.max(0, (last?.lastTransaction ?? 0) - (first?.base.usableFrom ?? 0)),
    open,
    endedBecause: open ? null : endOf(last),
  };
}

function endOf(last: Covered | undefined): GenerationEnd {
  // A file behind it cannot be had: as far as it can be brought back, it failed there.
  if (!last?.reachesEnd) return 'failed';
  return last.generation.endedBecause ?? 'interrupted';
}
