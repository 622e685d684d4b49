/** The timeline of a database and what a moment of it turns out to be; fetched anew when the state says they changed. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AppState } from '@shared/models';
import { call } from '@/api';
import { queryClient } from '@/queries';
import { loaded, useApp } from '@/store';

/** Changes come in bursts, a backup makes several: the timeline is fetched once for all of them. */
const THIN_MS = 1_500;

/** What the timeline of a database depends on, in one string. How far a growing range reaches is in the state itself. */
export function timelineSignature(state: AppState, databaseId: string): string {
  const status = state.databases.find(({ database }) => database.id === databaseId);
  return JSON.stringify([
    status?.lastBackup?.id,
    status?.lastBackup?.state,
    status?.lastProved?.id,
    status?.lastProofAt,
    status?.restorePoints,
    status?.lastDrill?.id,
    status?.continuous.state,
    status?.continuous.since,
    status?.integrity.last?.id,
    state.restores.filter((restore) => restore.databaseId === databaseId).map(({ id, outcome }) => [id, outcome]),
    state.alerts.map(({ id, state: of }) => [id, of]),
    state.settings.continuous.keepHours,
  ]);
}

export function useTimeline(databaseId: string) {
  const signature = useApp((state) => timelineSignature(state, databaseId));
  useEffect(() => {
    const asked = askedFor.get(databaseId);
    if (asked !== undefined && asked !== signature) fetchSoon(databaseId);
  }, [databaseId, signature]);
  return useQuery({
    queryKey: ['timeline', databaseId],
    queryFn: () => {
      askedFor.set(databaseId, timelineSignature(loaded(), databaseId));
      return call('timeline:get', { databaseId });
    },
  });
}

/** What was known when the timeline of each database was last asked for. */
const askedFor = new Map<string, string>();
const soon = new Set<string>();

function fetchSoon(databaseId: string): void {
  if (soon.has(databaseId)) return;
  soon.add(databaseId);
  setTimeout(() => {
    soon.delete(databaseId);
    void queryClient.invalidateQueries({ queryKey: ['timeline', databaseId] });
  }, THIN_MS);
}

interface Asked {
  databaseId: string;
  /** Null asks nothing. */
  at: string | null;
  /** When the timeline was fetched: a restore point may have gone since. */
  timelineOf: number;
  /** Whether the log covers it: the one that grows may reach it a moment later. */
  covered: boolean;
}

/** What the moment turns out to be; asked anew when that may have changed. */
export function useMoment({ databaseId, at, timelineOf, covered }: Asked) {
  return useQuery({
    queryKey: ['moment', databaseId, at, timelineOf, covered],
    queryFn: () => call('moments:resolve', { databaseId, at: at ?? '' }),
    enabled: at !== null,
    // the words stay while the same moment is asked for again
    placeholderData: (before) => (before?.askedAt === at ? before : undefined),
    gcTime: 60_000,
  });
}
