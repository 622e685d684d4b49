import { Button, Collapse, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { AlertView } from '@shared/alerting';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { SEVERITY_TONE } from '@/tone';
import { AlertButtons } from './AlertButtons';
import { AlertFacts } from './AlertFacts';
import { alertTitle } from './alert-words';
import classes from './alerts.module.css';
import { type AlertGroup, needsAttention } from './select';

export const openDetails = (alert: AlertView): void => navigate({ tab: 'status', alertId: alert.id });

/** One open alert: how bad, what, since when, what to do; those that it explains are folded under it. */
export function AlertRow({ alert, explained }: AlertGroup) {
  const texts = useTexts();
  const { t, shared } = texts;
  const now = useNow();
  return (
    <li
      className={classes.row}
      data-testid="alert-row"
      data-state={alert.state}
      data-severity={alert.severity}
      data-quiet={!needsAttention(alert, now) || undefined}
    >
      <Mark tone={SEVERITY_TONE[alert.severity]}>{shared(`severity.${alert.severity}`)}</Mark>
      <div className={classes.words}>
        <UnstyledButton onClick={() => openDetails(alert)} className={classes.title} data-testid="alert-title">
          {alertTitle(alert, texts)}
        </UnstyledButton>
        <AlertFacts alert={alert} />
        {explained.length > 0 && <Explained alerts={explained} />}
      </div>
      <AlertButtons alert={alert}>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => openDetails(alert)}>
          {t('alerts.details')}
        </Button>
      </AlertButtons>
    </li>
  );
}

function Explained({ alerts }: { alerts: AlertView[] }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const [open, setOpen] = useState(false);
  const id = useId();
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.explained}>
      <UnstyledButton
        className={classes.fold}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        data-testid="explained-alerts"
      >
        <Chevron size={14} aria-hidden />
        {t('alerts.explains', { count: alerts.length })}
      </UnstyledButton>
      <Collapse expanded={open} transitionDuration={100} id={id}>
        <ul className={classes.foldedList}>
          {alerts.map((alert) => (
            <li key={alert.id}>
              <Mark tone="muted" size="xs">
                {shared(`severity.${alert.severity}`)}
              </Mark>
              <UnstyledButton onClick={() => openDetails(alert)} className={classes.foldedTitle}>
                <Text size="xs">{alertTitle(alert, texts)}</Text>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      </Collapse>
    </div>
  );
}
