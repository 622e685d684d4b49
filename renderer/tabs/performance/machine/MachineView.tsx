import { Center, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { ChartEvent, MetricInfo } from '@shared/metrics';
import { useTexts } from '@/i18n';
import { ErrorNotice } from '@/components/ErrorNotice';
import { ChartPanel } from '../chart/ChartPanel';
import classes from '../performance.module.css';
import { useMetricList } from '../queries';
import { SubjectChart } from './SubjectChart';
import { Processes } from './Processes';
import { DiskNote, GraphicsNote } from './notes';
import * as specs from './specs';
import { Tiles } from './Tiles';

const NO_METRICS: MetricInfo[] = [];

/** The machine and what Holdfast itself costs. */
export function MachineView({ events }: { events: readonly ChartEvent[] }) {
  const texts = useTexts();
  const { t } = texts;
  const list = useMetricList();
  const metrics = list.data ?? NO_METRICS;
  // the list is fetched anew each minute; the charts change only when a metric comes or goes
  const known = [...new Set(metrics.map(({ name }) => name))].sort().join(' ');
  const fixed = useMemo(() => specs.fixedCharts(new Set(known.split(' ')), texts), [known, texts]);
  const common = { metrics, events };
  return (
    <>
      <Tiles />
      {list.isError && <ErrorNotice thrown={list.error} context={{ retry: () => void list.refetch() }} />}
      {list.isSuccess && metrics.length === 0 && (
        <Center py="lg">
          <Text c="dimmed">{t('performance.noneYet')}</Text>
        </Center>
      )}
      <div className={classes.charts}>
        {fixed.machine.map((spec) => (
          <ChartPanel key={spec.id} spec={spec} events={events} />
        ))}
        <SubjectChart {...common} name="disk.used" build={specs.diskSpace} Note={DiskNote} />
        <SubjectChart {...common} name="disk.write" build={specs.diskTraffic} />
        <SubjectChart {...common} name="network.received" build={specs.network} />
        <SubjectChart {...common} name="gpu.busy" build={specs.graphics} Note={GraphicsNote} />
        {fixed.own.map((spec) => (
          <ChartPanel key={spec.id} spec={spec} events={events} />
        ))}
        <SubjectChart {...common} name="operation.time" build={specs.operationTime} />
        <SubjectChart {...common} name="operation.errors" build={specs.operationErrors} />
        <Processes />
      </div>
    </>
  );
}
