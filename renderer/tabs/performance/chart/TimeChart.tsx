import { useComputedColorScheme } from '@mantine/core';
import type { Chart } from 'chart.js';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { Chart as ReactChart } from 'react-chartjs-2';
import { useTexts } from '@/i18n';
import classes from './chart.module.css';
import { ChartTooltip } from './ChartTooltip';
import { courseData, courseOptions, coursePlugins } from './chart-type';
import { crosshair } from './crosshair';
import type { Plot } from './plot';
import { type PointerTarget, usePointer } from './pointer';

interface Props {
  id: string;
  plot: Plot;
  /** What the chart shows, for people who cannot see it. */
  label: string;
  height: number;
  sinceText: string | null;
}

/** The canvas of a chart with its crosshair, selection and tooltip. Draws itself when the plot changes. */
export function TimeChart({ id, plot, label, height, sinceText }: Props) {
  const { format } = useTexts();
  const scheme = useComputedColorScheme('light');
  const chart = useRef<Chart<'course', never[]>>(null);
  const surface = useRef<HTMLDivElement>(null);
  const selection = useRef<HTMLDivElement>(null);
  const marker = useRef<HTMLDivElement>(null);
  const data = useMemo(() => courseData(plot, scheme), [plot, scheme]);
  const options = useMemo(
    () => courseOptions(plot, scheme, format.locale, (value) => format.axis(value, plot.content.unit)),
    [plot, scheme, format],
  );
  useEffect(() => {
    const redraw = (): void => {
      const drawn = chart.current;
      const scale = drawn?.scales['y'];
      if (!drawn || !scale) return;
      if (plot.moves && !plot.outgrows(scale)) drawn.draw();
      else drawn.update('none');
    };
    const mark = (): void => placeMarker(marker.current, chart.current, plot);
    const stops = [plot.subscribe(redraw), plot.subscribe(mark), crosshair.subscribe(mark)];
    redraw();
    return () => stops.forEach((stop) => stop());
  }, [plot]);

  const target = useCallback(
    (): PointerTarget | null =>
      surface.current && selection.current
        ? {
            id,
            surface: surface.current,
            selection: selection.current,
            area: () => chart.current?.chartArea ?? null,
            window: () => plot.content.window,
          }
        : null,
    [id, plot],
  );
  usePointer(target);
  return (
    <div className={classes.plot} style={{ height }}>
      <ReactChart
        ref={chart}
        type="course"
        data={data}
        options={options}
        plugins={coursePlugins}
        aria-hidden
        className={classes.canvas}
      />
      <div ref={selection} className={classes.selection} />
      <div ref={marker} className={classes.marker} />
      {sinceText && <span className={classes.since}>{sinceText}</span>}
      <div
        ref={surface}
        className={classes.surface}
        role="img"
        tabIndex={0}
        aria-label={label}
        data-testid={`plot-${id}`}
      />
      <ChartTooltip id={id} plot={plot} />
    </div>
  );
}

/** Puts the crosshair where its moment is on this chart, without drawing the chart. */
function placeMarker(marker: HTMLElement | null, chart: Chart<'course', never[]> | null, plot: Plot): void {
  if (!marker) return;
  const area = chart?.chartArea;
  const at = crosshair.get();
  const place = at ? plot.placeOf(at.atMs) : -1;
  if (!area || place < 0 || place > 1) {
    marker.style.display = 'none';
    return;
  }
  marker.style.display = 'block';
  marker.style.transform = `translateX(${area.left + place * (area.right - area.left)}px)`;
  marker.style.top = `${area.top}px`;
  marker.style.height = `${area.bottom - area.top}px`;
}
