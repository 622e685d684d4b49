/** Writes gathered events into groups, in one transaction of the caller. */
import { randomUUID } from 'node:crypto';
import type { GroupStanding, StoredGroup } from '../store/error-groups';
import type { Store } from '../store/open';
import { holdfastError } from './holdfast-error';
import { canGrow, growthOf, USUAL_HOURS } from './growth';
import { HOUR_MS, hourOf } from './hours';
import type { PendingPart } from './pending';
import { broughtBack, mayStopGrowing, returned, standingOf } from './states';

/** Growth of a group that events keep coming to is judged so often. */
const JUDGED_EVERY_MS = 10_000;

export class EventWriter {
  /** When the growth of a group was judged. */
  private readonly judged = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly nowMs: () => number,
  ) {}

  /** Gives how many groups were made. */
  write(parts: readonly PendingPart[]): number {
    const touched = new Map<string, PendingPart>();
    const counts = new Map<string, { events: number; lastEventAt: string }>();
    let made = 0;
    for (const part of parts) {
      const { applicationId, count, lastSeenAt } = part;
      // Removed since.
      if (applicationId !== null && this.store.errorApplications.get(applicationId) === null) continue;
      const { groupId, isNew } = this.writePart(part);
      if (isNew) made++;
      const before = touched.get(groupId);
      if (!before || before.lastSeenAt < lastSeenAt) touched.set(groupId, part);
      if (applicationId === null) continue;
      const known = counts.get(applicationId) ?? { events: 0, lastEventAt: lastSeenAt };
      const lastEventAt = lastSeenAt > known.lastEventAt ? lastSeenAt : known.lastEventAt;
      counts.set(applicationId, { events: known.events + count, lastEventAt });
    }
    for (const [id, { lastSeenAt }] of touched) this.settle(id, lastSeenAt);
    for (const [id, { events, lastEventAt }] of counts) {
      this.store.errorApplications.count(id, { events, refused: 0, lastEventAt });
    }
    return made;
  }

  /** Groups that grew and may have stopped. True when one did. */
  endGrowth(): boolean {
    const nowMs = this.nowMs();
    for (const [id, atMs] of this.judged) if (nowMs - atMs >= HOUR_MS) this.judged.delete(id);
    let changed = false;
    for (const group of this.store.errorGroups.growing()) {
      if (!mayStopGrowing(group, nowMs) || this.grows(group)) continue;
      this.store.errorGroups.setStanding(group.id, { ...standingOf(group), growingAt: null });
      changed = true;
    }
    return changed;
  }

  private writePart(part: PendingPart): { groupId: string; isNew: boolean } {
    const { errorGroups, errorFingerprints, errorEvents, errorHours } = this.store;
    const application = part.applicationId ?? '';
    const { fingerprint, because, described, code, about, worst, count, firstSeenAt, lastSeenAt } = part;
    let found = errorFingerprints.find(application, fingerprint);
    const isNew = found === null;
    if (found === null) {
      const groupId = randomUUID();
      errorGroups.add(groupId, part.applicationId, firstSeenAt);
      errorFingerprints.add(application, fingerprint, groupId, because, firstSeenAt);
      found = errorFingerprints.find(application, fingerprint);
      if (found === null) throw holdfastError('INTERNAL', { detail: 'a fingerprint was written and is not there' });
    } else {
      this.comeBack(found.groupId, firstSeenAt);
    }
    const { id, groupId } = found;
    errorFingerprints.count(id, { ...described, ...about, code, severity: worst, count, firstSeenAt, lastSeenAt });
    for (const { hour, severity, count: events } of part.hours.values()) errorHours.add(id, hour, severity, events);
    for (const [place, { id: eventId, receivedAt, text }] of [part.first, ...part.newest].entries()) {
      errorEvents.add(id, eventId, receivedAt, isNew && place === 0, text);
    }
    if (!isNew || part.newest.length > 0) errorEvents.keepNewest(id);
    return { groupId, isNew };
  }

  /** Before anything is counted: a resolved group begins anew. */
  private comeBack(groupId: string, at: string): void {
    const group = this.store.errorGroups.get(groupId);
    if (group?.state !== 'resolved') return;
    this.store.errorFingerprints.forgetSeverity(groupId);
    this.store.errorGroups.setStanding(groupId, returned(group, at));
  }

  /** After everything is counted. */
  private settle(groupId: string, at: string): void {
    const { errorGroups } = this.store;
    errorGroups.refresh(groupId);
    const group = errorGroups.get(groupId);
    if (!group) return;
    const next = this.afterEvents(group, at);
    if (next) errorGroups.setStanding(groupId, next);
  }

  private afterEvents(group: StoredGroup, at: string): GroupStanding | null {
    const nowMs = this.nowMs();
    const hour = hourOf(nowMs);
    if (group.state === 'muted') return broughtBack(group, hour, this.countOf(group.id, hour, hour), at);
    if (group.state !== 'open' || group.growingAt !== null) return null;
    const judgedMs = this.judged.get(group.id);
    if (judgedMs !== undefined && Math.abs(nowMs - judgedMs) < JUDGED_EVERY_MS) return null;
    if (!canGrow(this.countOf(group.id, hour - 1, hour))) return null;
    this.judged.set(group.id, nowMs);
    return this.grows(group) ? { ...standingOf(group), growingAt: at } : null;
  }

  private countOf(groupId: string, fromHour: number, toHour: number): number {
    return this.store.errorHours.of([groupId], fromHour, toHour).reduce((sum, { count }) => sum + count, 0);
  }

  private grows({ id, firstSeenAt }: StoredGroup): boolean {
    const nowMs = this.nowMs();
    const present = hourOf(nowMs);
    const from = Math.max(present - USUAL_HOURS, Math.min(hourOf(Date.parse(firstSeenAt)), present));
    const hours = Array.from({ length: present - from + 1 }, () => 0);
    for (const { hour, count } of this.store.errorHours.of([id], from, present)) hours[hour - from] = count;
    return growthOf(hours, nowMs).isGrowing;
  }
}
