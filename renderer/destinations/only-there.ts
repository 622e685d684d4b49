import type { RestorePoint } from '@shared/models';

/** Restore points that no other place has. */
export function onlyThere(points: readonly RestorePoint[], destinationId: string): RestorePoint[] {
  return points.filter(({ state, copies }) => {
    const held = copies.filter((copy) => copy.state === 'copied');
    return state === 'elsewhere' && held.length > 0 && held.every((copy) => copy.destinationId === destinationId);
  });
}
