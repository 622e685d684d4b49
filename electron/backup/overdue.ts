/** Since when a database has had no proved backup that it should have: pure, and what it needs to know. */
import { SCHEDULED_KINDS, type ScheduledKind } from '@shared/models';
import { z } from 'zod';
import { HoldfastError } from '../errors/holdfast-error';
import type { KnownDatabase } from '../store/databases';
import type { Store } from '../store/open';
import { systemTimeZone } from './local-time';
import { longestGapMs, nextOccurrence, validateCron } from './schedule';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A backup takes its time, waits its turn, and is tried again when it fails. */
const LEAST_GRACE_MS = 30 * MINUTE_MS;
const PERIOD_MS: Record<Exclude<ScheduledKind, 'incremental'>, number> = {
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
  monthly: 31 * DAY_MS,
};

export interface OverdueInput {
  lastProvedAtMs: number | null;
  /** The newest look that found nothing changed since the newest proved restore point. */
  lastUnchangedAtMs: number | null;
  addedAtMs: number;
  schedules: KnownDatabase['schedules'];
  /** Since when the schedule of interval points is as it is. */
  intervalSinceMs: number;
  /** Since when backups could be taken here: the start, or the last wake. Null where nobody takes them. */
  awakeSinceMs: number | null;
  nowMs: number;
  /** The machine's when it is left out. */
  timeZone?: string;
}

/** Hours for people: whole ones, below one the minutes as a fraction. */
export function hoursSince(atMs: number, nowMs: number): number {
  const minutes = Math.max(0, Math.floor((nowMs - atMs) / MINUTE_MS));
  return minutes < 60 ? minutes / 60 : Math.floor(minutes / 60);
}

/**
 * Until when the newest state is known to be kept: the newest proved restore point, or a later look that found nothing
 * changed since. Null without a proved one.
 */
export function coveredUntil(lastProvedAtMs: number | null, lastUnchangedAtMs: number | null): number | null {
  return lastProvedAtMs === null ? null : Math.max(lastProvedAtMs, lastUnchangedAtMs ?? lastProvedAtMs);
}

/**
 * Since when a database is overdue, milliseconds since 1970: for one of its enabled schedules there has been no proved
 * backup for twice the period (daily: 48 h), counted from the last proved one, else from when it was added. A schedule
 * that stores only what changed also counts from the last look that found nothing changed. Null while it is on time, and
 * without schedules that can be read.
 */
export function overdueSince(input: OverdueInput): number | null {
  const dueMs = SCHEDULED_KINDS.filter((kind) => input.schedules[kind].enabled).map((kind) =>
    kind === 'incremental' ? intervalDueMs(input) : periodDueMs(input, kind),
  );
  const firstMs = Math.min(...dueMs);
  return firstMs <= input.nowMs ? firstMs : null;
}

function periodDueMs(input: OverdueInput, kind: keyof typeof PERIOD_MS): number {
  const allowedMs = 2 * PERIOD_MS[kind];
  const until = input.schedules[kind].changesOnly
    ? coveredUntil(input.lastProvedAtMs, input.lastUnchangedAtMs)
    : input.lastProvedAtMs;
  return credible(until, allowedMs, input) + allowedMs;
}

/**
 * Twice the longest pause of the interval, and at least half an hour after a point that should be there is not. What the
 * machine slept through, or what was due before the schedule was set, is not held against it: the catch-up has its time.
 */
function intervalDueMs(input: OverdueInput): number {
  const { cron } = input.schedules.incremental;
  // The scheduler tells it; here it must not take all else with it.
  if (validateCron(cron) !== null) return Number.POSITIVE_INFINITY;
  const { nowMs, timeZone = systemTimeZone() } = input;
  const periodMs = longestGapMs(cron, nowMs);
  const allowedMs = periodMs + Math.max(periodMs, LEAST_GRACE_MS);
  const covered = credible(coveredUntil(input.lastProvedAtMs, input.lastUnchangedAtMs), allowedMs, input);
  const sinceMs = input.intervalSinceMs > nowMs ? covered : Math.max(covered, input.intervalSinceMs);
  const dueMs = sinceMs + allowedMs;
  // Mostly on time: working out the next occurrence costs more than all the rest.
  if (dueMs > nowMs) return dueMs;
  // Where clocks go back the pause is longer by as much.
  const missedMs = nextOccurrence(cron, sinceMs, timeZone).atMs + LEAST_GRACE_MS;
  const awakeMs = (input.awakeSinceMs ?? Number.NEGATIVE_INFINITY) + LEAST_GRACE_MS;
  return Math.max(dueMs, missedMs, awakeMs);
}

/** A proof that lies far in the future was dated by a wrong clock; it must not silence this until then. */
function credible(atMs: number | null, allowedMs: number, { addedAtMs, nowMs }: OverdueInput): number {
  return atMs !== null && atMs <= nowMs + allowedMs ? atMs : addedAtMs;
}

const Unchanged = z.object({ pointId: z.string(), atMs: z.number() });
const keyOf = (databaseId: string): string => `unchanged.${databaseId}`;

/**
 * Remembers that a backup which began at `atMs` and ended in `thrown` found nothing changed since the restore point that
 * the error names; nothing when it ended in something else.
 */
export function noteUnchanged(store: Pick<Store, 'facts'>, databaseId: string, atMs: number, thrown: unknown): void {
  if (!(thrown instanceof HoldfastError) || thrown.code !== 'NOTHING_CHANGED') return;
  const { pointId } = thrown.params;
  if (typeof pointId === 'string') store.facts.write(keyOf(databaseId), { pointId, atMs });
}

/**
 * When a look last found nothing changed since the newest proved restore point. Null when none did: what was found of a
 * point that was deleted since, or turned out to be damaged, says nothing of the one before it.
 */
export function lastUnchangedAtMs(store: Pick<Store, 'backups' | 'facts'>, databaseId: string): number | null {
  const known = store.facts.read(keyOf(databaseId), Unchanged);
  return known && store.backups.newestProved(databaseId)?.id === known.pointId ? known.atMs : null;
}
