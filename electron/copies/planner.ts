/**
 * What a destination is to have, and what is let go there: a pure function over the catalogue. Each copied point can be
 * restored from that destination alone: what it is built on is there too.
 */
import type { KeepReason, RestorePoint, RetentionDecision } from '@shared/models';
import type { RetentionPoint } from '../backup/retention';
import { inDeletionOrder } from '../backup/retention-chains';
import type { StoredCopy } from '../store/copies';
import { waitMs } from './backoff';

export type PlanPoint = RetentionPoint;
export type PlanCopy = Pick<StoredCopy, 'pointId' | 'state' | 'attempts' | 'nextTryAt' | 'verifiedAt'>;

export interface PlannedCopy {
  pointId: string;
  /** `wanted`: its retention keeps it. `base`: another one needs it. `damaged`, `missing`: it was copied before. */
  reason: 'wanted' | 'base' | 'damaged' | 'missing';
  /** It waits for a pause after a failure, or for what it is built on; 0: now. */
  waitMs: number;
}
export interface PlannedEnd {
  pointId: string;
  /** `retention`: it goes there. `not-wanted`: it was never copied, and is no longer to be. */
  reason: 'retention' | 'not-wanted';
  /** The newer one that stays there; null for what was never copied. */
  keptInstead: string | null;
}
export interface CopyPlan {
  /** Newest first, but nothing before what it is built on. */
  copy: PlannedCopy[];
  /** Nothing before what is built on it. */
  forget: PlannedEnd[];
}

/** Reasons for which a point is kept where it is, and not brought to another place. */
const ONLY_KEPT: ReadonlySet<KeepReason['reason']> = new Set<KeepReason['reason']>([
  'not-proved',
  'newer-not-proved',
  'other-home',
  'not-copied',
]);

/**
 * The points that a destination's retention decides about, as they are there: what was copied counts as proved, what could
 * be copied as it is here. Safety backups belong to a restore here, and what lies elsewhere only is out of reach.
 */
export function pointsFor(points: readonly PlanPoint[], copies: readonly PlanCopy[]): PlanPoint[] {
  const copied = new Set(copies.filter(({ state }) => state === 'copied').map(({ pointId }) => pointId));
  return points.flatMap((point): PlanPoint[] => {
    if (point.kind === 'safety') return [];
    if (copied.has(point.id)) return [{ ...point, state: 'proved' }];
    return point.state === 'missing' || point.state === 'elsewhere' ? [] : [point];
  });
}

/**
 * @param points of one database, as the catalogue has them here
 * @param decisions of the destination's retention over `pointsFor`
 * @param copies those of the points at the destination
 * @param guarded whether the database is guarded here; what others guard is never let go
 */
export function planCopies(
  points: readonly PlanPoint[],
  decisions: readonly RetentionDecision[],
  copies: readonly PlanCopy[],
  { guarded }: { guarded: boolean },
  nowMs: number,
): CopyPlan {
  if (!guarded) return { copy: [], forget: [] };
  const known = new Map(points.map((point) => [point.id, point]));
  const byPoint = new Map(copies.map((copy) => [copy.pointId, copy]));
  const keep = new Map(decisions.map((decision) => [decision.id, decision]));
  const view: View = { known, byPoint, keep };
  return { copy: toCopy(view, points, nowMs), forget: toForget(view, points) };
}

interface View {
  known: ReadonlyMap<string, PlanPoint>;
  byPoint: ReadonlyMap<string, PlanCopy>;
  keep: ReadonlyMap<string, RetentionDecision>;
}

const isCopied = ({ byPoint }: View, id: string): boolean => byPoint.get(id)?.state === 'copied';

/** A point and what it is built on, base first; null when a link is not known. */
function chainOf({ known }: View, point: PlanPoint): PlanPoint[] | null {
  const chain = [point];
  for (let link = point; link.parentId !== null; ) {
    const parent = known.get(link.parentId);
    if (!parent || chain.includes(parent)) return null;
    chain.unshift(parent);
    link = parent;
  }
  return chain;
}

function toCopy(view: View, points: readonly PlanPoint[], nowMs: number): PlannedCopy[] {
  const planned = new Map<string, PlannedCopy>();
  for (const point of points.toSorted(newestFirst)) {
    const reasons = view.keep.get(point.id)?.reasons ?? [];
    if (point.kind === 'safety' || !reasons.some(({ reason }) => !ONLY_KEPT.has(reason))) continue;
    const chain = chainOf(view, point);
    // A link that is neither there nor proved here: from that destination the point could never be restored.
    if (!chain?.every((link) => isCopied(view, link.id) || link.state === 'proved')) continue;
    let waitsMs = 0;
    for (const link of chain) {
      if (isCopied(view, link.id)) continue;
      const copy = view.byPoint.get(link.id);
      // Nothing is sent before what it is built on has arrived.
      waitsMs = Math.max(waitsMs, waitMs(copy?.nextTryAt ?? null, nowMs));
      const before = copy?.state === 'damaged' || copy?.state === 'missing' ? copy.state : null;
      const reason = before ?? (link === point ? 'wanted' : 'base');
      if (!planned.has(link.id)) planned.set(link.id, { pointId: link.id, reason, waitMs: waitsMs });
    }
  }
  return [...planned.values()];
}

function toForget(view: View, points: readonly PlanPoint[]): PlannedEnd[] {
  const newest = points.toSorted(newestFirst);
  const stays = newest.find((point) => view.keep.get(point.id)?.keep === true && isWhole(view, point));
  const remaining = new Set([...view.byPoint.keys()]);
  const forget: PlannedEnd[] = [];
  const children = new Map<string | null, PlanPoint[]>();
  for (const point of points) {
    const siblings = children.get(point.parentId);
    if (siblings) siblings.push(point);
    else children.set(point.parentId, [point]);
  }
  for (const point of inDeletionOrder(newest)) {
    const copy = view.byPoint.get(point.id);
    const decision = view.keep.get(point.id);
    if (!copy || !decision || decision.keep) continue;
    if (children.get(point.id)?.some((child) => remaining.has(child.id))) continue;
    if (copy.state !== 'copied') {
      if (copy.state === 'waiting' || copy.state === 'failed') {
        forget.push({ pointId: point.id, reason: 'not-wanted', keptInstead: null });
        remaining.delete(point.id);
      }
    } else if (stays && newestFirst(stays, point) < 0) {
      forget.push({ pointId: point.id, reason: 'retention', keptInstead: stays.id });
      remaining.delete(point.id);
    }
  }
  return forget;
}

/** It can be restored from there: all of its chain was copied and compared. */
const isWhole = (view: View, point: PlanPoint): boolean =>
  chainOf(view, point)?.every(({ id }) => isCopied(view, id) && view.byPoint.get(id)?.verifiedAt != null) ?? false;

function newestFirst(a: Pick<RestorePoint, 'id' | 'createdAt'>, b: Pick<RestorePoint, 'id' | 'createdAt'>): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1);
}
