/** Whether a live database is checked where it lies, or a copy of it is. Pure. */
import type { CheckDepth } from '@shared/integrity';

const MIB = 1024 * 1024;

/**
 * In a rollback journal nobody can write while a check reads. Checked where they lie are only databases for which that
 * lasts well below a second: a quick check reads about twice as fast as a copy is made, a full one looks each row up in
 * each index and takes about four times as long as a copy.
 */
const IN_PLACE_BYTES: Record<CheckDepth, number> = { quick: 256 * MIB, full: 32 * MIB };

export interface Whereabouts {
  place: 'live' | 'copy';
  /** For people who want to know; English. */
  why: string;
}

/** @param wal the database is in WAL mode, where readers keep nobody from writing */
export function whereToCheck(wal: boolean, sizeBytes: number, depth: CheckDepth): Whereabouts {
  if (wal) return { place: 'live', why: 'in WAL mode a check keeps nobody from writing' };
  if (sizeBytes <= IN_PLACE_BYTES[depth]) {
    return { place: 'live', why: 'small enough that nobody has to wait for long' };
  }
  return { place: 'copy', why: 'writers would have to wait for the whole check, for a copy they wait less' };
}
