import { Tooltip } from '@mantine/core';
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
  const snoozedUntil = isSnoozed(alert, now) ? alert.snoozedUntil : null;
  return (
    <div className={classes.facts} data-testid="alert-facts">
      <span>
        <Mark tone={STATE_TONE[alert.state]} size="xs">
          {shared(`alertState.${alert.state}`)}
        </Mark>
      </span>
      <span>
        <Tooltip label={format.exact(since)}>
          <time dateTime={since}>
            {t('alerts.lasting', { time: format.duration(Math.max(0, endMs - Date.parse(since))) })}
          </time>
        </Tooltip>
      </span>
      {figures !== null && <span>{figures}</span>}
      {alert.unstable && <span>{t('alerts.unstable')}</span>}
      {snoozedUntil !== null && (
        <span>{t('alerts.snoozed', { time: shortMoment(Date.parse(snoozedUntil), now, format.locale) })}</span>
      )}
      {snoozedUntil === null && alert.acknowledgedAt !== null && (
        <span>{t('alerts.acknowledged', { time: format.relative(alert.acknowledgedAt, now) })}</span>
      )}
      <span>{alert.notifications > 0 ? t('alerts.told', { count: alert.notifications }) : t('alerts.notTold')}</span>
    </div>
  );
}
