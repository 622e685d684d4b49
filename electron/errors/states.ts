/** States of a group: what people decide, and what events make of it. Pure. */
import type { GroupTrend } from '@shared/error-groups';
import type { GroupStanding, StoredGroup } from '../store/error-groups';
import { HOUR_MS } from './hours';

export const DAY_MS = 24 * HOUR_MS;
const isoOf = (atMs: number): string => new Date(atMs).toISOString();

const UNMUTED = { mutedUntil: null, mutedUntilPerHour: null, mutedHour: null, mutedCount: null };
/** A group that was just made. */
export const FRESH: GroupStanding = {
  ...UNMUTED,
  state: 'open',
  lookedAt: null,
  acknowledgedAt: null,
  resolvedAt: null,
  returnedAt: null,
  growingAt: null,
};

export const standingOf = (group: GroupStanding): GroupStanding => ({
  state: group.state,
  lookedAt: group.lookedAt,
  acknowledgedAt: group.acknowledgedAt,
  mutedUntil: group.mutedUntil,
  mutedUntilPerHour: group.mutedUntilPerHour,
  mutedHour: group.mutedHour,
  mutedCount: group.mutedCount,
  resolvedAt: group.resolvedAt,
  returnedAt: group.returnedAt,
  growingAt: group.growingAt,
});

/** Whoever decides has looked at it: it is neither new nor returned any more, and its growth is known. */
const lookedAt = (group: GroupStanding, nowMs: number): GroupStanding => ({
  ...standingOf(group),
  ...UNMUTED,
  lookedAt: isoOf(nowMs),
  acknowledgedAt: null,
  resolvedAt: null,
  returnedAt: null,
  growingAt: null,
});

export const acknowledged = (group: GroupStanding, nowMs: number): GroupStanding => ({
  ...lookedAt(group, nowMs),
  state: 'acknowledged',
  acknowledgedAt: isoOf(nowMs),
});

export const resolved = (group: GroupStanding, nowMs: number): GroupStanding => ({
  ...lookedAt(group, nowMs),
  state: 'resolved',
  resolvedAt: isoOf(nowMs),
});

/** By hand: also ends an acknowledgement and a mute. */
export const reopened = (group: GroupStanding, nowMs: number): GroupStanding => ({
  ...lookedAt(group, nowMs),
  state: 'open',
});

/** `hour` and `count`: the present hour, and events in it so far, which are no reason to come back. */
export const muted = (
  group: GroupStanding,
  until: { minutes: number | null; untilPerHour: number | null },
  { nowMs, hour, count }: { nowMs: number; hour: number; count: number },
): GroupStanding => ({
  ...lookedAt(group, nowMs),
  state: 'muted',
  mutedUntil: until.minutes === null ? null : isoOf(nowMs + until.minutes * 60_000),
  mutedUntilPerHour: until.untilPerHour,
  mutedHour: hour,
  mutedCount: count,
});

/** The time of a mute is over. It is open again, and no news. */
export const unmuted = (group: GroupStanding): GroupStanding => ({ ...standingOf(group), ...UNMUTED, state: 'open' });

/** An event came to a resolved group. When it was resolved stays known. */
export const returned = (group: GroupStanding, at: string): GroupStanding => ({
  ...standingOf(group),
  state: 'open',
  returnedAt: at,
});

/**
 * Of a muted group, after an event: open, and as growing as its mute allowed, when there were more events in this clock hour
 * (since it was muted) than it was muted for; else null.
 */
export function broughtBack(group: GroupStanding, hour: number, count: number, at: string): GroupStanding | null {
  const { state, mutedUntilPerHour, mutedHour, mutedCount } = group;
  if (state !== 'muted' || mutedUntilPerHour === null) return null;
  const since = count - (mutedHour === hour ? (mutedCount ?? 0) : 0);
  return since > mutedUntilPerHour ? { ...unmuted(group), growingAt: at } : null;
}

/** Growth that was seen stays for an hour at least, so that one look at the wrong moment does not hide it. */
export const mayStopGrowing = ({ growingAt }: GroupStanding, nowMs: number): boolean =>
  growingAt !== null && nowMs - Date.parse(growingAt) >= HOUR_MS;

/** The first that holds: nothing for a day; came back; far more than usual; first seen within the day and not looked at. */
export function trendOf(
  group: Pick<StoredGroup, 'state' | 'lookedAt' | 'firstSeenAt' | 'lastSeenAt' | 'returnedAt' | 'growingAt'>,
  nowMs: number,
): GroupTrend {
  const dayAgo = isoOf(nowMs - DAY_MS);
  if (group.lastSeenAt < dayAgo) return 'quiet';
  if (group.returnedAt !== null) return 'returned';
  if (group.growingAt !== null) return 'growing';
  return group.lookedAt === null && group.firstSeenAt >= dayAgo ? 'new' : 'steady';
}
