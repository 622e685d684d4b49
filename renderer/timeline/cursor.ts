/** Where keys lead: from restore point to restore point, and by round steps where every transaction is kept. */
import { type Course, comesBackAt, firstFrom, isUsable, newest, rangeAt } from './course';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const STEPS_MS = [
  SECOND_MS,
  2 * SECOND_MS,
  5 * SECOND_MS,
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
] as const;
/** Steps that cross what is shown. */
const ACROSS = 120;
const BIGGER = 10;

/** The step of an arrow key where every transaction is kept: seconds when zoomed in, minutes and hours when not. */
export function stepFor(shownMs: number, bigger: boolean): number {
  const least = (shownMs / ACROSS) * (bigger ? BIGGER : 1);
  return STEPS_MS.find((step) => step >= least) ?? STEPS_MS.at(-1) ?? HOUR_MS;
}

export type Move = 'back' | 'on' | 'point-back' | 'point-on' | 'oldest' | 'newest';

/** Moves that keys stand for. */
export const MOVE_KEYS: Readonly<Record<string, Move>> = {
  ArrowLeft: 'back',
  ArrowDown: 'back',
  ArrowRight: 'on',
  ArrowUp: 'on',
  PageUp: 'point-on',
  PageDown: 'point-back',
  Home: 'oldest',
  End: 'newest',
};

interface Shown {
  /** Width of what is shown. */
  shownMs: number;
  bigger: boolean;
}

/**
 * Where a move leads from a moment; null when there is nowhere to go.
 * @param atMs the chosen moment; null when there is none: the first move chooses the newest, or the oldest.
 */
export function moveFrom(course: Course, atMs: number | null, move: Move, { shownMs, bigger }: Shown): number | null {
  if (move === 'oldest') return course.firstMs;
  if (move === 'newest' || atMs === null) return newest(course);
  const direction = move === 'on' || move === 'point-on' ? 1 : -1;
  if (move === 'point-back' || move === 'point-on') return pointBeside(course, atMs, direction);
  const range = rangeAt(course, atMs);
  const edge = range && (direction > 0 ? range.untilMs : range.fromMs);
  if (edge !== null && edge !== atMs) {
    const step = stepFor(shownMs, bigger);
    // round times of day: what somebody would say
    const next = direction > 0 ? (Math.floor(atMs / step) + 1) * step : (Math.ceil(atMs / step) - 1) * step;
    return direction > 0 ? Math.min(next, edge) : Math.max(next, edge);
  }
  return stopBeside(course, atMs, direction);
}

/** The nearest restore point before or after a moment; the moment itself does not count. */
function pointBeside({ points }: Course, atMs: number, direction: 1 | -1): number | null {
  const start = direction > 0 ? firstFrom(points, atMs + 1) : firstFrom(points, atMs) - 1;
  for (let index = start; index >= 0 && index < points.length; index += direction) {
    const point = points[index];
    if (point && isUsable(point.item)) return point.atMs;
  }
  return null;
}

/** The nearest restore point or end of a range. */
function stopBeside(course: Course, atMs: number, direction: 1 | -1): number | null {
  const point = pointBeside(course, atMs, direction);
  const edges = course.ranges.map(({ fromMs, untilMs }) => (direction > 0 ? fromMs : untilMs));
  const beside = edges.filter((edge) => (edge - atMs) * direction > 0);
  const stops = point === null ? beside : [...beside, point];
  if (stops.length === 0) return null;
  return direction > 0 ? Math.min(...stops) : Math.max(...stops);
}

/** A moment as it may be chosen: not later than now, nor than the newest that comes back when that is ahead. */
export const choosable = (course: Course, atMs: number, nowMs: number): number =>
  Math.min(atMs, Math.max(nowMs, comesBackAt(course, atMs) ?? nowMs));
