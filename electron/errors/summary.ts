/** What happened in a while: courses, types, applications, and failed operations against the objective. */
import type { ErrorBudget, ErrorCourse, ErrorSummary } from '@shared/error-groups';
import type { Severity } from '@shared/errors';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { dayStart, nextDay } from '../metrics/local-days';
import type { OperationDay } from '../store/operation-days';
import type { Store } from '../store/open';
import { HOUR_MS, hourOf } from './hours';
import { DAY_MS } from './states';
import { nameOf } from './views';

/** Up to this the course is told by hours. */
const BY_HOURS_MS = 2 * DAY_MS;
/** Days of a course; what is kept goes back less than this. */
const MOST_DAYS = 800;
const MOST_TYPES = 20;
const BUDGET_DAYS = 30;

export interface SummaryRange {
  filter: ErrorFilter;
  fromMs: number;
  toMs: number;
  timeZone: string;
}

/** From `fromMs` to before `toMs`, by clock hours: those at both ends are counted whole. */
export function summaryOf(store: Store, objectivePercent: number, range: SummaryRange): ErrorSummary {
  const { filter, fromMs, timeZone } = range;
  const toMs = Math.max(fromMs, range.toMs);
  const [fromHour, toHour] = [hourOf(fromMs), hourOf(Math.max(fromMs, toMs - 1))];
  const rows = store.errorHours.course(filter, fromHour, toHour);
  const starts =
    toMs - fromMs <= BY_HOURS_MS
      ? hourStarts(fromHour, toHour)
      : dayStarts(Math.max(fromMs, toMs - MOST_DAYS * DAY_MS), toMs, timeZone);
  return {
    fromMs,
    toMs,
    events: rows.reduce((sum, { count }) => sum + count, 0),
    course: courseOf(starts, rows),
    byType: store.errorHours.types(filter, fromHour, toHour, MOST_TYPES),
    byApplication: store.errorHours
      .applications(filter, fromHour, toHour)
      .map(({ applicationId, name, count }) => ({ applicationId, name: nameOf(name), count })),
    budget: budgetOf(store.operationDays.newest(BUDGET_DAYS), objectivePercent),
  };
}

const hourStarts = (fromHour: number, toHour: number): number[] =>
  Array.from({ length: toHour - fromHour + 1 }, (_, index) => (fromHour + index) * HOUR_MS);

function dayStarts(fromMs: number, toMs: number, timeZone: string): number[] {
  const starts: number[] = [];
  for (let atMs = dayStart(fromMs, timeZone); atMs < toMs; atMs = nextDay(atMs, timeZone)) starts.push(atMs);
  return starts;
}

/** An hour belongs to the day in which it begins: where clocks are half an hour off, one hour a day is in two. */
function courseOf(
  starts: readonly number[],
  rows: { hour: number; severity: Severity; count: number }[],
): ErrorCourse[] {
  const course = starts.map((fromMs) => ({ fromMs, bySeverity: { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 } }));
  let at = 0;
  for (const { hour, severity, count } of rows) {
    const beginMs = hour * HOUR_MS;
    // Rows come by hour, but not in a promised order.
    if (beginMs < (course[at]?.fromMs ?? 0)) at = 0;
    while (at + 1 < course.length && (course[at + 1]?.fromMs ?? Infinity) <= beginMs) at++;
    const bucket = course[at];
    if (bucket) bucket.bySeverity[severity] += count;
  }
  return course;
}

/** Failed operations by day and by operation. */
export function budgetOf(rows: readonly OperationDay[], objectivePercent: number): ErrorBudget {
  const days = new Map<string, { day: string; total: number; failed: number }>();
  const operations = new Map<string, { operation: string; total: number; failed: number }>();
  for (const { day, operation, total, failed } of rows) {
    const ofDay = days.get(day) ?? { day, total: 0, failed: 0 };
    const ofOperation = operations.get(operation) ?? { operation, total: 0, failed: 0 };
    for (const sum of [ofDay, ofOperation]) {
      sum.total += total;
      sum.failed += failed;
    }
    days.set(day, ofDay);
    operations.set(operation, ofOperation);
  }
  return {
    objective: objectivePercent / 100,
    days: [...days.values()],
    operations: [...operations.values()].toSorted((a, b) => b.failed - a.failed || b.total - a.total),
  };
}
