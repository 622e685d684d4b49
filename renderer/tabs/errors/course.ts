/** The course of events as stacked bars. */
import type { ErrorCourse } from '@shared/error-groups';
import { SEVERITIES, type Severity } from '@shared/errors';

export interface CourseBar {
  fromMs: number;
  total: number;
  /** From the worst, at the bottom, up. */
  parts: { severity: Severity; count: number }[];
}

/** Worst first. */
export const WORST_FIRST: readonly Severity[] = SEVERITIES.toReversed();

export function barsOf(course: readonly ErrorCourse[]): CourseBar[] {
  return course.map(({ fromMs, bySeverity }) => {
    const parts = WORST_FIRST.map((severity) => ({ severity, count: bySeverity[severity] }));
    return {
      fromMs,
      total: parts.reduce((sum, { count }) => sum + count, 0),
      parts: parts.filter(({ count }) => count > 0),
    };
  });
}

export function totalsOf(course: readonly ErrorCourse[]): { severity: Severity; count: number }[] {
  return WORST_FIRST.map((severity) => ({
    severity,
    count: course.reduce((sum, { bySeverity }) => sum + bySeverity[severity], 0),
  }));
}

/** True when a bar is an hour, not a day. */
export const isHourly = (course: readonly ErrorCourse[]): boolean => {
  const [first, second] = course;
  return first !== undefined && second !== undefined && second.fromMs - first.fromMs < 2 * 3_600_000;
};
