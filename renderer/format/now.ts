/** One clock for all relative times, so that they change together. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 5000;
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    nowMs = Date.now();
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The time in milliseconds; draws again every few seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}
