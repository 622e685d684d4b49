/** Which alerts are shown, and how they belong together. */
import type { AlertView } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import { SEVERITY_RANK } from '@/tone';

/** An alert with those that it explains, so that one cause is one line. */
export interface AlertGroup {
  alert: AlertView;
  explained: AlertView[];
}

export const isSnoozed = (alert: AlertView, nowMs: number): boolean =>
  alert.snoozedUntil !== null && Date.parse(alert.snoozedUntil) > nowMs;

/** True for an alert that somebody still has to look at. */
export function needsAttention(alert: AlertView, nowMs: number): boolean {
  return (
    alert.state === 'firing' && alert.acknowledgedAt === null && alert.inhibitedBy === null && !isSnoozed(alert, nowMs)
  );
}

/** Number beside the tab: alerts of HIGH and CRITICAL that need attention. */
export function badgeCount(alerts: readonly AlertView[], nowMs: number): number {
  return alerts.filter((alert) => SEVERITY_RANK[alert.severity] <= SEVERITY_RANK.HIGH && needsAttention(alert, nowMs))
    .length;
}

/**
 * Folds each alert under the one that explains it, over several steps where a cause has a cause. An alert whose cause
 * is not among them stands for itself. Those that need attention come first, in the order given otherwise.
 */
export function foldAlerts(alerts: readonly AlertView[], nowMs: number): AlertGroup[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const groups = new Map<string, AlertGroup>();
  const rootOf = (alert: AlertView): AlertView => {
    const seen = new Set<string>();
    let root = alert;
    // alerts that explain each other explain nothing: the way ends where it began
    while (root.inhibitedBy !== null && !seen.has(root.id)) {
      seen.add(root.id);
      const cause = byId.get(root.inhibitedBy);
      if (!cause) break;
      root = cause;
    }
    return root;
  };
  const roots = new Map(alerts.map((alert) => [alert.id, rootOf(alert)]));
  for (const alert of alerts) if (roots.get(alert.id) === alert) groups.set(alert.id, { alert, explained: [] });
  for (const alert of alerts) {
    const root = roots.get(alert.id);
    if (root && root !== alert) groups.get(root.id)?.explained.push(alert);
  }
  const ordered = [...groups.values()];
  return [
    ...ordered.filter(({ alert }) => needsAttention(alert, nowMs)),
    ...ordered.filter(({ alert }) => !needsAttention(alert, nowMs)),
  ];
}

export interface AlertFilter {
  state: 'open' | 'resolved' | 'all';
  /** Null: any. */
  severity: Severity | null;
  search: string;
}

/** Alerts of a filter, newest first. `titleOf` gives the words that are searched. */
export function filterAlerts(
  alerts: readonly AlertView[],
  { state, severity, search }: AlertFilter,
  titleOf: (alert: AlertView) => string,
): AlertView[] {
  const wanted = search.trim().toLowerCase();
  return alerts
    .filter(
      (alert) =>
        (state === 'all' || (alert.state === 'resolved') === (state === 'resolved')) &&
        (severity === null || alert.severity === severity) &&
        (wanted === '' || titleOf(alert).toLowerCase().includes(wanted)),
    )
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** What makes a list of alerts another one, without the values that change at each look. */
export function alertsSignature(alerts: readonly AlertView[]): string {
  return alerts
    .map(({ id, state, severity, acknowledgedAt, snoozedUntil, unstable, inhibitedBy, notifications }) =>
      [id, state, severity, acknowledgedAt, snoozedUntil, unstable, inhibitedBy, notifications].join(' '),
    )
    .join('\n');
}
