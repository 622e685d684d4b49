/** Reads back what a committed restore of rows left, on a connection that had no part in it. */
import type Database from 'better-sqlite3';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { JobRequest } from '../jobs/protocol';
import { countRemaining } from './compare';
import { openToCompare } from './open';
import { hasTexts, type Prepared } from './restore-rows';
import { quoted } from '../database/names';

/**
 * Compares every chosen row again, and lets SQLite check the tables that were written. An application that waited for its
 * turn may have written by then: rows that differ are its own, and the comparison inside the transaction is the proof.
 * @param isWritten whether anybody committed after the restore, by now
 */
export function proveRows(
  { liveFile, contentFile, workFile, lockTimeoutMs }: JobRequest<'partial-apply'>,
  prepared: Prepared,
  isWritten: () => boolean,
): { error: HoldfastError | null; writtenSince: boolean } {
  const params = { path: liveFile };
  let reader: Database.Database | undefined;
  try {
    reader = openToCompare(liveFile, { contentFile, workFile }, lockTimeoutMs);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM main.sqlite_schema').get();
    const damage = firstDamage(reader, prepared);
    const other = damage ?? firstDifference(reader, prepared);
    // Asked after the snapshot was pinned: when nobody had committed by then, what differs is the restore's own.
    const writtenSince = other !== null && damage === null && isWritten();
    if (other === null || writtenSince) return { error: null, writtenSince };
    return { error: holdfastError('RESTORE_ROLLED_BACK', { params, detail: other }), writtenSince };
  } catch (thrown) {
    return { error: wrapError(thrown, params), writtenSince: false };
  } finally {
    reader?.close();
  }
}

function firstDamage(reader: Database.Database, { plans }: Prepared): string | null {
  for (const name of plans.flatMap(({ table, rebuilt }) => [table, ...rebuilt])) {
    const [first] = reader.pragma(`main.quick_check(${quoted(name)})`) as { quick_check: string }[];
    if (first?.quick_check !== 'ok') return `${name}: ${first?.quick_check ?? 'quick_check said nothing'}`;
  }
  return null;
}

function firstDifference(reader: Database.Database, { plans, texts }: Prepared): string | null {
  if (!hasTexts(reader, texts)) return 'the schema is another one';
  for (const plan of plans) {
    const rows = countRemaining(reader, plan);
    if (rows > 0) return `${plan.table}: ${rows} rows are not as they were then`;
  }
  return null;
}
