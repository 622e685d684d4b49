/**
 * The chart type `course`: Chart.js lays out, measures and scales; the lines are drawn straight from typed arrays.
 * Its own line type keeps an object and an element for each point, which a year on ten charts cannot afford.
 */
import {
  Chart,
  type ChartConfiguration,
  type ChartOptions,
  DatasetController,
  LinearScale,
  PointElement,
  type Plugin,
  type Scale,
} from 'chart.js';
import { FONT_FAMILY, PALETTE } from '@/theme';
import type { Scheme } from './colours';
import { EVENT_LANE_PX, paintMarks, paintPlot } from './paint';
import type { Plot } from './plot';
import { agoTicks, type Tick, timeTicks } from './ticks';

declare module 'chart.js' {
  interface ChartTypeRegistry {
    course: {
      chartOptions: object;
      datasetOptions: { plot: Plot; scheme: Scheme };
      defaultDataPoint: never;
      metaExtensions: object;
      parsedDataType: { x: number; y: number };
      scales: 'linear';
    };
  }
}

/** All charts have their left edge at the same place. */
const AXIS_PX = 66;
const TICK_PX = 84;

class CourseController extends DatasetController<'course'> {
  static id = 'course';
  // Chart.js wants an element for points to be named; none is ever made
  static defaults = { datasetElementType: false, dataElementType: 'point' };

  override getMinMax(scale: Scale): { min: number; max: number } {
    return scale.axis === 'x' ? { min: 0, max: 1 } : plotOf(this.chart).limits();
  }

  override draw(): void {
    const { ctx, chartArea, scales } = this.chart;
    const scale = scales['y'];
    if (scale) paintPlot(ctx, plotOf(this.chart), chartArea, scale, schemeOf(this.chart));
  }
}

/** Outside the clipped area, so not part of the dataset. */
const eventMarks: Plugin<'course'> = {
  id: 'event-marks',
  afterDatasetsDraw: (chart) => paintMarks(chart.ctx, plotOf(chart), chart.chartArea, schemeOf(chart)),
};

Chart.register(CourseController, LinearScale, PointElement);
Chart.defaults.font.family = FONT_FAMILY;
Chart.defaults.font.size = 11;

const datasetOf = (chart: Chart): { plot: Plot; scheme: Scheme } =>
  chart.data.datasets[0] as unknown as { plot: Plot; scheme: Scheme };
const plotOf = (chart: Chart): Plot => datasetOf(chart).plot;
const schemeOf = (chart: Chart): Scheme => datasetOf(chart).scheme;

/** Data of the one dataset that every chart of this type has. */
export function courseData(plot: Plot, scheme: Scheme): ChartConfiguration<'course'>['data'] {
  return { datasets: [{ data: [], plot, scheme }] };
}

export const coursePlugins: Plugin<'course'>[] = [eventMarks];

/** Options that depend on the theme and the language only: a change of range or data does not change them. */
export function courseOptions(
  plot: Plot,
  scheme: Scheme,
  locale: string,
  formatValue: (value: number) => string,
): ChartOptions<'course'> {
  const text = PALETTE[scheme]['--hf-muted'];
  const grid = PALETTE[scheme]['--hf-border'];
  let ticks: Tick[] = [];
  return {
    animation: false,
    parsing: false,
    normalized: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: EVENT_LANE_PX, right: 6 } },
    plugins: { tooltip: { enabled: false }, legend: { display: false } },
    scales: {
      x: {
        type: 'linear',
        min: 0,
        max: 1,
        border: { color: grid },
        grid: { display: false, drawTicks: true, tickLength: 4 },
        // places of moments in the window: a live chart moves without its axis being laid out again
        afterBuildTicks: (axis) => {
          const { window, live } = plot.content;
          const most = Math.max(2, Math.floor(axis.chart.width / TICK_PX));
          ticks = live ? agoTicks(window, locale) : timeTicks(window, most, locale);
          axis.ticks = ticks.map(({ atMs }) => ({ value: plot.placeOf(atMs) }));
        },
        ticks: {
          color: text,
          maxRotation: 0,
          autoSkipPadding: 14,
          callback: (_value, index) => ticks[index]?.label ?? '',
        },
      },
      y: {
        type: 'linear',
        border: { display: false },
        grid: { color: grid },
        ticks: { color: text, maxTicksLimit: 5, callback: (value) => formatValue(Number(value)) },
        afterFit: (axis) => {
          axis.width = AXIS_PX;
        },
      },
    },
  };
}
