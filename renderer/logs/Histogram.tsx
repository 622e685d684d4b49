import { Skeleton } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { LogHistogram } from '@shared/logs';
import { useTexts } from '@/i18n';
import { LEVEL_NAMES } from './filters';
import { bars, type Span, spanBetween, totalOf } from './histogram-shape';
import classes from './logs.module.css';

interface Props {
  histogram: LogHistogram | undefined;
  /** Takes a part of the time, milliseconds since 1970. */
  onNarrow: (fromMs: number, toMs: number) => void;
}

/** How many entries there were, by time and level. A part of it is chosen by dragging, or with the keys. */
export function Histogram({ histogram, onNarrow }: Props) {
  const { t, format } = useTexts();
  const plot = useRef<HTMLDivElement>(null);
  // places of buckets: where it was begun, where it is now
  const [chosen, setChosen] = useState<Span | null>(null);
  const [isDragged, setDragged] = useState(false);
  if (!histogram) return <Skeleton height={76} aria-busy />;
  const { buckets, bucketMs } = histogram;
  const last = Math.max(0, buckets.length - 1);
  const at = Math.min(last, chosen?.to ?? last);
  const most = Math.max(0, ...buckets.map(totalOf));
  const [from, to] = chosen ? [Math.min(chosen.from, chosen.to), Math.max(chosen.from, chosen.to)] : [at, at];
  const narrow = (span: Span): void => {
    const time = spanBetween(histogram, span);
    setChosen(null);
    setDragged(false);
    if (time) onNarrow(time.fromMs, time.toMs);
  };
  const bucketAt = (event: PointerEvent): number => {
    const { left, width } = (plot.current as HTMLDivElement).getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / Math.max(1, width)) * buckets.length);
    return Math.min(last, Math.max(0, place));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = KEY_STEPS[event.key];
    if (step !== undefined) {
      const next = Math.min(last, Math.max(0, at + step));
      setChosen({ from: event.shiftKey ? (chosen?.from ?? at) : next, to: next });
    } else if (event.key === 'Enter') {
      narrow(chosen ?? { from: at, to: at });
    } else if (event.key === 'Escape' && chosen) {
      setChosen(null);
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div className={classes.histogram}>
      <div
        ref={plot}
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label={t('logs.histogram.label')}
        aria-description={t('logs.histogram.hint')}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={bucketWords(at)}
        title={bucketWords(at)}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(null)}
        onPointerDown={(event) => {
          if (event.button !== 0 || buckets.length === 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged(true);
          setChosen({ from: bucketAt(event), to: bucketAt(event) });
        }}
        onPointerMove={(event) => {
          const here = bucketAt(event);
          setChosen(isDragged && chosen ? { ...chosen, to: here } : { from: here, to: here });
        }}
        onPointerUp={() => {
          if (isDragged && chosen) narrow(chosen);
        }}
        onPointerLeave={() => {
          if (!isDragged) setChosen(null);
        }}
        data-testid="log-histogram"
      >
        <svg viewBox={`0 0 ${Math.max(1, buckets.length)} 100`} preserveAspectRatio="none" aria-hidden>
          {chosen && <rect className={classes.chosen} x={from} y={0} width={to - from + 1} height={100} />}
          {LEVEL_NAMES.map((level) => (
            <path key={level} d={bars(histogram, level, most)} className={classes.bars} data-level={level} />
          ))}
        </svg>
      </div>
      <div className={classes.axis}>
        <span>{buckets[0] && stamp(buckets[0].fromMs)}</span>
        <span data-testid="histogram-bucket">
          {chosen ? bucketWords(at) : t('logs.histogram.most', { lines: format.number(most) })}
        </span>
        <span>{buckets.length > 0 && stamp((buckets[last]?.fromMs ?? 0) + bucketMs)}</span>
      </div>
    </div>
  );

  function stamp(ms: number): string {
    return format.step(ms, bucketMs);
  }

  function bucketWords(place: number): string {
    const low = chosen ? Math.min(chosen.from, chosen.to) : place;
    const high = chosen ? Math.max(chosen.from, chosen.to) : place;
    const shown = buckets.slice(low, high + 1);
    const words = LEVEL_NAMES.flatMap((level) => {
      const count = shown.reduce((sum, { counts }) => sum + counts[level], 0);
      return count === 0 ? [] : [`${t(`logs.levels.${level}`)} ${format.number(count)}`];
    });
    const fromMs = buckets[low]?.fromMs ?? 0;
    return t('logs.histogram.bucket', {
      from: stamp(fromMs),
      to: stamp((buckets[high]?.fromMs ?? fromMs) + bucketMs),
      lines: words.length === 0 ? t('logs.histogram.empty') : words.join(', '),
    });
  }
}

const KEY_STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: Number.MIN_SAFE_INTEGER,
  End: Number.MAX_SAFE_INTEGER,
};
