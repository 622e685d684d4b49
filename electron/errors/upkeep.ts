/** Lets go of what is old or too much, a little at a time: nobody waits for it. */
import type { Store } from '../store/open';
import { hourOf } from './hours';
import { DAY_MS } from './states';

/** Groups of one application, and how many are left when there were more. */
export const MOST_GROUPS = 3_000;
const GROUPS_LEFT = 2_750;
/** Samples of all groups together: some kilobytes each. */
const MOST_EVENTS = 20_000;
/** Rows that one step deletes at most of one table, and groups with all that hangs on them. */
const ROWS_AT_ONCE = 5_000;
const EVENTS_AT_ONCE = 2_500;
const GROUPS_AT_ONCE = 250;
const OPERATION_DAYS = 400;

export interface UpkeepStep {
  /** Something may be left to do. */
  more: boolean;
  /** Groups that were let go because their application had too many. */
  crowdedOut: number;
  /** Groups that people may see are gone. */
  changed: boolean;
}

const NOTHING: UpkeepStep = { more: false, crowdedOut: 0, changed: false };

/** One step: the first kind of which there is something to delete. */
export function upkeepStep(store: Store, keepDays: number, nowMs: number): UpkeepStep {
  return store.atomically(() => {
    const sinceMs = nowMs - keepDays * DAY_MS;
    const orphans = store.errorGroups.orphans(GROUPS_AT_ONCE);
    if (orphans.length > 0) return removed(store, orphans, false);
    const unseen = store.errorGroups.unseenSince(new Date(sinceMs).toISOString(), GROUPS_AT_ONCE);
    if (unseen.length > 0) return removed(store, unseen, false);
    const surplus = store.errorGroups.surplus(MOST_GROUPS, GROUPS_LEFT, GROUPS_AT_ONCE);
    if (surplus.length > 0) return removed(store, surplus, true);
    const events = store.errorEvents.count() - MOST_EVENTS;
    if (events > 0 && store.errorEvents.dropOld(Math.min(events, EVENTS_AT_ONCE)) > 0)
      return { ...NOTHING, more: true };
    const hours = store.errorHours.dropBefore(hourOf(sinceMs), ROWS_AT_ONCE);
    if (hours > 0 || store.errorHours.dropOrphans(ROWS_AT_ONCE) > 0) return { ...NOTHING, more: true };
    store.operationDays.dropBefore(new Date(nowMs - OPERATION_DAYS * DAY_MS).toISOString().slice(0, 10));
    return NOTHING;
  });
}

function removed(store: Store, groupIds: readonly string[], isCrowd: boolean): UpkeepStep {
  // Their events first: a group is gone when the last of it is.
  if (store.errorEvents.dropOf(groupIds, EVENTS_AT_ONCE) >= EVENTS_AT_ONCE) return { ...NOTHING, more: true };
  const count = store.errorGroups.remove(groupIds);
  return { more: true, crowdedOut: isCrowd ? count : 0, changed: true };
}
