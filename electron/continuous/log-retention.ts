/**
 * Which files of the log stay, and why, and which restore points it needs: a pure function. Deleting is somebody else's, see
 * `erase-log.ts`.
 */
import type { KnownLog } from './coverage';
import { type Stretch, stretches } from './timeline-ranges';
import type { LogGeneration, LogSegment } from './types';

const HOUR_MS = 3_600_000;

/**
 * `window`: it holds transactions of the time that is kept. `base`: a moment of that time is brought back with a base from
 * before it, and with this. `newest`: the newest span is kept from its last base on, however old. `may-be-needed`: no base
 * reaches over the begin of that time, and an older one may come to be usable again. `other-home`: another Holdfast made it.
 */
export type SegmentKeep = 'window' | 'base' | 'newest' | 'may-be-needed' | 'other-home';
/** `past`: its whole generation is older than what is kept. `not-needed`: no moment that is kept is brought back with it. */
export type SegmentLetGo = 'past' | 'not-needed';

export type SegmentDecision =
  | { id: string; keep: true; reason: SegmentKeep }
  | { id: string; keep: false; reason: SegmentLetGo };

export interface LogRetention {
  /** For each segment, in the order given. */
  segments: SegmentDecision[];
  /** Restore points that the log is replayed on for a moment that is kept. */
  neededBases: ReadonlySet<string>;
  /** Generations that have ended and of which nothing is left. */
  emptyGenerations: string[];
}

/**
 * Decides about the log of one database. Every moment of the last `keepHours` that can be brought back now can be brought
 * back afterwards: a segment goes only when it is older, and the newest base from before that time does without it.
 * @param known with each segment that can be had usable; only what is of this home goes
 */
export function decideSegments(known: KnownLog, keepHours: number, nowMs: number): LogRetention {
  const windowMs = nowMs - keepHours * HOUR_MS;
  const all = stretches(known);
  const newest = all.at(-1);
  // However old: protection may have been off since, and the last state before that is worth having.
  const keptFromMs = (stretch: Stretch): number =>
    stretch === newest ? Math.min(windowMs, stretch.bases.at(-1)?.fromMs ?? windowMs) : windowMs;
  const neededBases = new Set<string>();
  for (const stretch of all) {
    const first = firstNeeded(stretch, keptFromMs(stretch));
    if (first) neededBases.add(first.base.pointId);
  }
  const lastOfNewest = newest?.bases.at(-1);
  if (lastOfNewest) neededBases.add(lastOfNewest.base.pointId);

  const generations = new Map(known.generations.map((generation) => [generation.id, generation]));
  const segments = known.segments.map((segment): SegmentDecision => {
    const generation = generations.get(segment.generationId);
    const own = all.filter(({ generationId }) => generationId === segment.generationId);
    return { id: segment.id, ...decide(segment, generation, own) } as SegmentDecision;
  });
  const kept = new Set(segments.flatMap(({ id, keep }) => (keep ? [id] : [])));
  const emptyGenerations = known.generations
    .filter((generation) => isEmpty(generation, known.segments, kept, windowMs))
    .map(({ id }) => id);
  return { segments, neededBases, emptyGenerations };

  function decide(
    segment: LogSegment,
    generation: LogGeneration | undefined,
    own: readonly Stretch[],
  ): Omit<SegmentDecision, 'id'> {
    if (generation?.otherHome) return { keep: true, reason: 'other-home' };
    if (Date.parse(segment.untilAt) >= windowMs) return { keep: true, reason: 'window' };
    for (const stretch of own) {
      const needed = firstNeeded(stretch, keptFromMs(stretch));
      if (!needed || segment.lastTransaction <= needed.base.replayFrom) continue;
      if (segment.lastTransaction > (stretch.bases.at(-1)?.lastTransaction ?? 0)) continue;
      return { keep: true, reason: stretch.untilMs < windowMs ? 'newest' : 'base' };
    }
    const endMs = Date.parse(generation?.untilAt ?? segment.untilAt);
    if (endMs < windowMs) return { keep: false, reason: 'past' };
    const reachesOver = own.some(({ fromMs, untilMs }) => fromMs <= windowMs && untilMs >= windowMs);
    const mayBe = known.bases.some(
      ({ generationId, replayFrom }) => generationId === segment.generationId && replayFrom < segment.lastTransaction,
    );
    if (!reachesOver && mayBe) return { keep: true, reason: 'may-be-needed' };
    return { keep: false, reason: 'not-needed' };
  }
}

/** The base that brings back the first moment of a stretch from `fromMs` on; null when nothing of it is kept. */
function firstNeeded({ bases, untilMs }: Stretch, fromMs: number) {
  if (untilMs < fromMs) return null;
  return bases.findLast((covered) => covered.fromMs <= fromMs && covered.untilMs >= fromMs) ?? bases[0] ?? null;
}

function isEmpty(
  { id, endedAt, untilAt, otherHome }: LogGeneration,
  segments: readonly LogSegment[],
  kept: ReadonlySet<string>,
  windowMs: number,
): boolean {
  if (endedAt === null || otherHome !== null || Date.parse(untilAt ?? endedAt) >= windowMs) return false;
  return segments.every((segment) => segment.generationId !== id || !kept.has(segment.id));
}
