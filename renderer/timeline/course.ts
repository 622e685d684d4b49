/** A timeline made ready to be asked: what is at a moment, what comes back, where the next stop is. */
import type {
  ContinuousGap,
  ContinuousRange,
  ContinuousStatus,
  Timeline,
  TimelineEvent,
  TimelinePoint,
} from '@shared/recovery';

export interface At<T> {
  atMs: number;
  item: T;
}
export interface Stretch<T> {
  fromMs: number;
  untilMs: number;
  item: T;
}

/** Everything oldest first, times in milliseconds. */
export interface Course {
  points: At<TimelinePoint>[];
  ranges: Stretch<ContinuousRange>[];
  /** One that lasts has no end: `Infinity`. */
  gaps: Stretch<ContinuousGap>[];
  events: At<TimelineEvent>[];
  /** Oldest moment that can be brought back; null when there is none. */
  firstMs: number | null;
}

const byTime = (a: { atMs: number }, b: { atMs: number }): number => a.atMs - b.atMs;
const byStart = (a: { fromMs: number }, b: { fromMs: number }): number => a.fromMs - b.fromMs;

/** True for a restore point that counts: proved here, or kept at a destination. */
export const isUsable = ({ state }: TimelinePoint): boolean => state === 'proved' || state === 'elsewhere';

/**
 * @param live what the state says of continuous protection: while it runs, the range that grows reaches as far as that,
 * whenever the timeline was fetched.
 */
export function courseOf(timeline: Timeline, live: Pick<ContinuousStatus, 'state' | 'coveredUntil'> | null): Course {
  const covered = live?.state === 'running' && live.coveredUntil !== null ? Date.parse(live.coveredUntil) : null;
  return {
    points: timeline.points.map((item) => ({ atMs: Date.parse(item.at), item })).toSorted(byTime),
    ranges: timeline.ranges
      .map((item) => {
        const untilMs = Date.parse(item.untilAt);
        return {
          fromMs: Date.parse(item.fromAt),
          untilMs: item.open && covered !== null ? Math.max(untilMs, covered) : untilMs,
          item,
        };
      })
      .toSorted(byStart),
    gaps: timeline.gaps
      .map((item) => ({
        fromMs: Date.parse(item.fromAt),
        untilMs: item.untilAt === null ? Number.POSITIVE_INFINITY : Date.parse(item.untilAt),
        item,
      }))
      .toSorted(byStart),
    events: timeline.events.map((item) => ({ atMs: Date.parse(item.at), item })).toSorted(byTime),
    firstMs: timeline.firstAt === null ? null : Date.parse(timeline.firstAt),
  };
}

/** Index of the first item at or after a moment. */
export function firstFrom(items: readonly { atMs: number }[], ms: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.atMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a moment is. `comesBackMs`: the state that would come back there. */
export type Place =
  | { kind: 'none' }
  /** Nothing reaches back this far. */
  | { kind: 'before' }
  | { kind: 'point'; point: TimelinePoint }
  | { kind: 'range'; range: ContinuousRange }
  | { kind: 'gap'; gap: ContinuousGap; comesBackMs: number }
  | { kind: 'between'; comesBackMs: number };

/** What is at a moment. A restore point is meant when it is no further than `toleranceMs`. */
export function placeAt(course: Course, atMs: number, toleranceMs = 0): Place {
  const point = pointNear(course, atMs, toleranceMs);
  if (point) return { kind: 'point', point };
  const range = rangeAt(course, atMs);
  if (range) return { kind: 'range', range: range.item };
  if (course.firstMs === null) return { kind: 'none' };
  const comesBackMs = comesBackAt(course, atMs);
  if (comesBackMs === null) return { kind: 'before' };
  const gap = course.gaps.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
  return gap ? { kind: 'gap', gap: gap.item, comesBackMs } : { kind: 'between', comesBackMs };
}

export const rangeAt = ({ ranges }: Course, atMs: number): Stretch<ContinuousRange> | null =>
  ranges.findLast(({ fromMs, untilMs }) => atMs >= fromMs && atMs <= untilMs) ?? null;

function pointNear({ points }: Course, atMs: number, toleranceMs: number): TimelinePoint | null {
  const index = firstFrom(points, atMs);
  const near = [points[index - 1], points[index]].filter(
    (one): one is At<TimelinePoint> => one !== undefined && Math.abs(one.atMs - atMs) <= toleranceMs,
  );
  near.sort((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs));
  return near[0]?.item ?? null;
}

/** The last moment at or before this one that can be brought back; null when nothing reaches back so far. */
export function comesBackAt({ points, ranges }: Course, atMs: number): number | null {
  let best: number | null = null;
  for (let index = firstFrom(points, atMs + 1) - 1; index >= 0; index -= 1) {
    const point = points[index];
    if (!point || !isUsable(point.item)) continue;
    best = point.atMs;
    break;
  }
  for (const { fromMs, untilMs } of ranges) {
    if (fromMs > atMs) break;
    best = Math.max(best ?? fromMs, Math.min(untilMs, atMs));
  }
  return best;
}

/** The first moment after this one that can be brought back; null when there is none. */
export function nextCovered({ points, ranges }: Course, atMs: number): number | null {
  const point = points.slice(firstFrom(points, atMs + 1)).find(({ item }) => isUsable(item))?.atMs ?? null;
  const range = ranges.find(({ fromMs }) => fromMs > atMs)?.fromMs ?? null;
  if (point === null || range === null) return point ?? range;
  return Math.min(point, range);
}

/** The newest moment that can be brought back; null when there is none. */
export const newest = (course: Course): number | null => comesBackAt(course, Number.MAX_SAFE_INTEGER);
