/** Lists about alerts: fetched when somebody looks, and again when the state says that they changed. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AlertView } from '@shared/alerting';
import { call } from '@/api';
import { useApp } from '@/store';
import { alertsSignature } from './select';

/** Logs of what is being sent are looked at this often. */
const FOLLOW_MS = 3_000;

const useRevision = (): number => useApp((state) => state.monitoringRevision);

/** All alerts that are kept, resolved ones too; the values of open ones are the state's. */
export function useAlertHistory() {
  const open = useApp((state) => state.alerts);
  const signature = useMemo(() => alertsSignature(open), [open]);
  const query = useQuery({
    queryKey: ['alerts', signature],
    queryFn: () => call('alerts:list', { includeResolved: true }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const alerts = useMemo(() => query.data && withLive(query.data, open), [query.data, open]);
  return { ...query, alerts };
}

function withLive(listed: readonly AlertView[], open: readonly AlertView[]): AlertView[] {
  const live = new Map(open.map((alert) => [alert.id, alert]));
  const known = new Set(listed.map(({ id }) => id));
  return [...open.filter(({ id }) => !known.has(id)), ...listed.map((alert) => live.get(alert.id) ?? alert)];
}

export function useTimeline(alertId: string) {
  return useQuery({
    queryKey: ['alert-timeline', alertId],
    queryFn: () => call('alerts:timeline', { alertId }),
    refetchInterval: FOLLOW_MS,
    refetchOnMount: 'always',
    gcTime: 0,
  });
}

export function useRules() {
  return useQuery({
    queryKey: ['rules', useRevision()],
    queryFn: () => call('rules:list'),
    placeholderData: keepPreviousData,
  });
}

export function useChannels() {
  return useQuery({
    queryKey: ['channels', useRevision()],
    queryFn: () => call('channels:list'),
    placeholderData: keepPreviousData,
  });
}

export function useDeliveries(channelId: string) {
  return useQuery({
    queryKey: ['deliveries', channelId],
    queryFn: () => call('deliveries:list', { channelId }),
    refetchInterval: FOLLOW_MS,
    refetchOnMount: 'always',
    gcTime: 0,
  });
}

/** The metrics that have values, for their names and units. */
export function useKnownMetrics() {
  return useQuery({
    queryKey: ['metrics-known', useRevision()],
    queryFn: () => call('metrics:list'),
    placeholderData: keepPreviousData,
  });
}

export function useEndpoint() {
  const { enabled, port } = useApp((state) => state.settings.endpoint);
  const failed = useApp((state) => state.problems.some(({ code }) => code === 'ENDPOINT_UNAVAILABLE'));
  return useQuery({
    queryKey: ['endpoint', enabled, port, failed, useRevision()],
    queryFn: () => call('endpoint:get'),
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
  });
}
