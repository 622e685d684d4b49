/** Groups and events as people see them. */
import type { ErrorEvent, ErrorGroup } from '@shared/error-groups';
import type { StoredEvent } from '../store/error-events';
import type { StoredGroup } from '../store/error-groups';
import type { Store } from '../store/open';
import { severityOf } from './fingerprint';
import { hourOf } from './hours';
import { trendOf } from './states';

const OWN_NAME = 'Holdfast';
const SHOWN_HOURS = 24;

export function groupViews(store: Store, groups: readonly StoredGroup[], nowMs: number): ErrorGroup[] {
  const present = hourOf(nowMs);
  const from = present - SHOWN_HOURS + 1;
  const courses = new Map(groups.map(({ id }) => [id, Array.from({ length: SHOWN_HOURS }, () => 0)]));
  for (const { groupId, hour, count } of store.errorHours.of([...courses.keys()], from, present)) {
    const course = courses.get(groupId);
    if (course) course[hour - from] = count;
  }
  return groups.map((group) => viewOf(group, courses.get(group.id) ?? [], nowMs));
}

function viewOf(group: StoredGroup, hours: number[], nowMs: number): ErrorGroup {
  const { applicationName, lookedAt: _, mutedHour: __, mutedCount: ___, growingAt: ____, because, ...shown } = group;
  return {
    ...shown,
    applicationName: applicationName ?? OWN_NAME,
    hours,
    trend: trendOf(group, nowMs),
    groupedBecause: because,
  };
}

export const nameOf = (applicationName: string | null): string => applicationName ?? OWN_NAME;

export const eventView = (groupId: string, { receivedAt, event }: StoredEvent): ErrorEvent => ({
  ...event,
  groupId,
  receivedAt,
  severity: severityOf(event),
});
