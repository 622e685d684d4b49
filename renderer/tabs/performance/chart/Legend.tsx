import { useSyncExternalStore } from 'react';
import { useTexts } from '@/i18n';
import classes from './chart.module.css';
import { indexAt, summaryOf } from './course';
import { useMarkedMs } from './crosshair';
import type { Plot, PlotLine } from './plot';
import { Swatch } from './Swatch';

/**
 * The lines with their newest values; with those of the marked moment while the pointer is on a chart. A line that is
 * alone has its lowest, average and highest beside it, unless `brief`.
 */
export function Legend({ plot, brief }: { plot: Plot; brief: boolean }) {
  const { t, format } = useTexts();
  useSyncExternalStore(plot.subscribe, plot.version);
  const markedMs = useMarkedMs();
  const { lines, unit, unitLabel, window } = plot.content;
  const shown = lines.filter(({ past }) => !past);
  const [only] = shown;
  const spread = !brief && shown.length === 1 && only ? summaryOf(only.course, window) : null;
  const inUnit = (number: number): string => format.metric(number, unit, unitLabel);
  const value = ({ course }: PlotLine): string => {
    if (markedMs !== null && markedMs >= window.fromMs && markedMs <= window.toMs) {
      const index = indexAt(course, markedMs);
      return index < 0 ? '–' : inUnit(course.values[index] ?? 0);
    }
    const last = summaryOf(course, window)?.last;
    return last === undefined ? '–' : inUnit(last);
  };
  return (
    <ul className={classes.legend}>
      {shown.map((line) => (
        <li key={line.id}>
          <Swatch colour={line.colour} dash={line.dash} />
          {/* the title names a line that is alone */}
          {shown.length > 1 && <span className={classes.legendName}>{line.name}</span>}
          <b>{value(line)}</b>
        </li>
      ))}
      {spread && (
        <li className={classes.legendName}>
          {t('performance.chart.spread', {
            min: inUnit(spread.min),
            avg: inUnit(spread.avg),
            max: inUnit(spread.max),
          })}
        </li>
      )}
    </ul>
  );
}
