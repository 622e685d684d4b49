import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useValue } from '@/value';
import classes from './performance.module.css';
import { useChartEvents, useLiveWatch, useMetricsHistory, useMonitoringChanges } from './queries';
import { shownView, useRange, type View } from './range-store';
import { RangeBar } from './RangeBar';

// Charts and forms come with the first look at them: the start of the window needs none of them.
const VIEW_CONTENT = {
  machine: lazy(async () => ({ default: (await import('./machine/MachineView')).MachineView })),
  services: lazy(async () => ({ default: (await import('./services/ServicesView')).ServicesView })),
  applications: lazy(async () => ({ default: (await import('./applications/ApplicationsView')).ApplicationsView })),
  business: lazy(async () => ({ default: (await import('./business/BusinessView')).BusinessView })),
} as const satisfies Record<View, unknown>;

/** The machine, services, applications and business figures over time. */
export function PerformanceTab() {
  const view = useValue(shownView);
  const { range, window } = useRange();
  const events = useChartEvents({ range, window });
  const history = useMetricsHistory();
  useLiveWatch(range === 'live' && !window);
  useMonitoringChanges();
  const Content = VIEW_CONTENT[view];
  return (
    <div className={classes.page}>
      <RangeBar events={events} charts />
      {history.isError && <ErrorNotice thrown={history.error} context={{ retry: () => void history.refetch() }} />}
      <Suspense fallback={<ViewSkeleton />}>
        <Content events={events} />
      </Suspense>
    </div>
  );
}

function ViewSkeleton() {
  return (
    <div className={classes.charts} aria-busy>
      {['a', 'b', 'c', 'd'].map((panel) => (
        <Skeleton key={panel} height={270} />
      ))}
    </div>
  );
}
