/** What the view shows: kept while other tabs are looked at. */
import type { LogEntry } from '@shared/logs';
import type { WindowPlace } from '@/navigation';
import { createValue } from '@/value';
import { ALL_ENTRIES, type LogFilters } from './filters';

export const logFilters = createValue<LogFilters>(ALL_ENTRIES);
export const wrapLines = createValue(false);

export type LogPart = 'lines' | 'patterns';
export const logPart = createValue<LogPart>('lines');

/** Lines around an entry, or around a moment, instead of what was searched for. */
export interface Around {
  at: { entryId: number } | { atMs: number };
  atMs: number;
  /** Null: of all logs. */
  sourceId: string | null;
  /** Log of the entry, to come back to it from all logs. */
  ownSourceId: string | null;
  /** Where somebody came from. */
  back: { errorGroupId?: string; alertId?: string };
}
export const logsAround = createValue<Around | null>(null);

/** Changes what is searched for. */
export function changeFilters(part: Partial<LogFilters>): void {
  logFilters.update((before) => ({ ...before, ...part }));
}

/** Goes to the entries of one pattern, whenever they were. */
export function showPattern(patternId: number, sourceId: string): void {
  logFilters.set({ ...ALL_ENTRIES, sourceIds: [sourceId], patternId });
  logPart.set('lines');
  logsAround.set(null);
}

export const showPatternOf = ({ patternId, sourceId }: LogEntry): void => showPattern(patternId, sourceId);

/** Takes over what a place names of the logs. */
export function takePlace({ logsAt, logPattern, errorGroupId, alertId }: WindowPlace): void {
  if (logsAt) {
    const sourceId = logsAt.sourceId ?? null;
    logsAround.set({
      at: { atMs: logsAt.atMs },
      atMs: logsAt.atMs,
      sourceId,
      ownSourceId: sourceId,
      back: { ...(errorGroupId !== undefined && { errorGroupId }), ...(alertId !== undefined && { alertId }) },
    });
  } else if (logPattern) {
    showPattern(logPattern.patternId, logPattern.sourceId);
  }
}
