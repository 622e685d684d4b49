/** Where events stand on a chart: those of one kind that would cover each other are one mark. */
import type { ChartEvent } from '@shared/metrics';
import type { TimeWindow } from '../range';

export type EventKind = Exclude<ChartEvent['kind'], 'gap'>;
/** Drawn in this order: the worst lies on top. */
export const EVENT_KINDS = ['backup', 'restore', 'backup-failed', 'alert'] as const satisfies readonly EventKind[];

export interface EventMark {
  kind: EventKind;
  /** Pixels from the left of the window. */
  x: number;
  /** Width of its span in pixels; 0 for a moment. */
  width: number;
  events: ChartEvent[];
}

const SHAPE_PX = 9;

/** Marks for a chart that shows `window` on `width` pixels. An alert without an end lasts until the end of the window. */
export function placeEvents(
  events: readonly ChartEvent[],
  kinds: ReadonlySet<EventKind>,
  window: TimeWindow,
  width: number,
): EventMark[] {
  const scale = width / Math.max(1, window.toMs - window.fromMs);
  const marks: EventMark[] = [];
  for (const kind of EVENT_KINDS) {
    if (!kinds.has(kind)) continue;
    let last: EventMark | undefined;
    for (const event of events) {
      if (event.kind !== kind) continue;
      const untilMs = event.untilMs ?? (kind === 'alert' ? window.toMs : event.atMs);
      if (untilMs < window.fromMs || event.atMs > window.toMs) continue;
      const x = Math.max(0, (event.atMs - window.fromMs) * scale);
      const end = Math.min(width, (untilMs - window.fromMs) * scale);
      if (last && x - last.x < SHAPE_PX) {
        last.events.push(event);
        last.width = Math.max(last.width, end - last.x);
        continue;
      }
      last = { kind, x, width: Math.max(0, end - x), events: [event] };
      marks.push(last);
    }
  }
  return marks;
}

/** Events whose mark or span is at a place of the chart. */
export function eventsAt(marks: readonly EventMark[], x: number): ChartEvent[] {
  return marks
    .filter((mark) => Math.abs(mark.x - x) <= SHAPE_PX / 2 + 1 || (x >= mark.x && x <= mark.x + mark.width))
    .flatMap(({ events }) => events);
}
