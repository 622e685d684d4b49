/** Which time the track shows: a span that ends now, or a window that was zoomed or moved to. */
import { panBy, type TimeWindow, zoomAround } from '@/tabs/performance/range';

export { panBy, type TimeWindow, zoomAround };

export const SPANS = ['1h', '24h', '7d', '30d', 'all'] as const;
export type Span = (typeof SPANS)[number];

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS: Record<Exclude<Span, 'all'>, number> = {
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};

/** Transactions are stamped a few times a second: less than this shows nothing more. */
const LEAST_MS = 10 * SECOND_MS;
/** Beside the newest and the oldest moment, as a part of the window: marks at the edge stay whole. */
const MARGIN = 0.03;
/** "All" of a database that was guarded a minute ago. */
const LEAST_ALL_MS = 10 * 60 * SECOND_MS;

export interface View {
  /** Null until somebody chose: the smallest that shows everything, a week at most. */
  span: Span | null;
  /** Null: `span`, ending now. */
  window: TimeWindow | null;
}

export const FIRST_VIEW: View = { span: null, window: null };

/** The span that is shown first. @param firstMs oldest moment; null when there is none */
export function spanFor(firstMs: number | null, nowMs: number): Span {
  const age = firstMs === null ? 0 : nowMs - firstMs;
  return (['1h', '24h'] as const).find((span) => age <= SPAN_MS[span]) ?? '7d';
}

/** The window that a view shows when it is `nowMs`. */
export function windowOf({ span, window }: View, firstMs: number | null, nowMs: number): TimeWindow {
  if (window) return window;
  const chosen = span ?? spanFor(firstMs, nowMs);
  const width = chosen === 'all' ? Math.max(LEAST_ALL_MS, nowMs - (firstMs ?? nowMs)) : SPAN_MS[chosen];
  // what is older than the span begins at its edge; of "all" the oldest moment itself is there
  const before = chosen === 'all' ? width * MARGIN : 0;
  return { fromMs: nowMs - width - before, toMs: nowMs + width * MARGIN };
}

/** Keeps a window of a sensible width where there is something to see: until now, and not far before the oldest moment. */
export function within({ fromMs, toMs }: TimeWindow, firstMs: number | null, nowMs: number): TimeWindow {
  // the last day is open to all, also where everything is minutes old
  const oldest = Math.min(firstMs ?? nowMs, nowMs - DAY_MS);
  const most = Math.max(31 * DAY_MS, (nowMs - oldest) * 1.5);
  const width = Math.min(most, Math.max(LEAST_MS, toMs - fromMs));
  const latest = nowMs + width * MARGIN;
  const middle = (fromMs + toMs) / 2;
  const earliest = Math.min(oldest - width / 2, latest - width);
  const from = Math.max(earliest, Math.min(middle - width / 2, latest - width));
  return { fromMs: from, toMs: from + width };
}

/** The window moved so that a moment is in it: unchanged when it is, else with the moment in its middle. */
export function showing(window: TimeWindow, atMs: number): TimeWindow {
  const width = window.toMs - window.fromMs;
  const inside = atMs >= window.fromMs && atMs <= window.toMs;
  return inside ? window : { fromMs: atMs - width / 2, toMs: atMs + width / 2 };
}
