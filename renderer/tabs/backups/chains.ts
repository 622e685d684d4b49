/** Restore points as people look for them: newest first, each full one with the changes that are built on it below. */
import type { RestorePoint } from '@shared/models';

export interface PointChain {
  /** Id of the full backup. */
  id: string;
  /** Null when the full backup is not known. */
  base: RestorePoint | null;
  /** Newest first. */
  changes: RestorePoint[];
}

/** One line of the list. */
export interface PointLine {
  point: RestorePoint;
  /** 2 for changes below their full backup. */
  level: 1 | 2;
  /** Number of changes below; 0 where nothing can be opened. */
  below: number;
  /** Null where nothing can be opened. */
  open: boolean | null;
  /** True for the last line of its chain: the thin line beside the changes ends there. */
  last: boolean;
  /** Place among its neighbours of the same level, from 1, and their number. */
  position: number;
  of: number;
}

/** Up to so many lines every chain is open from the start; with more only the newest. */
const FEW_LINES = 40;

const newestFirst = (a: RestorePoint, b: RestorePoint): number => b.createdAt.localeCompare(a.createdAt);

/** Groups restore points into their chains; the chain with the newest restore point first. */
export function chainsOf(points: readonly RestorePoint[]): PointChain[] {
  const chains = new Map<string, PointChain>();
  for (const point of [...points].sort(newestFirst)) {
    const known = chains.get(point.chainId) ?? { id: point.chainId, base: null, changes: [] };
    chains.set(point.chainId, known);
    if (point.form === 'full') known.base = point;
    else known.changes.push(point);
  }
  return [...chains.values()];
}

/** The lines that are seen. `opened`: what somebody opened or closed, by the id of the full backup. */
export function linesOf(chains: readonly PointChain[], opened: ReadonlyMap<string, boolean>): PointLine[] {
  const all = chains.reduce((sum, { base, changes }) => sum + changes.length + (base ? 1 : 0), 0);
  const newest = chains.find(({ base, changes }) => base && changes.length > 0);
  const tops = chains.reduce((sum, { base, changes }) => sum + (base ? 1 : changes.length), 0);
  const lines: PointLine[] = [];
  let top = 0;
  for (const chain of chains) {
    const { base, changes } = chain;
    if (!base) {
      // without their full backup they stand alone
      for (const point of changes) {
        top += 1;
        lines.push({ point, level: 1, below: 0, open: null, last: false, position: top, of: tops });
      }
      continue;
    }
    top += 1;
    const open = changes.length === 0 ? null : (opened.get(chain.id) ?? (chain === newest || all <= FEW_LINES));
    lines.push({ point: base, level: 1, below: changes.length, open, last: false, position: top, of: tops });
    if (!open) continue;
    changes.forEach((point, index) => {
      const position = index + 1;
      const last = position === changes.length;
      lines.push({ point, level: 2, below: 0, open: null, last, position, of: changes.length });
    });
  }
  return lines;
}

/** The restore points that could not be brought back without this one, oldest first. */
export function builtOn(point: Pick<RestorePoint, 'id'>, points: readonly RestorePoint[]): RestorePoint[] {
  const needing = new Set([point.id]);
  const found: RestorePoint[] = [];
  for (const one of [...points].sort((a, b) => a.chainLength - b.chainLength)) {
    if (one.parentId === null || !needing.has(one.parentId)) continue;
    needing.add(one.id);
    found.push(one);
  }
  return found;
}

/** The links from the full backup to a restore point, that one last; null where one of them is not known. */
export function linksOf(point: RestorePoint, points: readonly RestorePoint[]): RestorePoint[] | null {
  const known = new Map(points.map((one) => [one.id, one]));
  const links = [point];
  for (let first = point; first.parentId !== null; ) {
    const parent = known.get(first.parentId);
    if (!parent || links.includes(parent)) return null;
    links.unshift(parent);
    first = parent;
  }
  return links;
}
