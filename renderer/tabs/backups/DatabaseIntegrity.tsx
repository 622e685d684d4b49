import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { DatabaseStatus } from '@shared/models';
import classes from './backups.module.css';
import { DatabaseHead } from './DatabaseHead';

// It comes with its forms when somebody looks at it first: the start of the window needs none of them.
const IntegrityView = lazy(async () => ({ default: (await import('@/integrity/IntegrityView')).IntegrityView }));

/** Whether one database is sound, in place of its restore points. */
export function DatabaseIntegrity({ status }: { status: DatabaseStatus }) {
  const { name, path } = status.database;
  return (
    <div className={classes.content}>
      <div className={classes.points}>
        <DatabaseHead name={name} path={path} status={status} />
        <div className={classes.integrity}>
          <Suspense fallback={<Skeleton height={160} mx="lg" aria-busy />}>
            <IntegrityView status={status} />
          </Suspense>
        </div>
      </div>
    </div>
  );
}
