import { useSyncExternalStore } from 'react';
import { useTexts } from '@/i18n';
import classes from './chart.module.css';
import { indexAt, summaryOf } from './course';
import { useMarkedMs } from './crosshair';
import type { Plot, PlotLine } from './plot';
import { Swatch } from './Swatch';

/** The lines with their newest values; with those of the marked moment while the pointer is on a chart. */
export function Legend({ plot }: { plot: Plot }) {
  const { format } = useTexts();
  useSyncExternalStore(plot.subscribe, plot.version);
  const markedMs = useMarkedMs();
  const { lines, unit, unitLabel, window } = plot.content;
  const value = ({ course }: PlotLine): string => {
    if (markedMs !== null && markedMs >= window.fromMs && markedMs <= window.toMs) {
      const index = indexAt(course, markedMs);
      return index < 0 ? '–' : format.metric(course.values[index] ?? 0, unit, unitLabel);
    }
    const last = summaryOf(course, window)?.last;
    return last === undefined ? '–' : format.metric(last, unit, unitLabel);
  };
  return (
    <ul className={classes.legend}>
      {lines
        .filter(({ past }) => !past)
        .map((line) => (
          <li key={line.id}>
            <Swatch colour={line.colour} dash={line.dash} />
            <span className={classes.legendName}>{line.name}</span>
            <b>{value(line)}</b>
          </li>
        ))}
    </ul>
  );
}
