/** What chains mean to retention: a point needs all that it is built on. */
import type { RetentionPoint } from './retention';

type Link = Pick<RetentionPoint, 'id' | 'parentId'>;

/**
 * Calls `pin` for each point that one of `kept` is built on, with the id of the newest that needs it.
 * @param kept newest first
 */
export function pinChains<P extends Link>(
  kept: readonly P[],
  points: readonly P[],
  pin: (point: P, childId: string) => void,
): void {
  const byId = new Map(points.map((point) => [point.id, point]));
  const pinned = new Set<string>();
  for (const child of kept) {
    for (const link of ancestors(child, byId)) {
      // What it is built on was pinned with it.
      if (pinned.has(link.id)) break;
      pinned.add(link.id);
      pin(link, child.id);
    }
  }
}

/** Children before parents: whatever a crash leaves of them can be restored. */
export function inDeletionOrder<P extends Link>(points: readonly P[]): P[] {
  const byId = new Map(points.map((point) => [point.id, point]));
  const depth = new Map(points.map((point) => [point, ancestors(point, byId).length]));
  return points.toSorted((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0));
}

/** Nearest first, as far as they are known. A chain that leads back to itself ends there. */
function ancestors<P extends Link>(point: P, byId: ReadonlyMap<string, P>): P[] {
  const found = new Set<P>();
  for (let link: P | undefined = point; link?.parentId; ) {
    link = byId.get(link.parentId);
    if (!link || link === point || found.has(link)) break;
    found.add(link);
  }
  return [...found];
}
