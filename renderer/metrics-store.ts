/** Live readings of everything that is measured at each tick, over the last ten minutes. */
import { useSyncExternalStore } from 'react';
import type { MetricReading } from '@shared/metrics';
import { call } from './api';

export const READINGS_MS = 10 * 60_000;
/**
 * Readings come every second while somebody looks. A second is a pixel of a live chart, and a frame of the window costs
 * more than all its drawing: every other one is enough.
 */
const LEAST_PAUSE_MS = 1_500;

let held: readonly MetricReading[] = [];
let toldAt = Number.NEGATIVE_INFINITY;
const listeners = new Set<() => void>();

/** Joins two runs of readings by time; each moment once, oldest first, nothing older than `keepMs` before the newest. */
export function mergeReadings(
  before: readonly MetricReading[],
  added: readonly MetricReading[],
  keepMs = READINGS_MS,
): MetricReading[] {
  const newest = Math.max(before.at(-1)?.atMs ?? 0, added.at(-1)?.atMs ?? 0);
  const follows = (added[0]?.atMs ?? 0) > (before.at(-1)?.atMs ?? 0);
  const all = follows
    ? [...before, ...added]
    : [...new Map([...before, ...added].map((reading) => [reading.atMs, reading])).values()].sort(
        (a, b) => a.atMs - b.atMs,
      );
  const first = all.findIndex(({ atMs }) => atMs >= newest - keepMs);
  return first < 0 ? [] : all.slice(first);
}

function take(added: readonly MetricReading[]): void {
  if (added.length === 0) return;
  held = mergeReadings(held, added);
  // nobody sees a hidden window; it is told when it is shown again
  if (!document.hidden && performance.now() - toldAt >= LEAST_PAUSE_MS) tell();
}

function tell(): void {
  toldAt = performance.now();
  for (const listener of listeners) listener();
}

/** Begins to collect live readings. Call the answer to stop. */
export function followMetrics(): () => void {
  const shown = (): void => {
    if (!document.hidden) tell();
  };
  document.addEventListener('visibilitychange', shown);
  const stop = window.holdfast.on('metrics', (reading) => take([reading]));
  return () => {
    stop();
    document.removeEventListener('visibilitychange', shown);
  };
}

/** Fetches what the main process held before this window was there. */
export async function loadMetricsHistory(): Promise<void> {
  take(await call('metrics:history'));
}

/** Readings as they are now, oldest first. */
export const readings = (): readonly MetricReading[] => held;

/** Calls `listener` after new readings, not more often than they can be seen, while the window is shown. Call the answer to stop. */
export function onReading(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Reads something off the newest readings; draws again when that changes. Give a text or a number, not a new object. */
export function useReading<T extends string | number | boolean | null>(
  read: (newest: MetricReading | undefined, all: readonly MetricReading[]) => T,
): T {
  return useSyncExternalStore(onReading, () => read(held.at(-1), held));
}
