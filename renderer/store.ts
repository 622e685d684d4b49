/** The state that the main process publishes, for components to read. */
import { replaceEqualDeep } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { AppState, DatabaseStatus, JobView } from '@shared/models';
import { call } from './api';
import { createValue } from './value';

export const appState = createValue<AppState | null>(null);

/**
 * Takes a state in. Parts that did not change keep their identity, so that only what shows a change draws again;
 * a state older than the one shown is dropped.
 */
export function takeState(next: AppState): void {
  const current = appState.get();
  if (current && next.revision < current.revision) return;
  appState.set(current ? replaceEqualDeep(current, next) : next);
}

/** Begins to follow the main process. Call the answer to stop. */
export function followState(onFailure: (thrown: unknown) => void): () => void {
  const stop = window.holdfast.on('state', takeState);
  call('state:get').then(takeState, onFailure);
  return stop;
}

/** True once the first state arrived. */
export function useStateArrived(): boolean {
  return useSyncExternalStore(appState.subscribe, () => appState.get() !== null);
}

/** The settings; null until the first state arrived. */
export function useSettingsOnceLoaded(): AppState['settings'] | null {
  return useSyncExternalStore(appState.subscribe, () => appState.get()?.settings ?? null);
}

/** Reads a part of the state. `select` must give parts of the state, not new objects. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useSyncExternalStore(appState.subscribe, () => select(loaded()));
}

/** The state as it is now, for event handlers. */
export function loaded(): AppState {
  const current = appState.get();
  if (!current) throw new TypeError('the state was read before it arrived');
  return current;
}

/** Status of one guarded database; null when it is not guarded (any more). */
export function useDatabase(databaseId: string | null | undefined): DatabaseStatus | null {
  return useApp((state) => state.databases.find((status) => status.database.id === databaseId) ?? null);
}

/** Newest job of a kind for a database; null when none runs or waits. */
export function useJob(kind: JobView['kind'], databaseId: string | null): JobView | null {
  return useApp((state) => state.jobs.find((job) => job.kind === kind && job.databaseId === databaseId) ?? null);
}
