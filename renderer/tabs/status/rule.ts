/** Three copies on two media, one offsite: what a card says of it. */
import type { CopyPlace, CopyPlaces } from '@shared/models';

export const NEEDED = { copies: 3, media: 2, offsite: 1 } as const;
export type RulePart = keyof typeof NEEDED;

/** True when a part of the rule is met. */
export const isMet = (places: CopyPlaces, part: RulePart): boolean => places[part] >= NEEDED[part];

export type Shortfall =
  /** Destinations are there, but hold nothing verified yet. */
  | { kind: 'not-yet'; names: string[] }
  | { kind: 'missing'; part: CopyPlaces['missing'][number] }
  | { kind: 'behind'; name: string; count: number };

/** The one thing to say of a rule that is not met, or of copies that wait; null when there is nothing. */
export function shortfallOf({ places, missing }: CopyPlaces): Shortfall | null {
  if (missing.length > 0) {
    const waiting = places.filter((place) => isDestination(place) && !place.counts);
    if (waiting.length > 0) return { kind: 'not-yet', names: waiting.map(({ name }) => name) };
    // the one that costs most comes first
    const part = (['offsite', 'medium', 'copy'] as const).find((one) => missing.includes(one));
    return part ? { kind: 'missing', part } : null;
  }
  const [behind] = places.filter((place) => isDestination(place) && place.behind > 0);
  return behind ? { kind: 'behind', name: behind.name, count: behind.behind } : null;
}

const isDestination = ({ kind }: CopyPlace): boolean => kind !== 'live' && kind !== 'backup-folder';
