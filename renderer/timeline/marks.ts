/** Where things are drawn on the track. What lies too close together becomes one mark with a number. */
import type { ContinuousGap, ContinuousRange, TimelineEvent, TimelinePoint } from '@shared/recovery';
import { type At, type Course, firstFrom, type Stretch } from './course';
import type { TimeWindow } from './window';

/** One thing, or several that are drawn as one. */
export interface Mark<T> {
  /** Pixels from the left edge of the track. */
  x: number;
  items: At<T>[];
}

/** A bar from `x` on. */
export interface Bar<T> {
  x: number;
  width: number;
  item: T;
}

export interface Drawing {
  points: Mark<TimelinePoint>[];
  events: Mark<TimelineEvent>[];
  ranges: Bar<ContinuousRange>[];
  gaps: Bar<ContinuousGap>[];
}

/** Single marks nearer than this touch. */
const APART_PX = 15;
/** Half of what several drawn as one take, with their number. */
const MANY_PX = 15;
/** Least width of the buckets that marks are gathered in. */
const BUCKET_PX = 36;
/** A range of a few seconds is still seen. */
const LEAST_BAR_PX = 2;

/** @param nowMs where a gap that lasts ends */
export function draw(course: Course, window: TimeWindow, width: number, nowMs: number): Drawing {
  return {
    points: gather(course.points, window, width),
    events: gather(course.events, window, width),
    ranges: bars(course.ranges, window, width),
    gaps: bars(
      course.gaps.map((gap) => ({ ...gap, untilMs: Math.min(gap.untilMs, nowMs) })),
      window,
      width,
    ),
  };
}

/** Pixels from the left edge. */
export const xOf = (atMs: number, { fromMs, toMs }: TimeWindow, width: number): number =>
  ((atMs - fromMs) / (toMs - fromMs)) * width;

/** The moment at a pixel. */
export const msAt = (x: number, { fromMs, toMs }: TimeWindow, width: number): number =>
  fromMs + (x / width) * (toMs - fromMs);

/**
 * Gathers what lies close together. The buckets stand at fixed times, and their width is a power of two: so marks
 * neither jump nor fall apart while the track is moved.
 */
export function gather<T>(items: readonly At<T>[], window: TimeWindow, width: number): Mark<T>[] {
  if (width <= 0) return [];
  const msPerPx = (window.toMs - window.fromMs) / width;
  const bucketMs = 2 ** Math.ceil(Math.log2(msPerPx * BUCKET_PX));
  const from = Math.floor(window.fromMs / bucketMs) * bucketMs - bucketMs;
  const to = Math.ceil(window.toMs / bucketMs) * bucketMs + bucketMs;
  const marks: (Mark<T> & { merged: boolean })[] = [];
  let bucket: At<T>[] = [];
  let bucketNumber = Number.NaN;

  const add = (gathered: At<T>[]): void => {
    const x = xOf(middleOf(gathered), window, width);
    const last = marks.at(-1);
    if (last && !last.merged && x - last.x < halfOf(last.items) + halfOf(gathered)) {
      last.items = [...last.items, ...gathered];
      last.x = xOf(middleOf(last.items), window, width);
      last.merged = true;
    } else marks.push({ x, items: gathered, merged: false });
  };
  const close = (): void => {
    if (bucket.length === 0) return;
    const apart = bucket.every((one, index) => {
      const before = bucket[index - 1];
      return !before || one.atMs - before.atMs >= APART_PX * msPerPx;
    });
    if (apart) for (const one of bucket) add([one]);
    else add(bucket);
    bucket = [];
  };

  for (let index = firstFrom(items, from); index < items.length; index += 1) {
    const one = items[index];
    if (!one || one.atMs > to) break;
    const number = Math.floor(one.atMs / bucketMs);
    if (number !== bucketNumber) close();
    bucketNumber = number;
    bucket.push(one);
  }
  close();
  const inside = ({ atMs }: At<T>): boolean => atMs >= window.fromMs && atMs <= window.toMs;
  return marks.flatMap(({ x, items: gathered }) => {
    if (x >= -MANY_PX && x <= width + MANY_PX) return [{ x, items: gathered }];
    // most of them are beyond the edge, but not all
    return gathered.some(inside) ? [{ x: Math.min(width, Math.max(0, x)), items: gathered }] : [];
  });
}

const halfOf = (items: readonly unknown[]): number => (items.length > 1 ? MANY_PX : APART_PX / 2);

const middleOf = (items: readonly { atMs: number }[]): number =>
  items.reduce((sum, { atMs }) => sum + atMs, 0) / Math.max(1, items.length);

function bars<T>(stretches: readonly Stretch<T>[], window: TimeWindow, width: number): Bar<T>[] {
  return stretches.flatMap(({ fromMs, untilMs, item }) => {
    if (untilMs < window.fromMs || fromMs > window.toMs) return [];
    const left = Math.max(0, xOf(fromMs, window, width));
    const right = Math.min(width, xOf(untilMs, window, width));
    return [{ x: left, width: Math.max(LEAST_BAR_PX, right - left), item }];
  });
}

/** The mark under a pixel; null when there is none. */
export function markAt<T>(marks: readonly Mark<T>[], x: number, reachPx: number): Mark<T> | null {
  let best: Mark<T> | null = null;
  for (const mark of marks) {
    const away = Math.abs(mark.x - x);
    if (away <= reachPx && (!best || away < Math.abs(best.x - x))) best = mark;
  }
  return best;
}

/** The window that tells the items of a mark apart: their time, with as much again around them. */
export function windowAround(items: readonly { atMs: number }[]): TimeWindow {
  const first = items[0]?.atMs ?? 0;
  const last = items.at(-1)?.atMs ?? first;
  const around = Math.max(10_000, (last - first) / 2);
  return { fromMs: first - around, toMs: last + around };
}
