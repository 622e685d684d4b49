import { useState } from 'react';
import type { ErrorApplication } from '@shared/error-groups';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import classes from './applications.module.css';

/** Whether errors arrive. Who waits here sees the first one come. */
export function Arrival({ application: { lastEventAt, dsn } }: { application: ErrorApplication }) {
  const { t, format } = useTexts();
  const now = useNow();
  // nothing had come when this page was opened
  const [waited] = useState(lastEventAt === null);
  const state = lastEventAt !== null ? (waited ? 'first' : 'arriving') : dsn === null ? 'closed' : 'waiting';
  return (
    <div className={classes.arrival} role="status" data-testid="error-arrival" data-state={state}>
      {lastEventAt === null ? (
        dsn !== null && <Mark tone="busy">{t('errors.apps.waiting')}</Mark>
      ) : (
        <Mark tone="ok">
          {waited ? t('errors.apps.arrived') : t('errors.apps.arrivedAt', { time: format.relative(lastEventAt, now) })}
        </Mark>
      )}
    </div>
  );
}
