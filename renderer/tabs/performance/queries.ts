/** What the Performance tab asks the main process for. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ChartEvent, MetricAnswer } from '@shared/metrics';
import { call } from '@/api';
import { loadMetricsHistory, onReading, readings } from '@/metrics-store';
import { appState } from '@/store';
import { compareShiftMs, type RangeState, REFRESH_MS, shownWindow, type TimeWindow } from './range';
import { rangeState } from './range-store';

/** Answers are arrays of many numbers: neither compared with those before nor kept for long. */
const BULKY = { structuralSharing: false, gcTime: 30_000 } as const;
const LIST_REFRESH_MS = 60_000;
/** A new home has no metrics for a few seconds. */
const FIRST_LIST_REFRESH_MS = 3_000;
const STATUS_REFRESH_MS = 10_000;
const PROCESS_REFRESH_MS = 5_000;

export interface WindowAnswer {
  window: TimeWindow;
  answer: MetricAnswer;
}

/** Part of a query's key that says which time is meant; a range that ends now keeps its key while time goes on. */
const timeKey = ({ range, window }: Pick<RangeState, 'range' | 'window'>): unknown =>
  window ? [window.fromMs, window.toMs] : range;

/** How often what is shown changes by itself; false for a time that is over. */
function refreshOf({ range, window }: Pick<RangeState, 'range' | 'window'>): number | false {
  if (!window) return REFRESH_MS[range];
  return Date.now() - window.toMs < 2 * REFRESH_MS['15m'] ? REFRESH_MS['15m'] : false;
}

interface CourseQuery {
  keys: readonly string[];
  /** Width of the chart in pixels; 0 while it is not known. */
  points: number;
  range: Pick<RangeState, 'range' | 'window'>;
  enabled: boolean;
}

/** Courses of some metrics in the range. The answer before stays until the next one is there. */
export function useCourses({ keys, points, range, enabled }: CourseQuery) {
  return useQuery({
    ...BULKY,
    queryKey: ['metrics', 'courses', keys, timeKey(range), points],
    queryFn: async (): Promise<WindowAnswer> => {
      const window = shownWindow(range, Date.now());
      return { window, answer: await call('metrics:query', { keys: [...keys], ...window, points }) };
    },
    enabled: enabled && keys.length > 0 && points > 0,
    refetchInterval: refreshOf(range),
    staleTime: 0,
    placeholderData: (before) => before,
  });
}

/** The same courses a day or a week earlier. */
export function useComparedCourses({ keys, points, range, enabled }: CourseQuery, compare: RangeState['compare']) {
  return useQuery({
    ...BULKY,
    queryKey: ['metrics', 'compared', compare, keys, timeKey(range), points],
    queryFn: async (): Promise<{ answer: MetricAnswer; shiftMs: number }> => {
      const { fromMs, toMs } = shownWindow(range, Date.now());
      const shiftMs = compareShiftMs(compare, toMs);
      const earlier = { fromMs: fromMs - shiftMs, toMs: toMs - shiftMs };
      return { answer: await call('metrics:query', { keys: [...keys], ...earlier, points }), shiftMs };
    },
    enabled: enabled && compare !== 'none' && keys.length > 0 && points > 0,
    refetchInterval: refreshOf(range),
    staleTime: 0,
    placeholderData: (before) => before,
  });
}

const NO_EVENTS: ChartEvent[] = [];

/** What happened in the range. */
export function useChartEvents(range: Pick<RangeState, 'range' | 'window'>): ChartEvent[] {
  const query = useQuery({
    queryKey: ['metrics', 'events', timeKey(range)],
    queryFn: () => call('metrics:events', shownWindow(range, Date.now())),
    refetchInterval: range.window ? false : Math.max(REFRESH_MS['6h'], REFRESH_MS[range.range]),
    staleTime: 0,
    placeholderData: (before) => before,
  });
  return query.data ?? NO_EVENTS;
}

