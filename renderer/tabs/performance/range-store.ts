/** The range of all charts, kept while the window is open; and what people do with it. */
import { createValue, useValue } from '@/value';
import type { EventKind } from './chart/events';
import { EVENT_KINDS } from './chart/events';
import { FIRST_RANGE, type RangeAction, type RangeState, rangeReducer } from './range';

export const rangeState = createValue<RangeState>(FIRST_RANGE);

export const changeRange = (action: RangeAction): void =>
  rangeState.update((state) => rangeReducer(state, action, Date.now()));

export const useRange = (): RangeState => useValue(rangeState);

/** Kinds of events that charts show. */
export const shownEvents = createValue<ReadonlySet<EventKind>>(new Set(EVENT_KINDS));

export function toggleEvents(kind: EventKind): void {
  shownEvents.update((shown) => {
    const next = new Set(shown);
    if (!next.delete(kind)) next.add(kind);
    return next;
  });
}

export const VIEWS = ['machine', 'services', 'applications', 'business'] as const;
export type View = (typeof VIEWS)[number];
export const shownView = createValue<View>('machine');
