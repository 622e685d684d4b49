/** What is asked about logs: lists that follow the state, and searches that stay as they are until they are asked again. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { ANY_LOG_QUERY, type LogPattern, type LogQuery, type LogResult, type LogSourceStatus } from '@shared/logs';
import { call } from '@/api';
import { queryClient } from '@/queries';
import { loaded, useApp } from '@/store';
import { type LogFilters, queryOf } from './filters';

export const useLogsRevision = (): number => useApp((state) => state.logsRevision);

/** The logs that are followed, Holdfast's own first. */
export function useLogSources() {
  return useQuery({
    queryKey: ['logs', 'sources', useLogsRevision()],
    queryFn: () => call('logs:sources'),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

export function useSavedSearches() {
  return useQuery({ queryKey: ['logs', 'searches'], queryFn: () => call('searches:list') });
}

/** Fetches the lists again that were changed here. */
export function refreshLogs(): void {
  for (const list of ['sources', 'searches']) void queryClient.invalidateQueries({ queryKey: ['logs', list] });
}

/** Of which log an entry is. */
export function useSourceNames(sources: readonly LogSourceStatus[] | undefined): ReadonlyMap<string, string> {
  return useMemo(() => new Map((sources ?? []).map(({ id, config }) => [id, config.name])), [sources]);
}

export interface Found {
  query: LogQuery;
  result: LogResult;
  /** Of the state, when it was asked: what came since is not in it. */
  revision: number;
}

interface Search {
  /** The last that succeeded. */
  found: Found | null;
  /** Why the one after it did not. */
  error: unknown;
  isPending: boolean;
}

/** What is asked; another number asks the same again. */
export interface Question {
  filters: LogFilters;
  number: number;
}

/** Searches, and again for each new question; what was found before stays until something else is. */
export function useSearch(question: Question): Search {
  const [ended, setEnded] = useState<{ question: Question | null; found: Found | null; error: unknown }>(NONE_YET);
  useEffect(() => {
    let isCurrent = true;
    const query = queryOf(question.filters, Date.now());
    const revision = loaded().logsRevision;
    call('logs:search', { query }).then(
      (result) => isCurrent && setEnded({ question, found: { query, result, revision }, error: null }),
      (error: unknown) => isCurrent && setEnded(({ found }) => ({ question, found, error })),
    );
    return () => {
      isCurrent = false;
    };
  }, [question]);
  const isPending = ended.question !== question;
  return { found: ended.found, error: isPending ? null : ended.error, isPending };
}

const NONE_YET = { question: null, found: null, error: null };

/** Entries by level and time, of what was found. */
export function useHistogram(found: Found | null, buckets: number) {
  return useQuery({
    queryKey: ['logs', 'histogram', found?.result.resultId, buckets],
    queryFn: () => call('logs:histogram', { query: found ? found.query : ANY_LOG_QUERY, buckets }),
    enabled: found !== null,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

const MOST_PATTERNS = 300;

export function usePatterns(found: Found | null) {
  return useQuery({
    queryKey: ['logs', 'patterns', found?.result.resultId],
    queryFn: () => call('logs:patterns', { query: found ? found.query : ANY_LOG_QUERY, limit: MOST_PATTERNS }),
    enabled: found !== null,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

/** The pattern that is searched for; null while it is not known. */
export function usePattern(patternId: number | null, sourceIds: readonly string[]): LogPattern | null {
  const query: LogQuery = { ...ANY_LOG_QUERY, patternId, sourceIds: sourceIds.length === 0 ? null : [...sourceIds] };
  const { data } = useQuery({
    queryKey: ['logs', 'pattern', query],
    queryFn: () => call('logs:patterns', { query, limit: 1 }),
    enabled: patternId !== null,
    gcTime: 0,
  });
  return data?.find(({ id }) => id === patternId) ?? null;
}

/** The entry as it stands in its file. */
export function useEntryText(entryId: number) {
  return useQuery({
    queryKey: ['logs', 'text', entryId],
    queryFn: () => call('logs:text', { entryId }),
    gcTime: 0,
  });
}
