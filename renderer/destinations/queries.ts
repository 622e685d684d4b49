/** The list of destinations: fetched when somebody looks, and again when the state says that copies changed. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { AppState } from '@shared/models';
import { call } from '@/api';
import { queryClient } from '@/queries';
import { useApp } from '@/store';

/** While copies wait or are made: how many are left is not in the state. */
const WORKING_MS = 2_000;
/** Otherwise; a destination may fail without any copy that changes. */
const RESTING_MS = 15_000;

/** What the list depends on, in one string. */
export function copiesSignature({ databases, jobs, monitoringRevision }: AppState): string {
  const places = databases.flatMap(({ places }) =>
    places.places.map(({ destinationId, points, verifiedAt, behind }) => [destinationId, points, verifiedAt, behind]),
  );
  const working = jobs.filter(isAtDestination).map(({ id }) => id);
  return JSON.stringify([places, working, monitoringRevision]);
}

const isAtDestination = ({ kind }: AppState['jobs'][number]): boolean =>
  kind === 'copy' || kind === 'verify-copy' || kind === 'scan';

export function useDestinations() {
  const signature = useApp(copiesSignature);
  const working = useApp((state) => state.jobs.some(isAtDestination));
  return useQuery({
    queryKey: ['destinations', signature],
    queryFn: () => call('destinations:list'),
    placeholderData: keepPreviousData,
    gcTime: 0,
    refetchOnMount: 'always',
    refetchInterval: ({ state }) =>
      working || state.data?.some(({ copies, config }) => config.enabled && copies.waiting > 0)
        ? WORKING_MS
        : RESTING_MS,
  });
}

export const refreshDestinations = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['destinations'] });
