import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AlertView } from '@shared/alerting';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { alertFigures, alertMetric, STATE_TONE } from './alert-words';
import classes from './alerts.module.css';
import { unitOf } from './metric-words';
import { shortMoment } from './moment';
import { useKnownMetrics } from './queries';
import { isSnoozed } from './select';

/** One line under an alert's title: its state, for how long, value against threshold, who was told. */
export function AlertFacts({ alert }: { alert: AlertView }) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const now = useNow();
  const known = useKnownMetrics().data ?? [];
  const metric = alertMetric(alert.source);
  const figures = alertFigures(alert, metric ? unitOf(metric, known).unitLabel : '', texts);
  const since = alert.firingSince ?? alert.startedAt;
  const endMs = alert.resolvedAt ? Date.parse(alert.resolvedAt) : now;
  const parts: [key: string, part: ReactNode][] = [
    [
      'state',
      <Mark tone={STATE_TONE[alert.state]} size="xs">
        {shared(`alertState.${alert.state}`)}
      </Mark>,
    ],
    [
      'since',
      <Tooltip label={format.exact(since)}>
        <time dateTime={since}>
          {t('alerts.lasting', { time: format.duration(Math.max(0, endMs - Date.parse(since))) })}
        </time>
      </Tooltip>,
    ],
  ];
  if (figures !== null) parts.push(['figures', figures]);
  if (alert.unstable) parts.push(['unstable', t('alerts.unstable')]);
  if (isSnoozed(alert, now) && alert.snoozedUntil !== null) {
    const until = shortMoment(Date.parse(alert.snoozedUntil), now, format.locale);
    parts.push(['snoozed', t('alerts.snoozed', { time: until })]);
  } else if (alert.acknowledgedAt !== null) {
    parts.push(['acknowledged', t('alerts.acknowledged', { time: format.relative(alert.acknowledgedAt, now) })]);
  }
  parts.push([
    'told',
    alert.notifications > 0 ? t('alerts.told', { count: alert.notifications }) : t('alerts.notTold'),
  ]);
  return (
    <div className={classes.facts} data-testid="alert-facts">
      {parts.map(([key, part]) => (
        <span key={key}>{part}</span>
      ))}
    </div>
  );
}
