/** Lists that are fetched when somebody looks at them, and fetched again when the state says they changed. */
import { QueryClient, useQuery } from '@tanstack/react-query';
import type { AppState } from '@shared/models';
import { call } from './api';
import { appState } from './store';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, refetchOnWindowFocus: false, networkMode: 'always' },
  },
});

export function useBackups(databaseId: string | undefined) {
  return useQuery({
    queryKey: ['backups', databaseId],
    queryFn: () => call('backups:list', { databaseId }),
    enabled: databaseId !== undefined,
  });
}

export function useDrills(databaseId: string) {
  return useQuery({ queryKey: ['drills', databaseId], queryFn: () => call('drills:list', { databaseId }) });
}

/** Restores into a database, newest first. */
export function useRestores(databaseId: string) {
  return useQuery({ queryKey: ['restores', databaseId], queryFn: () => call('restore:list', { databaseId }) });
}

export function useProblems(includeResolved: boolean) {
  return useQuery({
    queryKey: ['problems', includeResolved],
    queryFn: () => call('problems:list', { includeResolved }),
    placeholderData: (before) => before,
  });
}

export function useRuntime() {
  return useQuery({ queryKey: ['runtime'], queryFn: () => call('runtime:get') });
}

/** What the list of restore points depends on, in one string. */
export function backupsSignature(state: AppState): string {
  const databases = state.databases.map(
    ({ database, lastBackup, lastProved, lastProofAt, restorePoints, storedBytes, places, lastDrill }) => [
      database.id,
      lastBackup?.id,
      lastBackup?.state,
      lastProved?.id,
      lastProofAt,
      restorePoints,
      storedBytes,
      places.places.map(({ points, verifiedAt, behind }) => [points, verifiedAt, behind]),
      lastDrill?.id,
    ],
  );
  return JSON.stringify([
    databases,
    state.formerDatabases,
    state.settings.retention,
    state.restores[0]?.id,
    state.restores[0]?.outcome,
  ]);
}

/** Fetches restore points, drills and restores again. */
export function refreshPoints(): void {
  for (const list of ['backups', 'drills', 'restores']) void queryClient.invalidateQueries({ queryKey: [list] });
}

/** A check ended, or a rule was asked. What did not change of a state keeps its identity. */
const integrityChanged = (before: AppState, now: AppState): boolean =>
  now.databases.length !== before.databases.length ||
  now.databases.some(({ integrity }, index) => integrity !== before.databases[index]?.integrity);

/** Fetches lists again when the state that arrives makes them stale. Call the answer to stop. */
export function refreshQueries(): () => void {
  let before = appState.get();
  return appState.subscribe(() => {
    const now = appState.get();
    if (before && now) {
      if (backupsSignature(before) !== backupsSignature(now)) refreshPoints();
      if (integrityChanged(before, now)) {
        void queryClient.invalidateQueries({ queryKey: ['integrity'] });
        // Not what fits the tables: that is asked of the database each time.
        void queryClient.invalidateQueries({ queryKey: ['data-rules', 'list'] });
      }
      if (before.problems !== now.problems) void queryClient.invalidateQueries({ queryKey: ['problems'] });
    }
    before = now;
  });
}
