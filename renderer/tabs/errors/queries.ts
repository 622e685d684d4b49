/** What the Errors tab asks the main process for; asked again when the state says that errors changed. */
import { useThrottledValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import { call } from '@/api';
import { useApp } from '@/store';
import { SPAN_MS, type ChartRange } from './chart-range';

/** Groups that can be leafed through; those that need somebody come first, so nothing that matters is beyond. */
export const MOST_GROUPS = 1_000;
/** They are asked for in steps, as far as somebody leafs: a thousand would hold the main process up. */
const STEP = 100;
/** Those that need somebody are first: of more than these nobody needs the exact number. */
export const MOST_NEEDING = 100;
/** A flood of errors changes them twice a second; a list that moves as often cannot be read. */
const CALM_MS = 1_500;
/** Hours and days pass without an error, too. */
const PASSES_MS = 60_000;

function useRevision(): number {
  return useThrottledValue(
    useApp((state) => state.errorsRevision),
    CALM_MS,
  );
}

export function useErrorGroups(filter: ErrorFilter, limit: number) {
  return useQuery({
    queryKey: ['error-groups', filter, limit, useRevision()],
    queryFn: () => call('errors:groups', { filter, limit }),
    placeholderData: keepPreviousData,
    refetchInterval: PASSES_MS,
    gcTime: 0,
  });
}

/** How many to ask for so that the first `shown` ones and the next page are there. */
export const limitFor = (shown: number): number => Math.min(MOST_GROUPS, STEP * Math.ceil((shown + STEP / 2) / STEP));

export function useErrorGroup(groupId: string) {
  return useQuery({
    queryKey: ['error-group', groupId, useRevision()],
    queryFn: () => call('errors:group', { groupId }),
    // of the same group only: another one must not be shown in its place
    placeholderData: (before) => (before?.group.id === groupId ? before : undefined),
    gcTime: 0,
  });
}

export function useErrorSummary(filter: ErrorFilter, range: ChartRange) {
  return useQuery({
    queryKey: ['error-summary', filter, range, useRevision()],
    queryFn: () => {
      const toMs = Date.now();
      return call('errors:summary', { filter, fromMs: toMs - SPAN_MS[range], toMs });
    },
    placeholderData: keepPreviousData,
    refetchInterval: PASSES_MS,
    gcTime: 0,
  });
}

export function useErrorApplications() {
  const { enabled, port } = useApp((state) => state.settings.endpoint);
  return useQuery({
    queryKey: ['error-applications', enabled, port, useRevision()],
    queryFn: () => call('error-applications:list'),
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
  });
}
