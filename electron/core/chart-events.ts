/** What happened in a time, for the charts: backups, restores and alerts beside the figures. */
import type { AlertView } from '@shared/alerting';
import type { ChartEvent } from '@shared/metrics';
import type { Store } from '../store/open';

/** More would cover the chart; the newest are shown. */
const MOST_EVENTS = 500;

export interface ChartEventSources {
  store: Pick<Store, 'backups' | 'databases' | 'restores' | 'scheduleRuns'>;
  /** Alerts that fired, open and resolved. */
  alerts: () => readonly AlertView[];
}

/** Everything that touches the time from `fromMs` to `toMs` (milliseconds since 1970), oldest first. */
export function chartEvents({ store, alerts }: ChartEventSources, fromMs: number, toMs: number): ChartEvent[] {
  const databases = store.databases.list({ includeRemoved: true });
  const nameOf = (id: string): string => databases.find((database) => database.id === id)?.name ?? id;
  const events: ChartEvent[] = [];
  for (const { databaseId, createdAt, durationMs, kind, state } of store.backups.list()) {
    const atMs = Date.parse(createdAt);
    const params = { name: nameOf(databaseId), kind };
    events.push({ atMs, untilMs: atMs + durationMs, kind: state === 'failed' ? 'backup-failed' : 'backup', params });
  }
  for (const { id, name } of databases) {
    for (const { atMs, outcome, kind } of store.scheduleRuns.list(id, fromMs)) {
      if (outcome === 'failed') events.push({ atMs, untilMs: null, kind: 'backup-failed', params: { name, kind } });
    }
  }
  for (const { database, startedAt, finishedAt, outcome } of store.restores.list()) {
    const untilMs = finishedAt === null ? null : Date.parse(finishedAt);
    events.push({ atMs: Date.parse(startedAt), untilMs, kind: 'restore', params: { name: database, outcome } });
  }
  for (const { firingSince, resolvedAt, titleKey, params, severity } of alerts()) {
    if (firingSince === null) continue;
    const untilMs = resolvedAt === null ? null : Date.parse(resolvedAt);
    events.push({
      atMs: Date.parse(firingSince),
      untilMs,
      kind: 'alert',
      params: { ...params, titleKey, alertSeverity: severity },
    });
  }
  return events
    .filter(({ atMs, untilMs }) => atMs <= toMs && (untilMs ?? atMs) >= fromMs)
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-MOST_EVENTS);
}
