import { Button, Text } from '@mantine/core';
import { IconArrowRight, IconBellOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Panel } from '@/components/Panel';
import { ToneIcon } from '@/components/ToneIcon';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useApp } from '@/store';
import { resumeAlerts } from './actions';
import { AlertRow } from './AlertRow';
import classes from './alerts.module.css';
import { shortMoment } from './moment';
import { useAlertHistory } from './queries';
import { foldAlerts } from './select';

/** What is wrong now: every open alert, or one quiet line. */
export function AlertPanel() {
  const { t } = useTexts();
  const alerts = useApp((state) => state.alerts);
  const now = useNow();
  const groups = useMemo(() => foldAlerts(alerts, now), [alerts, now]);
  if (groups.length === 0) return <NothingOpen />;
  return (
    <Panel title={t('alerts.title')} aside={<HistoryButton />} testId="open-alerts">
      <ul className={classes.list}>
        {groups.map((group) => (
          <AlertRow key={group.alert.id} {...group} />
        ))}
      </ul>
    </Panel>
  );
}

function HistoryButton() {
  const { t } = useTexts();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      rightSection={<IconArrowRight size={15} aria-hidden />}
      onClick={() => navigate({ tab: 'status', view: 'alerts' })}
      data-testid="all-alerts"
    >
      {t('alerts.history')}
    </Button>
  );
}

function NothingOpen() {
  const { t, format } = useTexts();
  const now = useNow();
  const { alerts } = useAlertHistory();
  const last = alerts
    ?.map(({ resolvedAt }) => resolvedAt)
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  const words = last ? t('alerts.lastWas', { time: format.relative(last, now) }) : t('alerts.neverAny');
  return (
    <section className={classes.line} aria-label={t('alerts.title')} data-testid="no-open-alerts">
      <ToneIcon tone="ok" size={18} />
      <Text>
        <b>{t('alerts.none')}</b>
        {alerts && <span className="hf-tone-muted"> · {words}</span>}
      </Text>
      <HistoryButton />
    </section>
  );
}

/** Says that nobody is told of alerts now, until when, and ends it. */
export function PauseBanner() {
  const { t, format } = useTexts();
  const until = useApp((state) => state.alertsPausedUntil);
  const now = useNow();
  const [resume, resuming] = usePending(resumeAlerts);
  if (until === null) return null;
  return (
    <section className={classes.banner} role="status" data-testid="alerts-paused">
      <span className="hf-tone-warn" style={{ display: 'grid' }}>
        <IconBellOff size={18} aria-hidden />
      </span>
      <Text>
        <b>{t('alerts.pausedUntil', { time: shortMoment(Date.parse(until), now, format.locale) })}</b>
        <span className="hf-tone-muted"> · {t('alerts.pausedDetail')}</span>
      </Text>
      <Button
        variant="default"
        size="compact-sm"
        loading={resuming}
        onClick={() => void resume()}
        data-testid="resume-alerts"
      >
        {t('alerts.resume')}
      </Button>
    </section>
  );
}
