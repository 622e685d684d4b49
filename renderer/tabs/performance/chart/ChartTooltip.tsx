import { useMemo, useSyncExternalStore } from 'react';
import type { ChartEvent } from '@shared/metrics';
import { timeFormat } from '@/format/held';
import { clockOptions } from '@/format/clock';
import { type Texts, useTexts } from '@/i18n';
import classes from './chart.module.css';
import { indexAt } from './course';
import { type Crosshair, useOwnCrosshair } from './crosshair';
import { eventsAt } from './events';
import { EventShape } from './EventShape';
import { eventText } from './event-text';
import type { Plot, PlotLine } from './plot';
import { Swatch } from './Swatch';

/** No more events than can be read at once. */
const MOST_EVENTS = 5;

/** What was at the moment under the pointer: time, average, lowest and highest, events. */
export function ChartTooltip({ id, plot }: { id: string; plot: Plot }) {
  const at = useOwnCrosshair(id);
  // a live chart changes every second; nobody looks at most of them
  return at && <Shown at={at} plot={plot} />;
}

function Shown({ at, plot }: { at: Crosshair; plot: Plot }) {
  const texts = useTexts();
  useSyncExternalStore(plot.subscribe, plot.version);
  const { window, lines, gaps, live } = plot.content;
  const stepMs = Math.max(0, ...lines.map(({ course }) => course.stepMs));
  const stamp = useMemo(() => stampFormat(texts.format.locale, live ? 1_000 : stepMs), [texts, live, stepMs]);
  const { t, shared } = texts;
  const events = eventsAt(plot.marks(at.width), at.x);
  const gap = gaps.find(({ fromMs, toMs }) => at.atMs >= fromMs && at.atMs <= toMs);
  const hatched = plot.hatched.some(({ fromMs, toMs }) => at.atMs >= fromMs && at.atMs <= toMs);
  const right = at.atMs > (window.fromMs + window.toMs) / 2;
  return (
    <div className={classes.tooltip} data-side={right ? 'left' : 'right'} aria-hidden>
      <b>{stamp(at.atMs)}</b>
      {hatched || gap ? (
        <span>{gap ? shared(`gapReason.${gap.reason}`) : t('performance.chart.notMeasured')}</span>
      ) : (
        <table>
          <tbody>
            {lines.map((line) => (
              <TooltipRow key={line.id} line={line} atMs={at.atMs} plot={plot} texts={texts} />
            ))}
          </tbody>
        </table>
      )}
      {events.length > 0 && (
        <ul>
          {events.slice(0, MOST_EVENTS).map((event) => (
            <EventLine
              key={`${event.kind} ${event.atMs} ${String(event.params['name'])}`}
              event={event}
              texts={texts}
            />
          ))}
          {events.length > MOST_EVENTS && (
            <li>{t('performance.chart.moreEvents', { count: events.length - MOST_EVENTS })}</li>
          )}
        </ul>
      )}
    </div>
  );
}

function TooltipRow({ line, atMs, plot, texts }: { line: PlotLine; atMs: number; plot: Plot; texts: Texts }) {
  const { t, format } = texts;
  const { course } = line;
  const index = indexAt(course, atMs);
  if (index < 0) return null;
  const { unit, unitLabel } = plot.content;
  const low = course.low?.[index];
  const high = course.high?.[index];
  const spread = low !== undefined && high !== undefined && high > low;
  return (
    <tr>
      <td>
        <Swatch colour={line.colour} dash={line.dash} />
        {line.past ? t('performance.chart.before', { name: line.name }) : line.name}
      </td>
      <td>{format.metric(course.values[index] ?? 0, unit, unitLabel)}</td>
      <td>{spread ? `${format.metric(low, unit)} – ${format.metric(high, unit)}` : ''}</td>
    </tr>
  );
}

function EventLine({ event, texts }: { event: ChartEvent; texts: Texts }) {
  if (event.kind === 'gap') return null;
  return (
    <li>
      <EventShape kind={event.kind} />
      {eventText(event, texts)}
    </li>
  );
}

/** A moment as exactly as its bucket allows. */
function stampFormat(locale: string, stepMs: number): (atMs: number) => string {
  const clock = clockOptions(locale);
  const options: Intl.DateTimeFormatOptions =
    stepMs >= 86_400_000
      ? { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' }
      : stepMs >= 60_000
        ? { weekday: 'short', month: 'short', day: 'numeric', ...clock }
        : { ...clock, second: '2-digit' };
  const format = timeFormat(locale, options);
  return (atMs) => format.format(atMs);
}
