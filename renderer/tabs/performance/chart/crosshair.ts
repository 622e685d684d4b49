/** The moment that the pointer is at, on one chart: all charts mark it. */
import { useSyncExternalStore } from 'react';
import { createValue } from '@/value';

export interface Crosshair {
  atMs: number;
  /** The chart that the pointer is on. */
  owner: string;
  /** Pixels from the left of that chart's drawing area. */
  x: number;
  /** Width of that area. */
  width: number;
}

export const crosshair = createValue<Crosshair | null>(null);

/** The moment that is marked on every chart; null when there is none. */
export const useMarkedMs = (): number | null =>
  useSyncExternalStore(crosshair.subscribe, () => crosshair.get()?.atMs ?? null);

/** The crosshair while the pointer is on this chart. */
export const useOwnCrosshair = (owner: string): Crosshair | null =>
  useSyncExternalStore(crosshair.subscribe, () => {
    const current = crosshair.get();
    return current?.owner === owner ? current : null;
  });
