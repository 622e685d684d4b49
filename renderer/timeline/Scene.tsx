import { useId, useMemo } from 'react';
import { coordinate } from '@/format/coordinate';
import { numberFormat } from '@/format/held';
import { useTexts } from '@/i18n';
import { timeTicks } from '@/tabs/performance/chart/ticks';
import { type Drawing, type Mark, xOf } from './marks';
import { EventMark, ManyMark, PointMark, worstOf } from './shapes';
import type { TimelinePoint } from '@shared/recovery';
import classes from './timeline.module.css';
import type { TimeWindow } from './window';
import { shapeOf } from './words';

/** Lanes from the top: restore points, the band of continuous protection, events, the axis. */
const POINTS_Y = 17;
const BAND_Y = 32;
const BAND_HEIGHT = 10;
const EVENTS_Y = 55;
const AXIS_Y = 69;
export const HEIGHT = 92;

/** The lane of marks at a height; null where there are none. */
export function laneAt(y: number): 'points' | 'events' | null {
  if (y < BAND_Y - 2) return 'points';
  return y > BAND_Y + BAND_HEIGHT && y < AXIS_Y ? 'events' : null;
}

/** Thousands in few letters: "1.2K". */
const COMPACT = { notation: 'compact', maximumFractionDigits: 1 } as const;

/** Room that the label of a tick takes. */
const TICK_PX = 84;

interface Props {
  drawing: Drawing;
  window: TimeWindow;
  width: number;
  nowMs: number;
  chosenMs: number | null;
  hoverX: number | null;
  span: { fromX: number; toX: number } | null;
  selectedPointId: string | null;
}

/** What is drawn on the track. */
export function Scene({ drawing, window, width, nowMs, chosenMs, hoverX, span, selectedPointId }: Props) {
  const { format } = useTexts();
  const hatch = useId();
  const counts = numberFormat(format.locale, COMPACT);
  const chosenX = chosenMs === null ? null : xOf(chosenMs, window, width);
  const nowX = xOf(nowMs, window, width);
  return (
    <svg width={width} height={HEIGHT} className={classes.scene}>
      <defs>
        <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line y2={6} className={classes.hatch} />
        </pattern>
      </defs>
      <Axis window={window} width={width} />
      <line x1={0} x2={width} y1={BAND_Y + BAND_HEIGHT / 2} y2={BAND_Y + BAND_HEIGHT / 2} className={classes.base} />
      {nowX < width && (
        <rect x={Math.max(0, nowX)} width={width - Math.max(0, nowX)} height={AXIS_Y} className={classes.future} />
      )}
      {drawing.gaps.map(({ x, width: wide, item }) => (
        <rect
          key={item.fromAt}
          x={x}
          y={BAND_Y}
          width={wide}
          height={BAND_HEIGHT}
          fill={`url(#${hatch})`}
          className={classes.gap}
          data-gap={item.because}
        />
      ))}
      {drawing.ranges.map(({ x, width: wide, item }) => (
        <rect
          key={`${item.generationId} ${item.fromAt}`}
          x={x}
          y={BAND_Y}
          width={wide}
          height={BAND_HEIGHT}
          className={classes.range}
          data-range={item.open ? 'open' : 'closed'}
        />
      ))}
      {span && <rect x={span.fromX} width={span.toX - span.fromX} height={AXIS_Y} className={classes.span} />}
      {hoverX !== null && <line x1={hoverX} x2={hoverX} y2={AXIS_Y} className={classes.crosshair} />}
      {chosenX !== null && (
        <g transform={`translate(${coordinate(chosenX)} 0)`} className={classes.chosen}>
          <line y1={2} y2={AXIS_Y} />
          <path d="M-5 0H5L0 7Z" />
        </g>
      )}
      {drawing.points.map((mark) => (
        <PointOrMany
          key={`${mark.items[0]?.item.id} ${mark.items.length}`}
          mark={mark}
          selectedId={selectedPointId}
          count={counts.format(mark.items.length)}
        />
      ))}
      {drawing.events.map(({ x, items }) => {
        const worst = worstOf(items);
        return <EventMark key={`${worst.kind} ${worst.id}`} {...worst} count={items.length} x={x} y={EVENTS_Y} />;
      })}
    </svg>
  );
}

interface PointOrManyProps {
  mark: Mark<TimelinePoint>;
  selectedId: string | null;
  count: string;
}

function PointOrMany({ mark: { x, items }, selectedId, count }: PointOrManyProps) {
  const one = items.length === 1 ? items[0]?.item : undefined;
  const selected = items.some(({ item }) => item.id === selectedId);
  return (
    <>
      {selected && <circle cx={x} cy={POINTS_Y} r={11} className={classes.ring} />}
      {one ? (
        <PointMark shape={shapeOf(one)} state={one.state} x={x} y={POINTS_Y} />
      ) : (
        <ManyMark count={count} x={x} y={POINTS_Y} />
      )}
    </>
  );
}

function Axis({ window, width }: { window: TimeWindow; width: number }) {
  const { format } = useTexts();
  const ticks = useMemo(() => timeTicks(window, width / TICK_PX, format.locale), [window, width, format]);
  return (
    <g className={classes.axis}>
      <line x1={0} x2={width} y1={AXIS_Y} y2={AXIS_Y} />
      {ticks.map(({ atMs, label }) => {
        const x = xOf(atMs, window, width);
        // a label that would be cut is left out; its line stays
        const whole = x > TICK_PX / 3 && x < width - TICK_PX / 3;
        return (
          <g key={atMs} transform={`translate(${coordinate(x)} 0)`}>
            <line y1={0} y2={AXIS_Y + 3} className={classes.tick} />
            {whole && (
              <text y={HEIGHT - 9} textAnchor="middle">
                {label}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
