import { SegmentedControl, Skeleton, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ErrorSummary } from '@shared/error-groups';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { CHART_RANGES, shownRange } from './chart-range';
import { CourseChart } from './CourseChart';
import classes from './errors.module.css';
import { groupFilter } from './filter';

/** Bars of a list that are shown; the others are too small to tell anything. */
const MOST_BARS = 8;
const OWN = 'holdfast';

/** Events over time, by type and by application, of what the list shows. */
export function ErrorCharts({ summary }: { summary: ErrorSummary | null }) {
  const { t, format } = useTexts();
  return (
    <div className={classes.charts} data-testid="error-charts">
      <Panel title={t('errors.charts.course')} aside={<RangeChoice />} testId="errors-course">
        <Filled summary={summary}>{(known) => <CourseChart summary={known} />}</Filled>
      </Panel>
      <div className={classes.chartPair}>
        <Panel title={t('errors.charts.types')} testId="errors-by-type">
          <Filled summary={summary}>
            {({ byType }) => (
              <Bars
                bars={byType.map(({ type, count }) => ({
                  name: type,
                  count,
                  shown: format.number(count),
                  onPick: () => groupFilter.update((filter) => ({ ...filter, type })),
                }))}
              />
            )}
          </Filled>
        </Panel>
        <Panel title={t('errors.charts.applications')} testId="errors-by-application">
          <Filled summary={summary}>
            {({ byApplication }) => (
              <Bars
                bars={byApplication.map(({ applicationId, name, count }) => ({
                  name,
                  count,
                  shown: format.number(count),
                  onPick: () => groupFilter.update((filter) => ({ ...filter, applicationId: applicationId ?? OWN })),
                }))}
              />
            )}
          </Filled>
        </Panel>
      </div>
    </div>
  );
}

function Filled({
  summary,
  children,
}: {
  summary: ErrorSummary | null;
  children: (summary: ErrorSummary) => ReactNode;
}) {
  const { t } = useTexts();
  if (summary === null) return <Skeleton height={120} aria-busy />;
  if (summary.events === 0) return <Text c="dimmed">{t('errors.charts.none')}</Text>;
  return children(summary);
}

function RangeChoice() {
  const { t } = useTexts();
  const range = useValue(shownRange);
  return (
    <SegmentedControl
      aria-label={t('errors.charts.range')}
      value={range}
      data={CHART_RANGES.map((value) => ({ value, label: t(`errors.charts.ranges.${value}`) }))}
      onChange={(value) => {
        const chosen = CHART_RANGES.find((one) => one === value);
        if (chosen) shownRange.set(chosen);
      }}
      data-testid="errors-range"
    />
  );
}

interface Bar {
  name: string;
  count: number;
  shown: string;
  onPick: () => void;
}

/** Named bars, the longest first; a press filters the list by one. */
function Bars({ bars }: { bars: readonly Bar[] }) {
  const shown = bars.toSorted((a, b) => b.count - a.count).slice(0, MOST_BARS);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  return (
    <ul className={classes.namedBars}>
      {shown.map(({ name, count, shown: figure, onPick }) => (
        <li key={name}>
          <UnstyledButton onClick={onPick} className={classes.namedBar}>
            <span className={classes.barName} title={name}>
              {name}
            </span>
            <span className={classes.barTrack}>
              <span style={{ width: `${(100 * count) / most}%` }} />
            </span>
            <span className={classes.barCount}>{figure}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
