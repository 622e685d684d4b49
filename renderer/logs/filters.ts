/** What is searched for, as it is chosen in the window, and the query it makes. */
import { LOG_LEVELS, type LogLevel, type LogQuery } from '@shared/logs';

export type LevelName = LogLevel | 'NONE';
/** Worst first; what has no level last. */
export const LEVEL_NAMES: readonly LevelName[] = [...LOG_LEVELS.toReversed(), 'NONE'];

export const RANGES = ['1h', '24h', '7d', 'all', 'own'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;
const SPAN_MS: Partial<Record<Range, number>> = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS };

export interface LogFilters {
  text: string;
  isRegex: boolean;
  /** None: all. */
  levels: readonly LevelName[];
  /** None: all. */
  sourceIds: readonly string[];
  range: Range;
  /** Of the range `own`; null: without that end. */
  fromMs: number | null;
  toMs: number | null;
  patternId: number | null;
}

export const ALL_ENTRIES: LogFilters = {
  text: '',
  isRegex: false,
  levels: [],
  sourceIds: [],
  range: 'all',
  fromMs: null,
  toMs: null,
  patternId: null,
};

/** The query of what is chosen when it is `nowMs`. */
export function queryOf(filters: LogFilters, nowMs: number): LogQuery {
  const { text, isRegex, levels, sourceIds, range, patternId } = filters;
  const span = SPAN_MS[range];
  const typed = isRegex ? text : text.trim();
  return {
    text: typed === '' ? null : typed,
    isRegex: isRegex && typed !== '',
    levels: levels.length === 0 ? null : [...levels],
    sourceIds: sourceIds.length === 0 ? null : [...sourceIds],
    fromMs: span === undefined ? (range === 'own' ? filters.fromMs : null) : nowMs - span,
    toMs: range === 'own' ? filters.toMs : null,
    patternId,
  };
}

/** The query to keep under a name: a time that ends now is another one tomorrow and is left out. */
export function queryToSave(filters: LogFilters): LogQuery {
  return queryOf(filters.range === 'own' ? filters : { ...filters, range: 'all' }, 0);
}

/** What a kept query chooses. A time that it does not name stays as it is. */
export function filtersOf(query: LogQuery, before: LogFilters): LogFilters {
  const ofTime =
    query.fromMs === null && query.toMs === null
      ? { range: before.range === 'own' ? ('all' as const) : before.range, fromMs: null, toMs: null }
      : { range: 'own' as const, fromMs: query.fromMs, toMs: query.toMs };
  return {
    text: query.text ?? '',
    isRegex: query.isRegex,
    levels: query.levels ?? [],
    sourceIds: query.sourceIds ?? [],
    patternId: query.patternId,
    ...ofTime,
  };
}

/** Chosen, or chosen no more; all of them chosen is the same as none. */
export function toggled<T>(chosen: readonly T[], one: T, all: readonly T[]): T[] {
  const next = chosen.includes(one) ? chosen.filter((each) => each !== one) : [...chosen, one];
  return all.every((each) => next.includes(each)) ? [] : next;
}

export const choosesEverything = ({ text, levels, sourceIds, range, patternId }: LogFilters): boolean =>
  text.trim() === '' && levels.length === 0 && sourceIds.length === 0 && range === 'all' && patternId === null;
