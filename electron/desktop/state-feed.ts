/** Thins out the core's `changed` events and hands the state to all who show it. Pure: knows no Electron. */
import type { AppState } from '@shared/models';
import type { Core } from '../core/types';

export interface StateFeed {
  /** Calls `listener` with the state now, if `withCurrent`, and after each change. */
  subscribe(listener: (state: AppState) => void, withCurrent?: boolean): () => void;
  stop(): void;
}

/**
 * Asks the core for its state at most once every `minimumGapMs` after changes, and never twice for the same revision.
 * A failure to build the state goes to `onError` and the next change tries again.
 */
export function createStateFeed(
  core: Pick<Core, 'on' | 'state'>,
  minimumGapMs: number,
  onError: (error: unknown) => void,
): StateFeed {
  const listeners = new Set<(state: AppState) => void>();
  let timer: NodeJS.Timeout | null = null;
  let lastRevision = -1;
  let lastSentAtMs = Number.NEGATIVE_INFINITY;

  const send = (): void => {
    timer = null;
    lastSentAtMs = performance.now();
    try {
      const state = core.state();
      if (state.revision === lastRevision) return;
      lastRevision = state.revision;
      for (const listener of listeners) listener(state);
    } catch (error) {
      onError(error);
    }
  };

  const unsubscribe = core.on('changed', () => {
    timer ??= setTimeout(send, Math.max(0, lastSentAtMs + minimumGapMs - performance.now()));
  });

  return {
    subscribe(listener, withCurrent = false) {
      listeners.add(listener);
      if (withCurrent) listener(core.state());
      return () => listeners.delete(listener);
    },
    stop() {
      unsubscribe();
      if (timer) clearTimeout(timer);
      listeners.clear();
    },
  };
}
