import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTexts } from '@/i18n';
import { type Course, newest, placeAt } from './course';
import { choosable, MOVE_KEYS, moveFrom } from './cursor';
import { draw, markAt, msAt, windowAround, xOf } from './marks';
import { usePointer } from './pointer';
import { HEIGHT, laneAt, Scene } from './Scene';
import classes from './timeline.module.css';
import { TrackTip } from './TrackTip';
import { showing, type TimeWindow, zoomAround } from './window';
import { spokenMoment } from './words';

interface Props {
  name: string;
  course: Course;
  window: TimeWindow;
  nowMs: number;
  chosenMs: number | null;
  /** Restore point that is selected elsewhere on the page. */
  selectedPointId: string | null;
  show: (window: TimeWindow) => void;
  choose: (ms: number | null) => void;
  /** Opens the chosen moment. */
  open: () => void;
}

/** How near to a mark counts as on it. */
const REACH_PX = 11;
const KEY_ZOOM = 0.5;

/** The track: everything that is known of one database over time. A slider for the keys, a map for the pointer. */
export function Track({ name, course, window, nowMs, chosenMs, selectedPointId, show, choose, open }: Props) {
  const texts = useTexts();
  const surface = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize();
  const [hover, setHover] = useState<{ x: number; y: number } | null>(null);
  const [span, setSpan] = useState<{ fromX: number; toX: number } | null>(null);
  const drawing = useMemo(() => draw(course, window, width, nowMs), [course, window, width, nowMs]);
  /** Times of the marks below the pointer; null when there are none. */
  const timesAt = (x: number, y: number): readonly { atMs: number }[] | null => {
    const lane = laneAt(y);
    const mark = lane === 'events' ? markAt(drawing.events, x, REACH_PX) : markAt(drawing.points, x, REACH_PX);
    return lane === null ? null : (mark?.items ?? null);
  };

  usePointer(surface, {
    window: () => window,
    show,
    hover: setHover,
    mark: setSpan,
    press: (x, y) => {
      const times = timesAt(x, y);
      const first = times?.[0]?.atMs;
      const last = times?.at(-1)?.atMs;
      if (times && first !== last) show(windowAround(times));
      else choose(choosable(course, last ?? msAt(x, window, width), Date.now()));
    },
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!act(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const act = (key: string, bigger: boolean): boolean => {
    const move = MOVE_KEYS[key];
    if (move) {
      const to = moveFrom(course, chosenMs, move, { shownMs: window.toMs - window.fromMs, bigger });
      if (to !== null) {
        choose(to);
        const next = showing(window, to);
        if (next !== window) show(next);
      }
      return true;
    }
    if (key === '+' || key === '=' || key === '-') {
      const around = chosenMs ?? (window.fromMs + window.toMs) / 2;
      show(zoomAround(showing(window, around), around, key === '-' ? 1 / KEY_ZOOM : KEY_ZOOM));
    } else if (key === 'Enter' && chosenMs !== null) open();
    else if (key === 'Escape' && chosenMs !== null) choose(null);
    else return false;
    return true;
  };

  const spokenMs = chosenMs ?? newest(course) ?? nowMs;
  const first = course.firstMs ?? nowMs;
  return (
    <div
      ref={surface}
      role="slider"
      tabIndex={0}
      aria-label={texts.t('timeline.about', { name })}
      aria-orientation="horizontal"
      aria-valuemin={Math.floor(first / 1000)}
      aria-valuemax={Math.ceil(Math.max(nowMs, spokenMs) / 1000)}
      aria-valuenow={Math.round(Math.max(first, spokenMs) / 1000)}
      aria-valuetext={spokenMoment(chosenMs !== null, spokenMs, placeAt(course, spokenMs), texts)}
      className={classes.track}
      style={{ height: HEIGHT }}
      onKeyDown={onKeyDown}
      data-testid="timeline-track"
      data-chosen={chosenMs ?? undefined}
      data-from={Math.round(window.fromMs)}
      data-to={Math.round(window.toMs)}
    >
      <div ref={sized} className={classes.drawing} aria-hidden>
        <Scene
          drawing={drawing}
          window={window}
          width={width}
          nowMs={nowMs}
          chosenMs={chosenMs}
          hoverX={hover?.x ?? null}
          span={span}
          selectedPointId={selectedPointId}
        />
        {hover && width > 0 && (
          <TrackTip
            x={hover.x}
            width={width}
            atMs={msAt(hover.x, window, width)}
            mark={laneAt(hover.y) === 'points' ? markAt(drawing.points, hover.x, REACH_PX) : null}
            events={laneAt(hover.y) === 'events' ? markAt(drawing.events, hover.x, REACH_PX) : null}
            course={course}
          />
        )}
        {chosenMs !== null && <Flag x={xOf(chosenMs, window, width)} width={width} />}
      </div>
    </div>
  );
}

/** Where the chosen moment lies when it is not on the part that is shown. */
function Flag({ x, width }: { x: number; width: number }) {
  if (width === 0 || (x >= 0 && x <= width)) return null;
  return <span className={classes.beyond} data-side={x < 0 ? 'left' : 'right'} />;
}
