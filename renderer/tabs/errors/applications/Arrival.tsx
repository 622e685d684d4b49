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
  // while nothing listens nothing arrives, whatever came before
  const state = dsn === null ? 'closed' : lastEventAt === null ? 'waiting' : waited ? 'first' : 'arriving';
  return (
    <div className={classes.arrival} role="status" data-testid="error-arrival" data-state={state}>
      {state === 'waiting' && <Mark tone="busy">{t('errors.apps.waiting')}</Mark>}
      {state === 'first' && <Mark tone="ok">{t('errors.apps.arrived')}</Mark>}
      {state === 'arriving' && lastEventAt !== null && (
        <Mark tone="ok">{t('errors.apps.arrivedAt', { time: format.relative(lastEventAt, now) })}</Mark>
      )}
    </div>
  );
}
