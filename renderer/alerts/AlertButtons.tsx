import { Button, Tooltip } from '@mantine/core';
import { IconArrowRight, IconBellZ, IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AlertView } from '@shared/alerting';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { acknowledge, endSnooze, openMended, snooze } from './actions';
import { alertTitle } from './alert-words';
import classes from './alerts.module.css';
import { isSnoozed } from './select';
import { SNOOZE_CHOICES } from './snooze';
import { SnoozeMenu } from './SnoozeMenu';

const ICON = 15;

/** What can be done about an alert. `children` are further buttons. */
export function AlertButtons({ alert, children }: { alert: AlertView; children?: ReactNode }) {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow();
  const [confirm, confirming] = usePending(acknowledge);
  const isOpen = alert.state !== 'resolved';
  const snoozed = isSnoozed(alert, now);
  return (
    <div
      className={classes.buttons}
      role="group"
      aria-label={t('alerts.actionsOf', { title: alertTitle(alert, texts) })}
    >
      {isOpen && alert.acknowledgedAt === null && (
        <Tooltip label={t('alerts.acknowledgeEffect')}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconCheck size={ICON} aria-hidden />}
            loading={confirming}
            onClick={() => void confirm(alert)}
            data-testid="acknowledge"
          >
            {t('alerts.acknowledge')}
          </Button>
        </Tooltip>
      )}
      {isOpen && !snoozed && (
        <SnoozeMenu choices={SNOOZE_CHOICES} onChoose={(choice) => void snooze(alert, choice)}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconBellZ size={ICON} aria-hidden />}
            data-testid="snooze"
          >
            {t('alerts.snooze')}
          </Button>
        </SnoozeMenu>
      )}
      {isOpen && snoozed && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => void endSnooze(alert)}
          data-testid="end-snooze"
        >
          {t('alerts.endSnooze')}
        </Button>
      )}
      <Tooltip label={t('alerts.openWhat')}>
        <Button
          variant="light"
          size="compact-sm"
          rightSection={<IconArrowRight size={ICON} aria-hidden />}
          onClick={() => openMended(alert)}
          data-testid="open-alert"
        >
          {t('alerts.open')}
        </Button>
      </Tooltip>
      {children}
    </div>
  );
}
