/**
 * Which backups stay, and why: a pure function over the catalogue, of the backup folder or of what lies at a destination.
 * Deleting is somebody else's. A backup that is not proved counts for nothing here: it stays, and it makes no proved one go.
 */
import type { KeepReason, LetGoReason, RestorePoint, RetentionDecision } from '@shared/models';
import type { RetentionPolicy } from '@shared/settings';
import { systemTimeZone } from './local-time';
import { inDeletionOrder, pinChains } from './retention-chains';
import { standing, type Standing } from './retention-periods';

/** `state` as it is at the place that is decided about. */
export type RetentionPoint = Pick<
  RestorePoint,
  'id' | 'databaseId' | 'kind' | 'createdAt' | 'state' | 'form' | 'parentId'
>;

export interface RetentionOptions {
  /** Safety backups that undo one of the last restores. */
  undoPointIds: ReadonlySet<string>;
  /** Points that a destination is to have and does not have yet. */
  notCopied?: ReadonlySet<string>;
  /** Points that a transaction log is replayed on, for a moment that is kept. */
  logBases?: ReadonlySet<string>;
  /** Points whose files another Holdfast made, in a folder that both use. */
  otherHome?: ReadonlySet<string>;
  /** Zone whose days, ISO weeks and months count; the machine's when it is left out. */
  timeZone?: string;
  /** Tells which points lie in the future; none does when it is left out. */
  nowMs?: number;
}

/** A destination that is away for longer than this holds nothing back: the backup folder must not fill up for it. */
const LONGEST_WAIT_FOR_COPY_MS = 14 * 24 * 3_600_000;

/**
 * Decides for each point, in the order given. Kept are, of each database:
 * - the newest proved points of changed pages, as many as `policy.incremental` says (those of the interval schedule count
 *   among them also where a full one had to be taken),
 * - the newest proved point of each of the last N days, ISO weeks and months that have one. For a week or a month a full
 *   one of that period goes before a newer one of changed pages: it stands alone, and holds no chain for months. A safety
 *   backup never stands for a period: it holds what somebody chose to replace,
 * - the last proved one, those made by hand, those that undo a restore, those that are not proved, and for 14 days those
 *   that a destination still waits for,
 * - those that a transaction log is replayed on,
 * - whatever a point that stays is built on (`base`).
 * While the newest point of a database is not proved nothing of that database goes. A missing one stands for nothing and
 * is never let go: its disk may be absent, and back when somebody acts on this. One that lies elsewhere only has nothing
 * here to let go, and one that another Holdfast made is that one's: both take no place.
 */
export function decideRetention(
  points: readonly RetentionPoint[],
  policy: RetentionPolicy,
  options: RetentionOptions,
): RetentionDecision[] {
  const reasons = new Map<RetentionPoint, KeepReason[]>(points.map((point) => [point, []]));
  const whyNot = new Map<string, (point: RetentionPoint) => LetGoReason[]>();
  for (const databaseId of new Set(points.map((point) => point.databaseId))) {
    const all = points.filter((point) => point.databaseId === databaseId).toSorted(newestFirst);
    const isOwn = (point: RetentionPoint) => !options.otherHome?.has(point.id) && point.state !== 'elsewhere';
    for (const point of all) if (options.otherHome?.has(point.id)) reasons.get(point)?.push({ reason: 'other-home' });
    whyNot.set(databaseId, decideOwn(all.filter(isOwn), policy, options, reasons));
  }
  const kept = points.filter((point) => reasons.get(point)?.length).toSorted(newestFirst);
  pinChains(kept, points, (point, childId) => {
    if (point.state !== 'elsewhere') reasons.get(point)?.push({ reason: 'base', period: childId });
  });
  return points.map((point): RetentionDecision => {
    const found = reasons.get(point) ?? [];
    if (found.length > 0 || point.state === 'elsewhere') return { id: point.id, keep: true, reasons: found };
    return { id: point.id, keep: false, reasons: [], letGo: whyNot.get(point.databaseId)?.(point) ?? [] };
  });
}

/** Which of `points` the decisions let go, in the order to delete them: nothing before what is built on it. */
export function deletionsOf<P extends Pick<RetentionPoint, 'id' | 'parentId'>>(
  points: readonly P[],
  decisions: readonly RetentionDecision[],
): P[] {
  const going = new Set(decisions.flatMap(({ id, keep }) => (keep ? [] : [id])));
  return inDeletionOrder(points.filter(({ id }) => going.has(id)));
}

/**
 * @param own the points of one database that lie here and are this Holdfast's, newest first
 * @returns what each rule says of a point that it does not keep
 */
function decideOwn(
  own: RetentionPoint[],
  policy: RetentionPolicy,
  options: RetentionOptions,
  reasons: ReadonlyMap<RetentionPoint, KeepReason[]>,
): (point: RetentionPoint) => LetGoReason[] {
  const { nowMs = Number.POSITIVE_INFINITY, timeZone = systemTimeZone() } = options;
  const keep = (point: RetentionPoint, reason: KeepReason) => reasons.get(point)?.push(reason);
  const isAhead = (point: RetentionPoint) => Date.parse(point.createdAt) > nowMs;
  // Backups made while the clock stood ahead are counted by themselves: they must not make today's backups go, and what
  // is not proved today is not proved by them.
  const groups = [own.filter(isAhead), own.filter((point) => !isAhead(point))] as const;
  const [ahead, rest] = groups.map((group) => standing(group.filter(isProved), policy, timeZone)) as [
    Standing,
    Standing,
  ];
  for (const { lastProved, stands } of [ahead, rest]) {
    for (const point of lastProved) keep(point, { reason: 'last-proved' });
    for (const { point, reason } of stands) keep(point, reason);
  }
  // Whatever went while the newest one is not proved would go before there is something better.
  const isHeld = groups.some((group) => {
    const newest = group.find((point) => point.state !== 'missing');
    return newest !== undefined && !isProved(newest);
  });
  for (const point of own) {
    if (point.kind === 'manual') keep(point, { reason: 'manual' });
    if (point.kind === 'safety' && options.undoPointIds.has(point.id)) keep(point, { reason: 'undo' });
    if (!isProved(point)) keep(point, { reason: 'not-proved' });
    if (options.logBases?.has(point.id)) keep(point, { reason: 'log-base' });
    if (waitsForCopy(point, options)) keep(point, { reason: 'not-copied' });
    if (isHeld && reasons.get(point)?.length === 0) keep(point, { reason: 'newer-not-proved' });
  }
  return (point) => (isAhead(point) ? ahead : rest).whyNot(point);
}

const isProved = (point: RetentionPoint): boolean => point.state === 'proved';

function waitsForCopy({ id, createdAt }: RetentionPoint, { notCopied, nowMs }: RetentionOptions): boolean {
  if (!notCopied?.has(id)) return false;
  return nowMs === undefined || nowMs - Date.parse(createdAt) <= LONGEST_WAIT_FOR_COPY_MS;
}

// Equal times: by id, so that the answer does not depend on the order in which the points were read.
function newestFirst(a: RetentionPoint, b: RetentionPoint): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1);
}
