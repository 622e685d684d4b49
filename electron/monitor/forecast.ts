/** When a disk will be full, judged by the course of its free space. */

export interface SpacePoint {
  /** On a clock that stands still while the machine sleeps. */
  atMs: number;
  freeBytes: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The short window sees a program that has gone wild in time, the long one what fills slowly below the noise. */
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS];
const KEPT_MS = 6 * HOUR_MS;
const POINT_EVERY_MS = MINUTE_MS;
const LEAST_SPAN_MS = 30 * MINUTE_MS;
const LEAST_POINTS = 10;
/** Slopes are taken between all pairs: 60 points have 1 770. */
const MOST_POINTS = 60;
/** Further away, a trend of hours says nothing. */
const HORIZON_HOURS = 30 * 24;
/** The fall must be so many times what the points scatter around it. */
const ABOVE_NOISE = 4;
/** Largest share of the steps that may be left out before the fall must still be there: one big file is one step. */
const BIG_STEPS = 0.1;
const STILL_FALLING = 0.5;
/** The last third falls at least at this share of the trend: what has stopped fills no disk. */
const LATE_SHARE = 0.3;

/**
 * Hours until nothing is free, at the trend of the last hours; null while the disk does not fill, or nothing can be
 * said: under 30 minutes of points, a trend that drowns in noise, a fall that is one or a few steps, one that has ended.
 * @param points oldest first
 */
export function hoursUntilFull(points: readonly SpacePoint[]): number | null {
  const last = points.at(-1);
  if (!last) return null;
  const hours = WINDOWS_MS.flatMap((windowMs) => {
    const before = points.filter(({ atMs }) => last.atMs - atMs > windowMs);
    // Work that comes in waves fills the disk for an hour and makes it free again: there is less only if it grows.
    if (before.some(({ freeBytes }) => freeBytes <= last.freeBytes)) return [];
    const slope = fallPerMs(thin(points.slice(before.length)));
    return slope === null ? [] : [Math.max(0, last.freeBytes) / slope / HOUR_MS];
  });
  const soonest = Math.min(...hours);
  return soonest <= HORIZON_HOURS ? soonest : null;
}

/** Bytes a millisecond that free space falls by; null when it does not, or not surely. */
function fallPerMs(points: readonly SpacePoint[]): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < LEAST_POINTS || last.atMs - first.atMs < LEAST_SPAN_MS) return null;
  const slope = -slopeOf(points);
  if (!(slope > 0)) return null;
  const fall = slope * (last.atMs - first.atMs);
  if (fall < ABOVE_NOISE * scatter(points, -slope)) return null;
  if (fallWithoutBigSteps(points) < STILL_FALLING * fall) return null;
  const late = points.slice(-Math.max(3, Math.ceil(points.length / 3)));
  return -slopeOf(late) >= LATE_SHARE * slope ? slope : null;
}

/** Theil and Sen: the median of the slopes between all pairs. A few wild points do not move it. */
function slopeOf(points: readonly SpacePoint[]): number {
  const slopes: number[] = [];
  for (const [index, from] of points.entries()) {
    for (const to of points.slice(index + 1)) {
      if (to.atMs > from.atMs) slopes.push((to.freeBytes - from.freeBytes) / (to.atMs - from.atMs));
    }
  }
  return median(slopes);
}

/** Median distance of the points from the line through them. */
function scatter(points: readonly SpacePoint[], slope: number): number {
  const rest = points.map(({ atMs, freeBytes }) => freeBytes - slope * atMs);
  const middle = median(rest);
  return median(rest.map((value) => Math.abs(value - middle)));
}

function fallWithoutBigSteps(points: readonly SpacePoint[]): number {
  const falls = points.slice(1).map(({ freeBytes }, index) => (points[index]?.freeBytes ?? freeBytes) - freeBytes);
  const leftOut = Math.max(1, Math.floor(falls.length * BIG_STEPS));
  return falls
    .toSorted((a, b) => b - a)
    .slice(leftOut)
    .reduce((sum, fall) => sum + fall, 0);
}

/** At most `MOST_POINTS`, evenly, always with the newest. */
function thin(points: readonly SpacePoint[]): SpacePoint[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  const last = points.length - 1;
  return points.filter((_point, index) => (last - index) % step === 0);
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

interface Course {
  totalBytes: number;
  points: SpacePoint[];
  hours: number | null;
}

/** Keeps the course of each disk, a point a minute, and its forecast. */
export class SpaceTrends {
  private readonly courses = new Map<string, Course>();

  /** Takes a look at a disk and gives its forecast, which is made anew once a minute. */
  hours(mount: string, freeBytes: number, totalBytes: number, atMs: number): number | null {
    let course = this.courses.get(mount);
    // Another disk, or the same one made larger: what it was before says nothing of it.
    if (!course || Math.abs(course.totalBytes - totalBytes) > totalBytes / 100) {
      course = { totalBytes, points: [], hours: null };
      this.courses.set(mount, course);
    }
    course.totalBytes = totalBytes;
    const last = course.points.at(-1);
    if (last && atMs - last.atMs < POINT_EVERY_MS) return course.hours;
    course.points.push({ atMs, freeBytes });
    while (course.points[0] && atMs - course.points[0].atMs > KEPT_MS) course.points.shift();
    course.hours = hoursUntilFull(course.points);
    return course.hours;
  }

  /** Forgets the disks that are not among `mounts`. */
  keep(mounts: ReadonlySet<string>): void {
    for (const mount of this.courses.keys()) if (!mounts.has(mount)) this.courses.delete(mount);
  }
}
