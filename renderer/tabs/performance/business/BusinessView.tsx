import { Button, Drawer, Group, Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChartDots3, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type ChartEvent, metricKey } from '@shared/metrics';
import type { BusinessStatus } from '@shared/monitoring';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { ChartPanel } from '../chart/ChartPanel';
import { courseOf } from '../chart/course';
import type { ChartSpec } from '../chart/spec';
import performance from '../performance.module.css';
import { useBusiness, useBusinessRows, useCourses } from '../queries';
import { useRange } from '../range-store';
import { refreshBusiness } from './actions';
import classes from './business.module.css';
import { BusinessEditor } from './BusinessEditor';
import { FigureCard } from './FigureCard';
import { ResultTable } from './ResultTable';
import { Suggestions } from './Suggestions';

/** Points of a sparkline. */
const SPARK_POINTS = 60;
const NO_FIGURES: BusinessStatus[] = [];

/** Figures that queries on the guarded databases give, with their targets. */
export function BusinessView({ events }: { events: readonly ChartEvent[] }) {
  const { t } = useTexts();
  const guarded = useApp((state) => state.databases.length > 0);
  const figures = useBusiness();
  const [edited, setEdited] = useState<BusinessStatus | 'new' | null>(null);
  const [rowsOf, setRowsOf] = useState<BusinessStatus | null>(null);
  const add = (
    <Button
      leftSection={<IconPlus size={15} />}
      disabled={!guarded}
      onClick={() => setEdited('new')}
      data-testid="add-figure"
    >
      {t('performance.business.add')}
    </Button>
  );
  return (
    <>
      {figures.isError && <ErrorNotice thrown={figures.error} context={{ retry: () => void figures.refetch() }} />}
      {figures.isPending && <Skeleton height={220} aria-busy />}
      {figures.data?.length === 0 && (
        <EmptyState
          icon={<IconChartDots3 size={40} stroke={1.3} />}
          title={t('performance.business.none')}
          detail={t(guarded ? 'performance.business.noneDetail' : 'performance.business.noDatabase')}
        >
          {add}
        </EmptyState>
      )}
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md" className={classes.top}>
        <div className={classes.allSuggestions} data-alone={figures.data?.length === 0}>
          <Suggestions figures={figures.data ?? NO_FIGURES} />
        </div>
        {figures.data && figures.data.length > 0 && add}
      </Group>
      {figures.data && figures.data.length > 0 && (
        <Figures figures={figures.data} events={events} onEdit={setEdited} onRows={setRowsOf} />
      )}
      <BusinessEditor
        edited={edited}
        onClose={() => setEdited(null)}
        onSaved={() => {
          setEdited(null);
          refreshBusiness();
        }}
      />
      <RowsDrawer figure={rowsOf} onClose={() => setRowsOf(null)} />
    </>
  );
}

interface FiguresProps {
  figures: readonly BusinessStatus[];
  events: readonly ChartEvent[];
  onEdit: (figure: BusinessStatus) => void;
  onRows: (figure: BusinessStatus) => void;
}

function Figures({ figures, events, onEdit, onRows }: FiguresProps) {
  const range = useRange();
  const { ref, width } = useElementSize();
  const keys = figures.map(({ id }) => metricKey('business.value', id));
  // one question for all the sparklines; the charts below ask for themselves when they are seen
  const courses = useCourses({ keys, points: width > 0 ? SPARK_POINTS : 0, range, enabled: true });
  const series = courses.data?.answer.series;
  const byKey = useMemo(() => new Map((series ?? []).map((one) => [one.key, courseOf(one)])), [series]);
  return (
    <>
      <div ref={ref} className={classes.cards}>
        {figures.map((figure) => (
          <FigureCard
            key={figure.id}
            figure={figure}
            course={byKey.get(metricKey('business.value', figure.id))}
            onEdit={() => onEdit(figure)}
            onRows={() => onRows(figure)}
          />
        ))}
      </div>
      <div className={performance['charts']}>
        {figures.map(({ id, config }) => (
          <FigureChart
            key={id}
            id={id}
            name={config.name}
            unit={config.unit}
            unitLabel={config.unitLabel}
            target={config.target?.value ?? null}
            events={events}
          />
        ))}
      </div>
    </>
  );
}

interface ChartProps extends Pick<ChartSpec, 'unit'> {
  id: string;
  name: string;
  unitLabel: string;
  target: number | null;
  events: readonly ChartEvent[];
}

function FigureChart({ id, name, unit, unitLabel, target, events }: ChartProps) {
  const { t, format } = useTexts();
  const spec = useMemo<ChartSpec>(
    () => ({
      id: `business-${id}`,
      title: name,
      unit,
      unitLabel,
      target,
      lines: [{ key: metricKey('business.value', id), name, colour: 'blue' }],
    }),
    [id, name, unit, unitLabel, target],
  );
  const note =
    target === null
      ? undefined
      : t('performance.business.targetLine', { value: format.metric(target, unit, unitLabel) });
  return <ChartPanel spec={spec} events={events} note={note} />;
}

/** The rows behind a figure. */
function RowsDrawer({ figure, onClose }: { figure: BusinessStatus | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer
      opened={figure !== null}
      onClose={onClose}
      position="right"
      size={820}
      title={figure ? t('performance.business.rowsOf', { name: figure.config.name }) : ''}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="business-rows"
    >
      {figure && <Rows id={figure.id} />}
    </Drawer>
  );
}

function Rows({ id }: { id: string }) {
  const rows = useBusinessRows(id);
  if (rows.isError) return <ErrorNotice thrown={rows.error} context={{ retry: () => void rows.refetch() }} />;
  if (!rows.data) return <Skeleton height={320} aria-busy />;
  return <ResultTable result={rows.data} height="calc(100dvh - 130px)" />;
}
