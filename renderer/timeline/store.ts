/** What is shown and chosen on the timelines; kept while other tabs are shown. */
import { createValue } from '@/value';
import { FIRST_VIEW, type View } from './window';

export interface TrackState extends View {
  /** The chosen moment in milliseconds; null when none is. */
  chosenMs: number | null;
}

export const FIRST_TRACK: TrackState = { ...FIRST_VIEW, chosenMs: null };

/** By the id of the database. */
export const tracks = createValue<ReadonlyMap<string, TrackState>>(new Map());

export function changeTrack(databaseId: string, change: Partial<TrackState>): void {
  tracks.update((before) => new Map(before).set(databaseId, { ...(before.get(databaseId) ?? FIRST_TRACK), ...change }));
}
