/** What the index keeps, and how much of the disk it takes. */
import type { Settings } from '@shared/settings';
import type { LogIndex } from './log-index';
import type { BlockMeta } from './source-index';

const DAY_MS = 86_400_000;
const MEGABYTE = 1_000_000;

/** A log of last year that is read today is looked at today: what counts is when it was written or read, whichever is later. */
const ageFrom = ({ toMs, readAtMs }: BlockMeta): number => Math.max(toMs, readAtMs);

/**
 * Does one piece of what is due, at most one block of entries; false when nothing is due. The entries that are oldest by
 * their time go first.
 */
export function retainSome(
  index: LogIndex,
  { keepDays, limitMegabytes }: Pick<Settings['logs'], 'keepDays' | 'limitMegabytes'>,
  nowMs: number,
): boolean {
  const beforeMs = nowMs - keepDays * DAY_MS;
  const metas = index.metas();
  const oldest = metas.reduce<BlockMeta | null>((least, one) => (least && least.toMs <= one.toMs ? least : one), null);
  const expired = metas.find((meta) => ageFrom(meta) < beforeMs);
  const due = expired ?? (index.usedBytes() > limitMegabytes * MEGABYTE ? oldest : null);
  if (due) {
    index.removeBlock(due);
    return true;
  }
  index.forgetTails(beforeMs);
  return index.shrink();
}