/** Every metric that has values. `refreshMs` where new ones are waited for. */
export function useMetricList(refreshMs = LIST_REFRESH_MS) {
  const query = useQuery({
    queryKey: ['metrics', 'list'],
    queryFn: () => call('metrics:list'),
    refetchInterval: ({ state }) => (state.data?.length ? refreshMs : FIRST_LIST_REFRESH_MS),
    staleTime: FIRST_LIST_REFRESH_MS,
  });
  const { data, refetch } = query;
  useEffect(() => {
    if (!data) return undefined;
    const listed = new Set(data.map(({ key }) => key));
    return onReading(() => {
      // Rates come with the second look, a disk when it is connected: asked for once, and not told if there is none.
      const unknown = Object.keys(readings().at(-1)?.values ?? {}).filter((key) => !listed.has(key));
      if (unknown.length === 0) return;
      for (const key of unknown) listed.add(key);
      void refetch();
    });
  }, [data, refetch]);
  return query;
}

/** Brings the readings from before this window was there; asked each time Performance is opened. */
export function useMetricsHistory() {
  return useQuery({
    queryKey: ['metrics', 'history'],
    queryFn: async () => {
      await loadMetricsHistory();
      return null;
    },
    refetchOnMount: 'always',
  });
}

export function useTopProcesses(by: 'cpu' | 'memory', visible: boolean) {
  return useQuery({
    queryKey: ['processes', by],
    queryFn: () => call('processes:top', { by, count: 12 }),
    enabled: visible,
    refetchInterval: PROCESS_REFRESH_MS,
    staleTime: 0,
    placeholderData: (before) => before,
  });
}

/** Status lists change with the state's `monitoringRevision`, and by themselves: tries, values, fetches. */
const statusQuery = { refetchInterval: STATUS_REFRESH_MS, staleTime: 0 } as const;

export function useProbes() {
  return useQuery({ queryKey: ['monitoring', 'probes'], queryFn: () => call('probes:list'), ...statusQuery });
}

export function useApplications() {
  return useQuery({
    queryKey: ['monitoring', 'applications'],
    queryFn: () => call('applications:list'),
    ...statusQuery,
  });
}

export function useBusiness() {
  return useQuery({ queryKey: ['monitoring', 'business'], queryFn: () => call('business:list'), ...statusQuery });
}

export function useBusinessPresets(databaseId: string) {
  return useQuery({
    queryKey: ['monitoring', 'presets', databaseId],
    queryFn: () => call('business:presets', { databaseId }),
  });
}

export function useBusinessRows(id: string) {
  return useQuery({ queryKey: ['business-rows', id], queryFn: () => call('business:rows', { id }), gcTime: 0 });
}

export function useEndpoint() {
  return useQuery({
    queryKey: ['monitoring', 'endpoint'],
    queryFn: () => call('endpoint:get'),
    staleTime: 0,
    // it may begin to listen while somebody reads why it does not
    refetchInterval: ({ state }) => (state.data?.address ? false : FIRST_LIST_REFRESH_MS),
  });
}

/** Asks for the lists anew when the main process says that what is watched has changed. */
export function useMonitoringChanges(): void {
  const client = useQueryClient();
  useEffect(() => {
    let before = appState.get()?.monitoringRevision;
    return appState.subscribe(() => {
      const now = appState.get()?.monitoringRevision;
      if (now === before) return;
      before = now;
      void client.invalidateQueries({ queryKey: ['monitoring'] });
      void client.invalidateQueries({ queryKey: ['metrics', 'list'] });
    });
  }, [client]);
}

/** Measures every second while live charts are seen, and no longer. */
export function useLiveWatch(live: boolean): void {
  useEffect(() => {
    if (!live) return undefined;
    const tell = (seen: boolean): void => {
      // a window that goes away ends it too; measuring less often is all that is lost when this cannot be said
      call('metrics:watch', { live: seen }).catch(() => undefined);
    };
    const follow = (): void => tell(!document.hidden);
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      tell(false);
    };
  }, [live]);
}

/** Where the charts are now, for what is done once. */
export const currentWindow = (): TimeWindow => shownWindow(rangeState.get(), Date.now());
