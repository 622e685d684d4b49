/** What a chart is about, before there is data: its lines and its scale. */
import type { MetricAnswer, MetricReading, MetricUnit } from '@shared/metrics';
import { SPAN_MS, type TimeWindow } from '../range';
import type { Dash, LineColour } from './colours';
import { courseOf, liveCourse, NO_COURSE, type Percentile, shifted } from './course';
import type { PlotContent, PlotLine } from './plot';

export interface LineSpec {
  key: string;
  name: string;
  colour: LineColour;
  dash?: Dash;
  /** Draws lowest to highest behind the average. */
  band?: boolean;
  /** Of a histogram: which percentile; the average otherwise. */
  percentile?: Percentile;
  /** Not drawn when charts are compared with earlier ones: a minor line. */
  alone?: boolean;
}

export interface ChartSpec {
  id: string;
  title: string;
  unit: MetricUnit;
  unitLabel?: string;
  lines: LineSpec[];
  /** True when the values come with every tick, so that a live chart needs to ask nothing. */
  ticks?: boolean;
  top?: number;
  atLeast?: number;
  target?: number | null;
}

export type SpecContent = Pick<PlotContent, 'window' | 'live' | 'lines' | 'gaps'>;

const lineId = ({ key, percentile }: LineSpec): string => (percentile ? `${key} ${percentile}` : key);

/** Keys that the lines need, each once. */
export const keysOf = (spec: ChartSpec, compared = false): string[] => [
  ...new Set(spec.lines.filter(({ alone }) => !compared || !alone).map(({ key }) => key)),
];

function linesOf(spec: ChartSpec, read: (line: LineSpec) => PlotLine['course'] | null): PlotLine[] {
  return spec.lines.flatMap((line) => {
    const course = read(line);
    if (!course) return [];
    const { name, colour, dash = 'solid', band = false } = line;
    return [{ id: lineId(line), name, course, colour, dash, band, past: false }];
  });
}

const fromAnswer =
  (answer: MetricAnswer) =>
  ({ key, percentile }: LineSpec) => {
    const series = answer.series.find((one) => one.key === key);
    return series ? courseOf(series, percentile) : NO_COURSE;
  };

/** Lines of an answer to `metrics:query`. */
export function answeredContent(spec: ChartSpec, answer: MetricAnswer, window: TimeWindow): SpecContent {
  return { window, live: false, lines: linesOf(spec, fromAnswer(answer)), gaps: answer.gaps };
}

/** Lines of the last minutes, from live readings. They end at the newest reading. */
export function liveContent(spec: ChartSpec, readings: readonly MetricReading[], nowMs: number): SpecContent {
  const toMs = readings.at(-1)?.atMs ?? nowMs;
  const window = { fromMs: toMs - SPAN_MS.live, toMs };
  // one more than the window, so that the line begins at its edge
  const lines = linesOf(spec, ({ key }) => liveCourse(readings, key, window.fromMs - 5_000));
  return { window, live: true, lines, gaps: [] };
}

/** The same lines of an earlier time, drawn where they would be now. */
export function pastLines(spec: ChartSpec, answer: MetricAnswer, shiftMs: number): PlotLine[] {
  const compared = { ...spec, lines: spec.lines.filter(({ alone }) => !alone) };
  return linesOf(compared, fromAnswer(answer)).map((line) => ({
    ...line,
    id: `${line.id} past`,
    course: shifted(line.course, shiftMs),
    dash: 'dashed',
    past: true,
  }));
}

/** True when a chart has anything to draw. */
export const hasValues = ({ lines }: Pick<PlotContent, 'lines'>): boolean =>
  lines.some(({ course, past }) => !past && course.values.some((value) => !Number.isNaN(value)));
