/** Writes gathered events into groups, in one transaction of the caller. */
import { randomUUID } from 'node:crypto';
import { type GroupState, KEPT_EVENTS } from '@shared/error-groups';
import type { GroupStanding, StoredGroup } from '../store/error-groups';
import type { Store } from '../store/open';
import { holdfastError } from './holdfast-error';
import { canGrow, growthOf, USUAL_HOURS } from './growth';
import { HOUR_MS, hourOf } from './hours';
import type { PendingPart, PendingSample } from './pending';
import { broughtBack, mayStopGrowing, returned, standingOf } from './states';
import { storedText } from './stored-event';

/** Growth of a group that events keep coming to is judged so often. */
const JUDGED_EVERY_MS = 10_000;

/** What a write makes of a group. */
interface Touched {
  at: string;
  isNew: boolean;
  /** Before it. */
  state: GroupState;
}

/** Of a fingerprint that is known, the first event of this write is one of the newest, or none that is kept. */
const samplesOf = ({ first, newest }: PendingPart, isNew: boolean): PendingSample[] =>
  isNew || newest.length < KEPT_EVENTS ? [first, ...newest] : newest;

export class EventWriter {
  /** When the growth of a group was judged. */
  private readonly judged = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly nowMs: () => number,
  ) {}

  /** Gives how many groups were made. */
  write(parts: readonly PendingPart[]): number {
    const touched = new Map<string, Touched>();
    const counts = new Map<string, { events: number; lastEventAt: string }>();
    const gone = new Map<string, boolean>();
    let made = 0;
    for (const part of parts) {
      const { applicationId, count, lastSeenAt } = part;
      if (applicationId !== null && this.isGone(applicationId, gone)) continue;
      const { groupId, isNew, state } = this.writePart(part);
      if (isNew) made++;
      const before = touched.get(groupId);
      if (!before || before.at < lastSeenAt) touched.set(groupId, { at: lastSeenAt, isNew, state });
      if (applicationId === null) continue;
      const known = counts.get(applicationId) ?? { events: 0, lastEventAt: lastSeenAt };
      const lastEventAt = lastSeenAt > known.lastEventAt ? lastSeenAt : known.lastEventAt;
      counts.set(applicationId, { events: known.events + count, lastEventAt });
    }
    for (const [id, group] of touched) this.settle(id, group);
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

  /** Removed since the event was taken. */
  private isGone(applicationId: string, known: Map<string, boolean>): boolean {
    const before = known.get(applicationId);
    if (before !== undefined) return before;
    const isGone = this.store.errorApplications.get(applicationId) === null;
    known.set(applicationId, isGone);
    return isGone;
  }

  private writePart(part: PendingPart): { groupId: string; isNew: boolean; state: GroupState } {
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
    } else if (found.state === 'resolved') {
      this.comeBack(found.groupId, firstSeenAt);
    }
    const { id, groupId, state } = found;
    errorFingerprints.count(id, { ...described, ...about, code, severity: worst, count, firstSeenAt, lastSeenAt });
    for (const { hour, severity, count: events } of part.hours.values()) errorHours.add(id, hour, severity, events);
    for (const [place, { id: eventId, receivedAt, event }] of samplesOf(part, isNew).entries()) {
      errorEvents.add(id, eventId, receivedAt, isNew && place === 0, storedText(event));
    }
    if (found.count + count > KEPT_EVENTS) errorEvents.keepNewest(id);
    return { groupId, isNew, state };
  }

  /** Before anything is counted: a resolved group begins anew. */
  private comeBack(groupId: string, at: string): void {
    const group = this.store.errorGroups.get(groupId);
    if (group?.state !== 'resolved') return;
    this.store.errorFingerprints.forgetSeverity(groupId);
    this.store.errorGroups.setStanding(groupId, returned(group, at));
  }

  /** After everything is counted. */
  private settle(groupId: string, { at, isNew, state }: Touched): void {
    const { errorGroups } = this.store;
    errorGroups.refresh(groupId);
    // Of one that has just begun nobody knows what is usual.
    if (isNew || (state !== 'muted' && !this.isToJudge(groupId, state))) return;
    const group = errorGroups.get(groupId);
    const next = group && this.afterEvents(group, at);
    if (next) errorGroups.setStanding(groupId, next);
  }

  private isToJudge(groupId: string, state: GroupState): boolean {
    if (state !== 'open') return false;
    const nowMs = this.nowMs();
    const judgedMs = this.judged.get(groupId);
    if (judgedMs !== undefined && Math.abs(nowMs - judgedMs) < JUDGED_EVERY_MS) return false;
    const hour = hourOf(nowMs);
    if (!canGrow(this.countOf(groupId, hour - 1, hour))) return false;
    this.judged.set(groupId, nowMs);
    return true;
  }

  private afterEvents(group: StoredGroup, at: string): GroupStanding | null {
    const hour = hourOf(this.nowMs());
    if (group.state === 'muted') return broughtBack(group, hour, this.countOf(group.id, hour, hour), at);
    if (group.growingAt !== null || !this.grows(group)) return null;
    return { ...standingOf(group), growingAt: at };
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
