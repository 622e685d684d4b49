/** New patterns of lines in logs, as signals for the alerts. */
import type { Severity } from '@shared/errors';
import type { LogLevel } from '@shared/logs';
import type { Signal } from '../alerts/signals';
import type { MoreNewPatterns, NewPattern } from '../logs/log-service';

const TITLE_CHARACTERS = 120;
/** A line that nobody has seen before is worth a look; what it means for the application, nobody knows yet. */
const SEVERITIES: Record<LogLevel, Severity> = {
  DEBUG: 'LOW',
  INFO: 'LOW',
  WARNING: 'LOW',
  ERROR: 'MEDIUM',
  CRITICAL: 'HIGH',
};

export const logPatternAlertKey = (sourceId: string, patternId: number): string =>
  `log-pattern:${sourceId}:${patternId}`;
/** Stands for the patterns of a source that are summed up. */
const NO_PATTERN = 0;

/** One signal for each pattern, one for what is beyond those of a source. Pure. */
export function logSignals(patterns: readonly NewPattern[], more: readonly MoreNewPatterns[]): Signal[] {
  return [
    ...patterns.map(({ pattern: { id, sourceId, level, sample }, sourceName }) => ({
      ...common(sourceId, id),
      severity: SEVERITIES[level ?? 'INFO'],
      titleKey: 'log-pattern',
      params: { name: sourceName, error: sample.slice(0, TITLE_CHARACTERS) },
      place: { tab: 'errors', logPattern: { sourceId, patternId: id } } as const,
    })),
    ...more.map(({ sourceId, sourceName, count, lastAtMs }) => ({
      ...common(sourceId, NO_PATTERN),
      severity: 'LOW' as const,
      titleKey: 'log-patterns-more',
      params: { name: sourceName, count },
      place: { tab: 'errors', logsAt: { atMs: lastAtMs, sourceId } } as const,
    })),
  ];
}

const common = (sourceId: string, patternId: number) => ({
  key: logPatternAlertKey(sourceId, patternId),
  source: { type: 'log-pattern', sourceId, patternId } as const,
  value: null,
  threshold: null,
  unit: 'count' as const,
  group: `log-source:${sourceId}`,
});
