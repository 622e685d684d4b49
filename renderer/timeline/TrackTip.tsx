import { useTexts } from '@/i18n';
import type { TimelineEvent, TimelinePoint } from '@shared/recovery';
import { type Course, placeAt } from './course';
import type { Mark } from './marks';
import classes from './timeline.module.css';
import { eventWords, exactOf, placeWords, pointWords } from './words';

interface Props {
  x: number;
  width: number;
  atMs: number;
  /** Restore points below the pointer. */
  mark: Mark<TimelinePoint> | null;
  /** Events below the pointer. */
  events: Mark<TimelineEvent> | null;
  course: Course;
}

const MOST_EVENTS = 5;

/** The exact time below the pointer, and what is there. */
export function TrackTip({ x, width, atMs, mark, events, course }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const items = mark?.items ?? events?.items ?? [];
  const first = items[0]?.atMs;
  const last = items.at(-1)?.atMs;
  return (
    <div className={classes.tip} style={x < width / 2 ? { left: x + 10 } : { right: width - x + 10 }}>
      <b>
        {first === undefined || last === undefined
          ? exactOf(atMs, texts)
          : first === last
            ? exactOf(first, texts)
            : `${exactOf(first, texts)} – ${exactOf(last, texts)}`}
      </b>
      {lines().map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );

  function lines(): string[] {
    if (mark) {
      const only = mark.items.length === 1 ? mark.items[0] : undefined;
      if (only) return [pointWords(only.item, texts)];
      return [t('timeline.points', { count: mark.items.length }), t('timeline.zoomToThem')];
    }
    if (events) {
      const named = events.items.slice(0, MOST_EVENTS).map(({ item }) => eventWords(item, texts));
      const more = events.items.length > MOST_EVENTS ? [t('timeline.events', { count: events.items.length })] : [];
      return [...new Set([...named, ...more])];
    }
    return [placeWords(placeAt(course, atMs), texts)];
  }
}
