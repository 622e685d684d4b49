import { Skeleton, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { AlertLevel, AlertView } from '@shared/alerting';
import type { MetricGap, MetricSeries } from '@shared/metrics';
import { call } from '@/api';
import { ErrorNotice } from '@/components/ErrorNotice';
import { timeFormat } from '@/format/held';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import classes from './alerts.module.css';
import {
  acrossOf,
  bandPath,
  CHART,
  downOf,
  linePath,
  type Scale,
  spansDays,
  timeSteps,
  valueScale,
} from './chart-geometry';
import { metricWords, unitOf } from './metric-words';
import { useKnownMetrics } from './queries';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The chart shows so much of the time before an alert and after it. */
const BEFORE_MS = HOUR_MS;
const AFTER_MS = 30 * MINUTE_MS;
const POINTS = 240;
/** A time nearer to the end than this has no room for its name. */
const LABEL_ROOM = 24;

interface Props {
  alert: AlertView;
  metric: string;
  /** Values of the rule's level; null when only the alert's own threshold is known. */
  level: Pick<AlertLevel, 'trigger' | 'clear'> | null;
}

/** The course of what an alert is about, around its time, with the lines it crossed. */
export function AlertChart({ alert, metric, level }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const known = useKnownMetrics().data ?? [];
  // by the minute: the chart moves on, but does not ask at each tick
  const nowMs = Math.ceil(useNow() / MINUTE_MS) * MINUTE_MS;
  const from = Date.parse(alert.startedAt) - BEFORE_MS;
  const to = alert.resolvedAt === null ? nowMs : Math.min(nowMs, Date.parse(alert.resolvedAt) + AFTER_MS);
  const query = useQuery({
    queryKey: ['alert-course', metric, from, to],
    queryFn: () => call('metrics:query', { keys: [metric], fromMs: from, toMs: to, points: POINTS }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const series = query.data?.series.find(({ key }) => key === metric);
  const measured = series?.count.some((count) => count > 0) ?? false;
  if (query.isError) return <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />;
  return (
    <div data-testid="alert-chart">
      <Text size="xs" c="dimmed" mb={4}>
        {metricWords(metric, known, texts)}
      </Text>
      <div style={{ aspectRatio: `${CHART.width} / ${CHART.height}` }}>
        {query.isPending && <Skeleton height="100%" aria-busy />}
        {query.isSuccess && !measured && <Text c="dimmed">{t('alerts.noChart')}</Text>}
        {query.isSuccess && series && measured && (
          <Drawing alert={alert} series={series} gaps={query.data.gaps} level={level} time={{ from, to }} />
        )}
      </div>
    </div>
  );
}

interface DrawingProps {
  alert: AlertView;
  series: MetricSeries;
  gaps: MetricGap[];
  level: Props['level'];
  time: Scale;
}

function Drawing({ alert, series, gaps, level, time }: DrawingProps) {
  const texts = useTexts();
  const { t, format } = texts;
  const known = useKnownMetrics().data ?? [];
  const hatch = useId();
  const { unit } = unitOf(series.key, known);
  const trigger = level?.trigger ?? alert.threshold;
  const limits = [trigger, level?.clear ?? null].filter((value): value is number => value !== null);
  const { scale, steps } = valueScale([...series.max, ...series.min, ...limits], unit);
  const bottom = CHART.height - CHART.bottom;
  const end = CHART.width - CHART.right;
  const within = (ms: number): number => Math.min(end, Math.max(CHART.left, acrossOf(ms, time)));
  const firedAt = alert.firingSince === null ? null : within(Date.parse(alert.firingSince));
  const overAt = within(alert.resolvedAt === null ? time.to : Date.parse(alert.resolvedAt));
  const stepTime = timeFormat(
    format.locale,
    spansDays(time) ? { month: 'short', day: 'numeric' } : { hour: 'numeric', minute: '2-digit' },
  );
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${CHART.width} ${CHART.height}`}
      role="img"
      aria-label={t('alerts.chart', {
        metric: metricWords(series.key, known, texts),
        from: format.exact(new Date(time.from).toISOString()),
        to: format.exact(new Date(time.to).toISOString()),
      })}
    >
      <defs>
        <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1={0} x2={0} y1={0} y2={6} stroke="var(--hf-border)" strokeWidth={3} />
        </pattern>
      </defs>
      {steps.map((step) => (
        <g key={step}>
          <line
            x1={CHART.left}
            x2={end}
            y1={downOf(step, scale)}
            y2={downOf(step, scale)}
            stroke="var(--hf-border)"
            strokeWidth={1}
          />
          <text x={CHART.left - 6} y={downOf(step, scale) + 3.5} textAnchor="end">
            {format.axis(step, unit)}
          </text>
        </g>
      ))}
      {timeSteps(time)
        .filter((ms) => end - within(ms) > LABEL_ROOM)
        .map((ms) => (
          <text key={ms} x={within(ms)} y={CHART.height - 5} textAnchor="middle">
            {stepTime.format(ms)}
          </text>
        ))}
      {gaps.map(({ fromMs, toMs }) => (
        <rect
          key={fromMs}
          x={within(fromMs)}
          y={CHART.top}
          width={within(toMs) - within(fromMs)}
          height={bottom - CHART.top}
          fill={`url(#${hatch})`}
        />
      ))}
      {firedAt !== null && (
        <rect
          x={firedAt}
          y={CHART.top}
          width={Math.max(1.5, overAt - firedAt)}
          height={bottom - CHART.top}
          fill="var(--hf-bad)"
          opacity={0.1}
        >
          <title>{t('alerts.chartFiring')}</title>
        </rect>
      )}
      <path d={bandPath(series.times, series.min, series.max, time, scale)} fill="var(--hf-busy)" opacity={0.18} />
      <path
        d={linePath({ times: series.times, values: series.avg }, time, scale)}
        fill="none"
        stroke="var(--hf-busy)"
        strokeWidth={1.75}
        strokeLinejoin="round"
      />
      {level && <Limit value={level.clear} scale={scale} label={t('alerts.chartClear')} tone="ok" />}
      {trigger !== null && <Limit value={trigger} scale={scale} label={t('alerts.chartThreshold')} tone="bad" />}
    </svg>
  );
}

interface LimitProps {
  value: number;
  scale: Scale;
  label: string;
  tone: 'ok' | 'bad';
}

/** A line across the chart, named; the one that ends the alert is dashed. */
function Limit({ value, scale, label, tone }: LimitProps) {
  const y = downOf(value, scale);
  return (
    <g>
      <line
        x1={CHART.left}
        x2={CHART.width - CHART.right}
        y1={y}
        y2={y}
        stroke={`var(--hf-${tone})`}
        strokeWidth={1.25}
        strokeDasharray={tone === 'ok' ? '4 4' : undefined}
      />
      <text
        x={CHART.left + 4}
        y={tone === 'ok' ? y + 11.5 : y - 4}
        style={{ fill: `var(--hf-${tone})`, fontWeight: 500 }}
        stroke="var(--mantine-color-body)"
        strokeWidth={3}
        paintOrder="stroke"
      >
        {label}
      </text>
    </g>
  );
}
