/** The time that all charts show: a range that ends now, or a window that was zoomed into. */

export const RANGES = ['live', '15m', '1h', '6h', '24h', '7d', '30d', '90d', '1y'] as const;
export type Range = (typeof RANGES)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const SPAN_MS: Record<Range, number> = {
  live: 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  '1y': 365 * DAY_MS,
};

/** How often a range that ends now is asked for again: new measurements move it by a pixel or two. */
export const REFRESH_MS: Record<Range, number> = {
  live: 5_000,
  '15m': 10_000,
  '1h': 15_000,
  '6h': 30_000,
  '24h': MINUTE_MS,
  '7d': 5 * MINUTE_MS,
  '30d': 5 * MINUTE_MS,
  '90d': 10 * MINUTE_MS,
  '1y': 10 * MINUTE_MS,
};

/** The finest kept step is a minute; less than this would show nothing. */
const LEAST_SPAN_MS = MINUTE_MS;
/** Days are kept for ten years. */
const MOST_SPAN_MS = 3_660 * DAY_MS;
const MOST_BACK = 30;

export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

export type Compare = 'none' | 'day' | 'week';

export interface RangeState {
  range: Range;
  /** Null: `range`, ending now. */
  window: TimeWindow | null;
  /** Views to go back to, oldest first. */
  back: { range: Range; window: TimeWindow | null }[];
  /** True while the last change was a small step of a movement: the next one is part of it. */
  moving: boolean;
  compare: Compare;
}

export const FIRST_RANGE: RangeState = { range: 'live', window: null, back: [], moving: false, compare: 'none' };

export type RangeAction =
  | { type: 'choose'; range: Range }
  /** Shows a window; `moving` for the small steps of a wheel or an arrow key, which count as one. */
  | { type: 'show'; window: TimeWindow; moving?: boolean }
  | { type: 'back' }
  | { type: 'reset' }
  | { type: 'compare'; compare: Compare };

/** The next state. `nowMs` is the end of time: nothing later is shown. */
export function rangeReducer(state: RangeState, action: RangeAction, nowMs: number): RangeState {
  switch (action.type) {
    case 'choose':
      if (action.range === state.range && !state.window) return state;
      return { ...state, range: action.range, window: null, back: [], moving: false };
    case 'show': {
      const window = withinTime(action.window, nowMs);
      const moving = action.moving ?? false;
      const here = { range: state.range, window: state.window };
      const back = moving && state.moving ? state.back : [...state.back, here].slice(-MOST_BACK);
      return { ...state, window, back, moving };
    }
    case 'back': {
      const before = state.back.at(-1);
      if (!before) return state;
      return { ...state, ...before, back: state.back.slice(0, -1), moving: false };
    }
    case 'reset':
      if (!state.window) return state;
      return { ...state, window: null, back: [], moving: false };
    case 'compare':
      return { ...state, compare: action.compare };
  }
}

/** Keeps a window of a sensible width before now. */
export function withinTime({ fromMs, toMs }: TimeWindow, nowMs: number): TimeWindow {
  const middle = (fromMs + toMs) / 2;
  const span = Math.min(MOST_SPAN_MS, Math.max(LEAST_SPAN_MS, Math.abs(toMs - fromMs)));
  const end = Math.min(nowMs, middle + span / 2);
  return { fromMs: Math.round(end - span), toMs: Math.round(end) };
}

/** The window that a state shows when it is `nowMs`. */
export function shownWindow({ range, window }: Pick<RangeState, 'range' | 'window'>, nowMs: number): TimeWindow {
  return window ?? { fromMs: nowMs - SPAN_MS[range], toMs: nowMs };
}

/** Makes a window smaller (`factor` under 1) or larger around a moment that stays where it is. */
export function zoomAround({ fromMs, toMs }: TimeWindow, atMs: number, factor: number): TimeWindow {
  return { fromMs: atMs - (atMs - fromMs) * factor, toMs: atMs + (toMs - atMs) * factor };
}

/** Moves a window by a part of its width; negative goes to the past. */
export function panBy({ fromMs, toMs }: TimeWindow, fraction: number): TimeWindow {
  const by = (toMs - fromMs) * fraction;
  return { fromMs: fromMs + by, toMs: toMs + by };
}

/** How far back what is compared lies, in milliseconds: the same time of day, whatever the clocks did in between. */
export function compareShiftMs(compare: Compare, toMs: number): number {
  if (compare === 'none') return 0;
  const then = new Date(toMs);
  then.setDate(then.getDate() - (compare === 'day' ? 1 : 7));
  return toMs - then.getTime();
}
