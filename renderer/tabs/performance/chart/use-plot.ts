import { useEffect, useMemo, useState } from 'react';
import type { ChartEvent } from '@shared/metrics';
import { onReading, readings } from '@/metrics-store';
import { useValue } from '@/value';
import { useComparedCourses, useCourses } from '../queries';
import { shownEvents, useRange } from '../range-store';
import { beginsLate } from './course';
import { Plot, type PlotContent } from './plot';
import { answeredContent, type ChartSpec, hasValues, keysOf, liveContent, pastLines, type SpecContent } from './spec';

export interface ShownPlot {
  plot: Plot;
  state: 'loading' | 'empty' | 'ready';
  thrown: unknown;
  retry: () => void;
  /** From when on there are measurements, when they begin later than the range. */
  sinceMs: number | null;
}

/** Points are asked for in steps: a window that is made wider is not a new question at each pixel. */
const POINT_STEP = 50;
const LEAST_POINTS = 100;

/**
 * Keeps a plot filled with what a chart is about: from live readings, drawn outside React, or from answers. `visible`
 * is false while the chart is scrolled away: nothing is asked then.
 */
export function usePlot(spec: ChartSpec, events: readonly ChartEvent[], width: number, visible: boolean): ShownPlot {
  const [plot] = useState(() => new Plot());
  const { range, window, compare, moving } = useRange();
  const eventKinds = useValue(shownEvents);
  const live = spec.ticks === true && range === 'live' && !window;
  const points = width > 0 ? Math.max(LEAST_POINTS, Math.round(width / POINT_STEP) * POINT_STEP) : 0;
  const asked = { points, range: { range, window } };
  const courses = useCourses({ ...asked, keys: keysOf(spec), enabled: visible && !live });
  const earlier = useComparedCourses({ ...asked, keys: keysOf(spec, true), enabled: visible }, compare);
  const [liveHasValues, setLiveHasValues] = useState(false);

  const past = useMemo(
    () => (compare !== 'none' && earlier.data ? pastLines(spec, earlier.data.answer, earlier.data.shiftMs) : []),
    [spec, compare, earlier.data],
  );
  const answered = useMemo(
    () => (courses.data ? answeredContent(spec, courses.data.answer, courses.data.window) : null),
    [spec, courses.data],
  );
  // a window that is being moved follows the hand at once; its data comes when it is there
  const shownWindow = window && moving ? window : answered?.window;

  useEffect(() => {
    const show = (content: SpecContent): void =>
      plot.set({ ...content, ...frameOf(spec), lines: [...content.lines, ...past], events, eventKinds });
    if (!live) {
      if (answered) show({ ...answered, window: shownWindow ?? answered.window });
      return undefined;
    }
    if (!visible) return undefined;
    const tick = (): void => {
      const content = liveContent(spec, readings(), Date.now());
      show(content);
      setLiveHasValues(hasValues(content));
    };
    tick();
    return onReading(tick);
  }, [plot, spec, live, visible, answered, shownWindow, past, events, eventKinds]);

  const retry = (): void => void courses.refetch();
  if (live) {
    return { plot, state: liveHasValues ? 'ready' : 'loading', thrown: null, retry, sinceMs: null };
  }
  const thrown = courses.isError ? courses.error : null;
  if (!answered) return { plot, state: 'loading', thrown, retry, sinceMs: null };
  const sinceMs = beginsLate(
    answered.lines.map(({ course }) => course),
    answered.window,
  );
  return { plot, state: hasValues(answered) ? 'ready' : 'empty', thrown, retry, sinceMs };
}

function frameOf(spec: ChartSpec): Pick<PlotContent, 'unit' | 'unitLabel' | 'top' | 'atLeast' | 'target'> {
  const { unit, unitLabel = '', top = null, atLeast = 0, target = null } = spec;
  return { unit, unitLabel, top, atLeast, target };
}
