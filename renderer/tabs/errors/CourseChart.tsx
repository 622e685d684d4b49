import { Tooltip } from '@mantine/core';
import { type MouseEvent, useState } from 'react';
import type { ErrorSummary } from '@shared/error-groups';
import { ToneIcon } from '@/components/ToneIcon';
import { timeFormat } from '@/format/held';
import { clockOptions } from '@/format/clock';
import { type Texts, useTexts } from '@/i18n';
import { SEVERITY_TONE } from '@/tone';
import { barsOf, type CourseBar, isHourly, totalsOf } from './course';
import classes from './errors.module.css';

/** About so many times stand below the bars. */
const MOST_LABELS = 7;

/** Stacked bars of severities, the worst at the bottom; an hour or a day each. */
export function CourseChart({ summary }: { summary: ErrorSummary }) {
  const texts = useTexts();
  const { t, format } = texts;
  const [hovered, setHovered] = useState<number | null>(null);
  const bars = barsOf(summary.course);
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const hourly = isHourly(summary.course);
  const stamp = timeWords(hourly, texts);
  const events = (count: number): string => t('errors.charts.events', { count, number: format.number(count) });
  const spoken = t('errors.charts.spoken', {
    events: events(summary.events),
    from: stamp(summary.fromMs),
    to: stamp(summary.toMs),
  });
  const hover = (event: MouseEvent): void => {
    const bar = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-bar]') : null;
    setHovered(bar ? Number(bar.dataset['bar']) : null);
  };
  const shown = hovered === null ? undefined : bars[hovered];
  const every = Math.ceil(bars.length / MOST_LABELS);
  return (
    <>
      <Legend summary={summary} />
      <Tooltip.Floating label={shown ? barWords(shown, stamp, texts) : spoken} fz="xs" px={8} py={4}>
        <div
          className={classes.course}
          role="img"
          aria-label={spoken}
          onMouseOver={hover}
          onMouseLeave={() => setHovered(null)}
        >
          <span className={classes.courseTop}>{format.number(most)}</span>
          {bars.map(({ fromMs, parts }, index) => (
            <span key={fromMs} className={classes.courseBar} data-bar={index}>
              {parts.map(({ severity, count }) => (
                <span key={severity} data-severity={severity} style={{ height: `${(100 * count) / most}%` }} />
              ))}
            </span>
          ))}
        </div>
      </Tooltip.Floating>
      <div className={classes.courseTimes} aria-hidden>
        {bars.map(({ fromMs }, index) => (
          <span key={fromMs}>
            {index % every === 0 && bars.length - index > every / 2 ? <span>{stamp(fromMs)}</span> : null}
          </span>
        ))}
      </div>
    </>
  );
}

function Legend({ summary }: { summary: ErrorSummary }) {
  const { shared, format } = useTexts();
  return (
    <ul className={classes.courseLegend}>
      {totalsOf(summary.course).map(({ severity, count }) => (
        <li key={severity}>
          <span className={classes.swatch} data-severity={severity} />
          <ToneIcon tone={SEVERITY_TONE[severity]} size={13} />
          {shared(`severity.${severity}`)} <b>{format.number(count)}</b>
        </li>
      ))}
    </ul>
  );
}

/** Time of day for hours, the day for days. */
function timeWords(hourly: boolean, { format }: Texts): (ms: number) => string {
  const options: Intl.DateTimeFormatOptions = hourly ? clockOptions(format.locale) : { month: 'short', day: 'numeric' };
  const formatter = timeFormat(format.locale, options);
  return (ms) => formatter.format(ms);
}

function barWords({ fromMs, total, parts }: CourseBar, stamp: (ms: number) => string, texts: Texts): string {
  const { t, shared, format } = texts;
  const events = t('errors.charts.events', { count: total, number: format.number(total) });
  const each = parts.map(({ severity, count }) =>
    t('errors.charts.part', { name: shared(`severity.${severity}`), events: format.number(count) }),
  );
  return [t('errors.charts.bucket', { time: stamp(fromMs), events }), ...each].join(' · ');
}
