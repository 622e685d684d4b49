/**
 * Which backups stay, and why: a pure function over the catalogue. Deleting is somebody else's. A backup that is not
 * proved counts for nothing here: it stays, and it makes no proved one go.
 */
import type { KeepReason, RestorePoint, RetentionDecision } from '@shared/models';
import type { RetentionPolicy } from '@shared/settings';
import { systemTimeZone, wallOf } from './local-time';

export type RetentionPoint = Pick<RestorePoint, 'id' | 'databaseId' | 'kind' | 'createdAt' | 'state'>;

export interface RetentionOptions {
  /** Safety backups that undo one of the last restores. */
  undoPointIds: ReadonlySet<string>;
  /** Zone whose days, ISO weeks and months count; the machine's when it is left out. */
  timeZone?: string;
  /** Tells which points lie in the future; none does when it is left out. */
  nowMs?: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Decides for each point, in the order given. Kept are, of each database: the newest proved point of each of the last N
 * days, ISO weeks and months that have one (a safety backup never stands for a period: it holds what somebody chose to
 * replace), the last proved one, those made by hand, those that undo a restore, and those that are not proved. While the
 * newest point of a database is not proved nothing of that database goes. A missing one stands for nothing and is never
 * let go: its disk may be absent, and back when somebody acts on this.
 */
export function decideRetention(
  points: readonly RetentionPoint[],
  policy: RetentionPolicy,
  options: RetentionOptions,
): RetentionDecision[] {
  const reasons = new Map<RetentionPoint, KeepReason[]>(points.map((point) => [point, []]));
  const keep: Keep = (point, reason) => reasons.get(point)?.push(reason);
  const { nowMs = Number.POSITIVE_INFINITY, timeZone = systemTimeZone() } = options;
  for (const databaseId of new Set(points.map((point) => point.databaseId))) {
    const all = points.filter((point) => point.databaseId === databaseId).sort(newestFirst);
    const newest = all.find((point) => point.state !== 'missing');
    const proved = all.filter((point) => point.state === 'proved');
    // Backups made while the clock stood ahead are counted by themselves: they must not make today's backups go.
    const ahead = proved.filter((point) => Date.parse(point.createdAt) > nowMs);
    keepPeriods(ahead, policy, timeZone, keep);
    keepPeriods(proved.slice(ahead.length), policy, timeZone, keep);
    for (const point of all) {
      if (point.kind === 'manual') keep(point, { reason: 'manual' });
      if (point.kind === 'safety' && options.undoPointIds.has(point.id)) keep(point, { reason: 'undo' });
      if (point.state !== 'proved') keep(point, { reason: 'not-proved' });
      else if (newest?.state !== 'proved' && reasons.get(point)?.length === 0) {
        keep(point, { reason: 'newer-not-proved' });
      }
    }
  }
  return points.map((point) => {
    const found = reasons.get(point) ?? [];
    return { id: point.id, keep: found.length > 0, reasons: found };
  });
}

type Keep = (point: RetentionPoint, reason: KeepReason) => void;

/** `proved`: newest first. */
function keepPeriods(proved: RetentionPoint[], policy: RetentionPolicy, timeZone: string, keep: Keep): void {
  // A safety backup holds what somebody chose to replace: it does not stand for the last good one.
  const [last] = proved;
  const lastGood = proved.find((point) => point.kind !== 'safety');
  for (const point of new Set([last, lastGood])) if (point) keep(point, { reason: 'last-proved' });
  for (const period of PERIODS) {
    const seen = new Set<string>();
    for (const point of proved) {
      if (seen.size === policy[period.kind]) break;
      if (point.kind === 'safety') continue;
      const name = period.name(wallOf(Date.parse(point.createdAt), timeZone));
      if (seen.has(name)) continue;
      seen.add(name);
      keep(point, { reason: period.reason, period: name });
    }
  }
}

const PERIODS = [
  { kind: 'daily', reason: 'daily-period', name: dayOf },
  { kind: 'weekly', reason: 'weekly-period', name: weekOf },
  { kind: 'monthly', reason: 'monthly-period', name: monthOf },
] as const;

// Equal times: by id, so that the answer does not depend on the order in which the points were read.
function newestFirst(a: RetentionPoint, b: RetentionPoint): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1);
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function monthOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 7);
}

/** `2026-W53`: an ISO week belongs to the year that has its Thursday. */
function weekOf(wallMs: number): string {
  const weekday = (new Date(wallMs).getUTCDay() + 6) % 7;
  const thursday = new Date(wallMs + (3 - weekday) * DAY_MS);
  const firstOfYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((thursday.getTime() - firstOfYear) / (7 * DAY_MS));
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
