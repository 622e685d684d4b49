/** Where the parts of the small chart of an alert are drawn. */
import type { MetricUnit } from '@shared/metrics';
import { coordinate } from '@/format/coordinate';

export const CHART = { width: 560, height: 168, left: 62, right: 8, top: 8, bottom: 20 } as const;

export interface Scale {
  from: number;
  to: number;
}

/** Place of a moment, in the chart's own units. */
export const acrossOf = (ms: number, { from, to }: Scale): number =>
  CHART.left + ((ms - from) / Math.max(1, to - from)) * (CHART.width - CHART.left - CHART.right);

/** Place of a value. */
export const downOf = (value: number, { from, to }: Scale): number =>
  CHART.height - CHART.bottom - ((value - from) / (to - from || 1)) * (CHART.height - CHART.top - CHART.bottom);

/** Values that stay within so small a share of their height are drawn closer: how they cross a line is what counts. */
const CLOSE = 0.5;

/** A scale that holds every value with some air, and the steps to name beside it. */
export function valueScale(values: readonly number[], unit: MetricUnit): { scale: Scale; steps: number[] } {
  const finite = values.filter((value) => Number.isFinite(value));
  const most = finite.length > 0 ? Math.max(...finite) : 1;
  const least = finite.length > 0 ? Math.min(...finite) : 0;
  const close = least > 0 && least > most * CLOSE && most > least;
  const bottom = close ? least - (most - least) * 0.15 : Math.min(0, least);
  const span = Math.max(most, 0) - bottom || 1;
  const step = niceStep(span / 3, unit);
  const from = Math.floor(bottom / step + 1e-9) * step;
  const reach = Math.ceil((Math.max(most, 0) + span * 0.05) / step - 1e-9) * step || step;
  // a share rarely means anything above 1: the scale ends there unless a value does not
  const top = unit === 'fraction' && most <= 1 && reach > 1 ? 1 : reach;
  const steps: number[] = [];
  for (let at = from; at <= top + step / 1e6; at += step) steps.push(Number(at.toPrecision(12)));
  return { scale: { from, to: top }, steps };
}

/** The nearest of 1, 2, 2.5, 5 × a power of ten that is not smaller; a share ends at 1 in whole steps. */
function niceStep(rough: number, unit: MetricUnit): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factors = unit === 'fraction' ? [1, 2.5, 5, 10] : [1, 2, 5, 10];
  return power * (factors.find((factor) => factor * power >= rough - 1e-12) ?? 10);
}

interface Course {
  times: ArrayLike<number>;
  values: ArrayLike<number>;
}

/** The path of a course; what was not measured interrupts it. A lone value is a short stroke, so that it is seen. */
export function linePath({ times, values }: Course, time: Scale, value: Scale): string {
  const parts: string[] = [];
  let drawing = false;
  for (let index = 0; index < times.length; index += 1) {
    const y = values[index] ?? Number.NaN;
    if (Number.isNaN(y)) {
      drawing = false;
      continue;
    }
    const point = `${coordinate(acrossOf(times[index] ?? 0, time))},${coordinate(downOf(y, value))}`;
    const alone = !drawing && Number.isNaN(values[index + 1] ?? Number.NaN);
    parts.push(drawing ? `L${point}` : `M${point}${alone ? 'h1' : ''}`);
    drawing = true;
  }
  return parts.join('');
}

/** The area between the lowest and the highest value of each bucket, one closed piece between gaps. */
export function bandPath(
  times: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  time: Scale,
  value: Scale,
): string {
  const pieces: string[] = [];
  let piece: number[] = [];
  const point = (index: number, values: ArrayLike<number>): string =>
    `${coordinate(acrossOf(times[index] ?? 0, time))},${coordinate(downOf(values[index] ?? 0, value))}`;
  const close = (): void => {
    if (piece.length > 1) {
      const there = piece.map((index) => point(index, high));
      const back = piece.toReversed().map((index) => point(index, low));
      pieces.push(`M${[...there, ...back].join('L')}Z`);
    }
    piece = [];
  };
  for (let index = 0; index < times.length; index += 1) {
    if (Number.isNaN(low[index] ?? Number.NaN) || Number.isNaN(high[index] ?? Number.NaN)) close();
    else piece.push(index);
  }
  close();
  return pieces.join('');
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STEPS_MS = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * MINUTE_MS);

/** Round local times to name below a chart, at most six. */
export function timeSteps({ from, to }: Scale): number[] {
  const step = STEPS_MS.find((one) => (to - from) / one <= 6) ?? Math.ceil((to - from) / 6);
  const midnight = new Date(from).setHours(0, 0, 0, 0);
  const steps: number[] = [];
  for (let at = midnight; at <= to; at += step) if (at >= from) steps.push(at);
  return steps;
}

/** True when times of day alone would not be clear. */
export const spansDays = ({ from, to }: Scale): boolean => to - from > 24 * HOUR_MS;
