import { useComputedColorScheme } from '@mantine/core';
import {
  CategoryScale,
  Chart as ChartJs,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { useMemo } from 'react';
import { Line } from 'react-chartjs-2';
import { useTexts } from '@/i18n';
import { METRICS_WINDOW_MS } from '@/metrics-store';
import { FONT_FAMILY, PALETTE } from '@/theme';
import classes from './performance.module.css';
import type { Point } from './series';

ChartJs.defaults.font.family = FONT_FAMILY;
ChartJs.defaults.font.size = 11;
ChartJs.register(LineController, LineElement, PointElement, LinearScale, CategoryScale, Tooltip, Filler);

export interface Series {
  name: string;
  points: Point[];
  colour: SeriesColour;
  /** Drawn with dashes, so that two lines differ by more than colour. */
  dashed?: boolean;
}
export type SeriesColour = '--hf-busy' | '--hf-warn' | '--hf-muted' | '--hf-bad';

interface Props {
  label: string;
  series: Series[];
  /** Top of the scale; what is drawn decides when it is left out. */
  most?: number;
  /** The scale reaches at least this far, so that small values look small. */
  atLeast?: number;
  formatValue: (value: number) => string;
}

const SHORTEST_SPAN_MS = 60_000;

/** Lines over the last ten minutes. Gaps stay gaps; nothing moves but the data. */
export function LineChart({ label, series, most, atLeast, formatValue }: Props) {
  const { format } = useTexts();
  const scheme = useComputedColorScheme('light');
  const newest = Math.max(0, ...series.map(({ points }) => points.at(-1)?.x ?? 0));
  const oldest = Math.min(newest, ...series.map(({ points }) => points[0]?.x ?? newest));
  // A young history fills the chart instead of its last centimetre, from one minute on.
  const spanMs = Math.min(METRICS_WINDOW_MS, Math.max(SHORTEST_SPAN_MS, newest - oldest));
  const options = useMemo<ChartOptions<'line'>>(() => {
    const text = PALETTE[scheme]['--hf-muted'];
    const grid = PALETTE[scheme]['--hf-border'];
    return {
      animation: false,
      parsing: false,
      normalized: true,
      spanGaps: false,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      elements: { point: { radius: 0, hitRadius: 8 }, line: { borderWidth: 1.75 } },
      scales: {
        x: {
          type: 'linear',
          min: newest - spanMs,
          max: newest,
          border: { color: grid },
          grid: { display: false },
          ticks: {
            color: text,
            maxTicksLimit: 6,
            maxRotation: 0,
            stepSize: spanMs > 5 * SHORTEST_SPAN_MS ? 2 * SHORTEST_SPAN_MS : spanMs / 4,
            includeBounds: false,
            callback: (ms) => clockOf(Number(ms)),
          },
        },
        y: {
          min: 0,
          max: most,
          suggestedMax: atLeast,
          border: { display: false },
          grid: { color: grid },
          ticks: { color: text, maxTicksLimit: 5, callback: (value) => formatValue(Number(value)) },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          animation: false,
          callbacks: {
            title: ([item]) => (item ? format.clock(Number(item.parsed.x)) : ''),
            label: (item) => `${item.dataset.label ?? ''}: ${formatValue(Number(item.parsed.y))}`,
          },
        },
      },
    };

    function clockOf(ms: number): string {
      const seconds = spanMs > 5 * SHORTEST_SPAN_MS ? {} : ({ second: '2-digit' } as const);
      return new Intl.DateTimeFormat(format.locale, { hour: '2-digit', minute: '2-digit', ...seconds }).format(ms);
    }
  }, [scheme, newest, spanMs, most, atLeast, formatValue, format]);
  const data = {
    datasets: series.map(({ name, points, colour, dashed }) => ({
      label: name,
      data: points as { x: number; y: number }[],
      borderColor: PALETTE[scheme][colour],
      borderDash: dashed ? [5, 4] : [],
    })),
  };
  return (
    <>
      <div className={classes.chart}>
        <Line data={data} options={options} aria-label={label} role="img" />
      </div>
      {series.length > 1 && (
        <ul className={classes.legend}>
          {series.map(({ name, colour, dashed }) => (
            <li key={name}>
              <span
                className={classes.swatch}
                style={{ borderColor: `var(${colour})`, borderTopStyle: dashed ? 'dashed' : 'solid' }}
              />
              {name}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
