/** What the buttons about alerts do. Each reports its own failure. */
import type { AlertView } from '@shared/alerting';
import { type MetricGroup, METRICS, parseMetricKey } from '@shared/metrics';
import { call } from '@/api';
import { currentTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { attempt, notifyDone } from '@/notify';
import { shownView, type View } from '@/tabs/performance/range-store';
import { alertTitle } from './alert-words';
import { snoozeEndMs, type SnoozeChoice, snoozeMinutes } from './snooze';

/** Says that somebody looks after it: it is not told of again unless it gets worse. */
export async function acknowledge(alert: AlertView): Promise<void> {
  await attempt(() => call('alerts:acknowledge', { alertId: alert.id }));
}

/** Nobody is told of an alert until a choice ends. */
export async function snooze(alert: AlertView, choice: SnoozeChoice): Promise<void> {
  const { t, format } = currentTexts();
  const now = Date.now();
  const minutes = snoozeMinutes(choice, now);
  const done = await attempt(() => call('alerts:snooze', { alertId: alert.id, minutes }));
  if (done === undefined) return;
  const end = new Date(snoozeEndMs(choice, now)).toISOString();
  notifyDone(t('alerts.snoozedUntil', { time: format.stamp(end, now) }), {
    id: `snooze-${alert.id}`,
    detail: alertTitle(alert, currentTexts()),
    action: { label: t('common.undo'), run: () => void endSnooze(alert) },
  });
}

export async function endSnooze(alert: AlertView): Promise<void> {
  await attempt(() => call('alerts:snooze', { alertId: alert.id, minutes: null }));
}

const PAUSE_TOAST = 'alerts-paused';

/** Nobody is told of any alert until a choice ends. */
export async function pauseAlerts(choice: SnoozeChoice): Promise<void> {
  const { t, format } = currentTexts();
  const now = Date.now();
  const done = await attempt(() => call('alerts:pause', { minutes: snoozeMinutes(choice, now) }));
  if (done === undefined) return;
  const end = new Date(snoozeEndMs(choice, now)).toISOString();
  notifyDone(t('alerts.pausedUntil', { time: format.stamp(end, now) }), {
    id: PAUSE_TOAST,
    action: { label: t('common.undo'), run: () => void resumeAlerts() },
  });
}

export async function resumeAlerts(): Promise<void> {
  const done = await attempt(() => call('alerts:pause', { minutes: null }));
  if (done !== undefined) notifyDone(currentTexts().t('alerts.resumed'), { id: PAUSE_TOAST });
}

/** Goes where what an alert is about is mended, or looked at more closely. */
export function openMended({ source }: AlertView): void {
  switch (source.type) {
    case 'problem':
      return navigate({ tab: 'errors', problemId: source.problemId });
    case 'error-group':
      return navigate({ tab: 'errors', errorGroupId: source.groupId });
    case 'log-pattern':
      return navigate({ tab: 'errors', logPattern: source });
    case 'probe':
      return openPerformance('services');
    case 'business':
      return openPerformance('business');
    case 'data-rule':
      return navigate({ tab: 'backups', databaseId: source.databaseId, view: 'integrity' });
    case 'rule': {
      const parsed = parseMetricKey(source.metric);
      if (parsed?.name === 'backup.age' && parsed.subject !== null)
        return navigate({ tab: 'backups', databaseId: parsed.subject });
      return openPerformance(parsed ? viewOf(METRICS[parsed.name].group) : 'machine');
    }
  }
}

/** Goes to a part of Performance. */
export function openPerformance(view: View): void {
  shownView.set(view);
  navigate({ tab: 'performance' });
}

function viewOf(group: MetricGroup): View {
  if (group === 'probe') return 'services';
  if (group === 'application') return 'applications';
  return group === 'business' ? 'business' : 'machine';
}
