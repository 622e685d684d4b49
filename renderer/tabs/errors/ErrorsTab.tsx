import { SegmentedControl, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTexts } from '@/i18n';
import { ERRORS_VIEWS, type ErrorsView, navigate, usePlace } from '@/navigation';
import classes from './errors.module.css';

// Lists, charts and stacks come with the first look at them: the start of the window needs none of them.
const VIEW_CONTENT = {
  errors: lazy(async () => ({ default: (await import('./ErrorsView')).ErrorsView })),
  logs: lazy(async () => ({ default: (await import('@/logs/LogsView')).LogsView })),
  applications: lazy(async () => ({
    default: (await import('./applications/ErrorApplications')).ErrorApplications,
  })),
} as const satisfies Record<ErrorsView, unknown>;

/** Errors, logs, and the applications that send their errors. */
export function ErrorsTab() {
  const { t } = useTexts();
  const { errorsView = 'errors' } = usePlace();
  const Content = VIEW_CONTENT[errorsView];
  return (
    <div className={classes.tab}>
      <div className={classes.bar}>
        <SegmentedControl
          size="sm"
          aria-label={t('errors.views.label')}
          value={errorsView}
          data={ERRORS_VIEWS.map((value) => ({
            value,
            label: <span data-testid={`errors-view-${value}`}>{t(`errors.views.${value}`)}</span>,
          }))}
          onChange={(value) => {
            const chosen = ERRORS_VIEWS.find((view) => view === value);
            if (chosen) navigate({ tab: 'errors', errorsView: chosen });
          }}
          data-testid="errors-views"
        />
      </div>
      <Suspense fallback={<ViewSkeleton />}>
        <Content />
      </Suspense>
    </div>
  );
}

function ViewSkeleton() {
  return (
    <div className={classes.page} aria-busy>
      <Skeleton height={64} />
      <Skeleton height={180} />
      <Skeleton height={320} />
    </div>
  );
}
