/** Groups put together and taken apart: fingerprints move, and take their counts, hours and events with them. */
import { randomUUID } from 'node:crypto';
import type { StoredGroup } from '../store/error-groups';
import type { Store } from '../store/open';
import { holdfastError } from './holdfast-error';
import { standingOf } from './states';

/** @throws ITEM_UNKNOWN */
export function requireGroup(store: Store, groupId: string): StoredGroup {
  const group = store.errorGroups.get(groupId);
  if (!group) throw holdfastError('ITEM_UNKNOWN', { detail: `error group ${groupId}` });
  return group;
}

/**
 * All lead to `intoId` from now on, and what somebody decided about that one goes on; only when it was resolved and another
 * one was not, it is open.
 * @throws ITEM_UNKNOWN; INVALID_INPUT for groups of different applications
 */
export function mergeGroups(store: Store, intoId: string, groupIds: readonly string[]): void {
  store.atomically(() => {
    const into = requireGroup(store, intoId);
    const others = [...new Set(groupIds)].filter((id) => id !== intoId).map((id) => requireGroup(store, id));
    if (others.some(({ applicationId }) => applicationId !== into.applicationId)) {
      throw holdfastError('INVALID_INPUT', { params: { reason: 'the groups are of different applications' } });
    }
    if (others.length === 0) return;
    for (const { id } of others) store.errorFingerprints.merge(id, intoId);
    store.errorGroups.remove(others.map(({ id }) => id));
    store.errorGroups.refresh(intoId);
    if (into.state === 'resolved' && others.some(({ state }) => state !== 'resolved')) {
      store.errorGroups.setStanding(intoId, { ...standingOf(into), state: 'open' });
    }
  });
}

/**
 * Gives the id of the new group, about which the same is decided as about the old one.
 * @throws ITEM_UNKNOWN, also for a fingerprint that leads elsewhere; INVALID_INPUT when it is the group's only one
 */
export function splitGroup(store: Store, groupId: string, fingerprint: string): string {
  return store.atomically(() => {
    const group = requireGroup(store, groupId);
    const parts = store.errorFingerprints.of(groupId);
    const part = parts.find((one) => one.fingerprint === fingerprint);
    if (!part) throw holdfastError('ITEM_UNKNOWN', { detail: `fingerprint ${fingerprint} of group ${groupId}` });
    if (parts.length === 1) {
      throw holdfastError('INVALID_INPUT', { params: { reason: 'the group has one fingerprint only' } });
    }
    const id = randomUUID();
    store.errorGroups.add(id, group.applicationId, part.lastSeenAt);
    store.errorFingerprints.move(part.id, id);
    store.errorGroups.setStanding(id, standingOf(group));
    store.errorGroups.refresh(id);
    store.errorGroups.refresh(groupId);
    return id;
  });
}
