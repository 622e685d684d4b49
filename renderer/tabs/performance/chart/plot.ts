/** What one chart shows. Held outside React: a live chart changes every second and only its canvas is drawn again. */
import type { ChartEvent, MetricGap, MetricUnit } from '@shared/metrics';
import type { TimeWindow } from '../range';
import type { Dash, LineColour } from './colours';
import { type Course, hatchWindows, summaryOf } from './course';
import { type EventKind, type EventMark, placeEvents } from './events';

export interface PlotLine {
  /** Unique in the chart. */
  id: string;
  name: string;
  course: Course;
  colour: LineColour;
  dash: Dash;
  /** Draws the envelope of lowest and highest values behind the line. */
  band: boolean;
  /** What was then: drawn thin, without figures in the legend. */
  past: boolean;
}

export interface PlotContent {
  window: TimeWindow;
  /** The end of the window is now and moves on. */
  live: boolean;
  unit: MetricUnit;
  /** Shown behind the values when the unit is `number` or `count`. */
  unitLabel: string;
  lines: PlotLine[];
  gaps: readonly MetricGap[];
  events: readonly ChartEvent[];
  eventKinds: ReadonlySet<EventKind>;
  /** Top of the scale; what is drawn decides when it is null. */
  top: number | null;
  /** The scale reaches at least this far, so that small values look small. */
  atLeast: number;
  /** A line across the chart: a target. */
  target: number | null;
}

const NO_EVENTS: ReadonlySet<EventKind> = new Set();
export const NO_CONTENT: PlotContent = {
  window: { fromMs: 0, toMs: 1 },
  live: false,
  unit: 'number',
  unitLabel: '',
  lines: [],
  gaps: [],
  events: [],
  eventKinds: NO_EVENTS,
  top: null,
  atLeast: 0,
  target: null,
};

export interface Limits {
  min: number;
  max: number;
}

export class Plot {
  content: PlotContent = NO_CONTENT;
  hatched: TimeWindow[] = [];
  /** True when the last change was time going on: the axes stay as they are. */
  moves = false;
  #limits: Limits = { min: 0, max: 1 };
  #marks: EventMark[] = [];
  #marksWidth = -1;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  /** Shows something else. */
  set(content: PlotContent): void {
    this.moves = content.live && this.content.live && content.unit === this.content.unit;
    this.content = content;
    this.hatched = hatchWindows(
      content.lines.filter(({ past }) => !past).map(({ course }) => course),
      content.gaps,
      content.window,
    );
    this.#limits = limitsOf(content);
    this.#marksWidth = -1;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Grows with each change. */
  version = (): number => this.#version;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Lowest and highest value to show. */
  limits(): Limits {
    return this.#limits;
  }

  /** True when a scale that reaches from `min` to `max` no longer suits the values. */
  outgrows({ min, max }: Limits): boolean {
    const needed = this.#limits;
    return needed.max > max || needed.min < min || needed.max - needed.min < (max - min) * 0.35;
  }

  /** Events on a chart of this width. */
  marks(width: number): EventMark[] {
    if (this.#marksWidth !== width) {
      const { events, eventKinds, window } = this.content;
      this.#marks = placeEvents(events, eventKinds, window, width);
      this.#marksWidth = width;
    }
    return this.#marks;
  }

  /** Moment at a place from 0 (left) to 1. */
  timeAt(place: number): number {
    const { fromMs, toMs } = this.content.window;
    return fromMs + place * (toMs - fromMs);
  }

  /** Place of a moment, 0…1 within the window. */
  placeOf(atMs: number): number {
    const { fromMs, toMs } = this.content.window;
    return (atMs - fromMs) / (toMs - fromMs);
  }
}

/** Room above the highest value, so that it does not touch the edge. */
const HEADROOM = 1.06;

export function limitsOf({ lines, window, top, atLeast, target }: PlotContent): Limits {
  let min = 0;
  let max = Math.max(atLeast, target ?? 0);
  for (const { course, band } of lines) {
    const summary = summaryOf(band ? course : { ...course, low: null, high: null }, window);
    if (!summary) continue;
    min = Math.min(min, summary.min);
    max = Math.max(max, summary.max);
  }
  if (top !== null && max <= top) return { min, max: top };
  return { min, max: max === 0 && min === 0 ? 1 : max > atLeast ? max * HEADROOM : max };
}
