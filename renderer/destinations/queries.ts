/** The list of destinations: fetched when somebody looks, and followed while copies are made. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '@/api';
import { queryClient } from '@/queries';
import { useApp } from '@/store';

const WORKING_MS = 2_000;
const RESTING_MS = 15_000;

export function useDestinations() {
  const revision = useApp((state) => state.monitoringRevision);
  const working = useApp((state) => state.jobs.some(({ kind }) => kind === 'copy' || kind === 'verify-copy'));
  return useQuery({
    queryKey: ['destinations', revision],
    queryFn: () => call('destinations:list'),
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
    refetchInterval: ({ state }) =>
      working || state.data?.some(({ copies, config }) => config.enabled && copies.waiting > 0)
        ? WORKING_MS
        : RESTING_MS,
  });
}

export const refreshDestinations = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['destinations'] });
