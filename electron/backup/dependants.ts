/** What the proof of one restore point says about those that are made of its file too. Pure. */
import type { ProofCheck, ProofState } from '@shared/models';

/** A restore point as far as its chain goes. */
export interface ChainPoint {
  id: string;
  parentId: string | null;
  state: ProofState;
  checks: readonly ProofCheck[];
}

/** Every restore point that needs the file of `id`: those made of it directly, then those made of them. */
export function dependantsOf<P extends Pick<ChainPoint, 'id' | 'parentId'>>(points: readonly P[], id: string): P[] {
  const needing = new Set([id]);
  const found: P[] = [];
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    for (const point of points) {
      if (point.parentId === null || !needing.has(point.parentId) || needing.has(point.id)) continue;
      needing.add(point.id);
      found.push(point);
    }
  }
  return found;
}

/**
 * Restore points that can no longer be brought back from the backup folder when the file of `id` is damaged or gone.
 * Those that failed or are missing already say so by themselves; those kept elsewhere do not need this file.
 */
export function brokenBy<P extends ChainPoint>(points: readonly P[], id: string): P[] {
  return dependantsOf(points, id).filter(({ state }) => state === 'proved' || state === 'unproved');
}

/**
 * Restore points that may be right again now that the file of `id` is: they failed only because of a file before them, and
 * none of those is still damaged or gone. They have to be proved anew.
 */
export function freedBy<P extends ChainPoint>(points: readonly P[], id: string): P[] {
  const whole = new Set([id]);
  return dependantsOf(points, id).filter((point) => {
    const parentWhole = point.parentId !== null && whole.has(point.parentId);
    const freed = parentWhole && point.state === 'failed' && failedByChain(point.checks);
    if (freed || (parentWhole && point.state !== 'failed' && point.state !== 'missing')) whole.add(point.id);
    return freed;
  });
}

const failedByChain = (checks: readonly ProofCheck[]): boolean =>
  checks.some(({ step, outcome }) => step === 'chain' && outcome === 'failed');
