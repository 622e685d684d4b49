/** Collects what is to be told into few messages: one for each source group and channel. Pure. */
import type { Severity } from '@shared/errors';
import type { News } from './record';

/** How long messages are collected. */
export const COLLECT_MS = { critical: 10_000, other: 30_000 } as const;
/** While more keeps coming in, collecting goes on for up to so many times as long. */
const LONGER_FOR_MORE = 3;
const LONGER_FOR_RECOVERY = 10;

export interface Item<T> {
  of: T;
  group: string;
  severity: Severity;
  channelId: string;
  news: News;
  /** Told with the others that waited, in one digest. */
  digest: boolean;
  sinceMonoMs: number;
}
export interface Batch<T> {
  channelId: string;
  kind: 'alert' | 'resolved' | 'unstable' | 'digest';
  items: Item<T>[];
}

/**
 * What is to be sent now, and when to ask again (null: nothing waits). `groupFires`: some alert of the group that the
 * channel was told of still fires; its end is waited for a while, so that a group that recovers is told once.
 */
export function collect<T>(
  items: readonly Item<T>[],
  groupFires: (channelId: string, group: string) => boolean,
  nowMonoMs: number,
): { due: Batch<T>[]; nextMonoMs: number | null } {
  const batches = new Map<string, Batch<T>>();
  for (const item of items) {
    const kind = item.digest ? 'digest' : item.news === 'repeat' ? 'alert' : item.news;
    const key = JSON.stringify([item.channelId, kind, item.digest ? null : item.group]);
    const batch = batches.get(key);
    if (batch) batch.items.push(item);
    else batches.set(key, { channelId: item.channelId, kind, items: [item] });
  }
  const due: Batch<T>[] = [];
  let nextMonoMs: number | null = null;
  for (const batch of batches.values()) {
    const atMs = dueAt(batch, groupFires);
    if (atMs <= nowMonoMs) due.push(batch);
    else nextMonoMs = Math.min(nextMonoMs ?? atMs, atMs);
  }
  return { due, nextMonoMs };
}

function dueAt<T>(
  { channelId, kind, items }: Batch<T>,
  groupFires: (channelId: string, group: string) => boolean,
): number {
  if (kind === 'digest') return Number.NEGATIVE_INFINITY;
  const since = items.map((item) => item.sinceMonoMs);
  const [first, newest] = [Math.min(...since), Math.max(...since)];
  const windowMs = items.some(({ severity }) => severity === 'CRITICAL') ? COLLECT_MS.critical : COLLECT_MS.other;
  if (kind === 'resolved') {
    const group = items[0]?.group ?? '';
    if (!groupFires(channelId, group)) return Number.NEGATIVE_INFINITY;
    return Math.min(newest + windowMs, first + windowMs * LONGER_FOR_RECOVERY);
  }
  const calmAt = Math.min(newest + windowMs / LONGER_FOR_MORE, first + windowMs * LONGER_FOR_MORE);
  return Math.max(first + windowMs, calmAt);
}
