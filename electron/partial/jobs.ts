/** The jobs of the restore of rows by name. */
import { openForReading } from '../backup/snapshot';
import { waitForLock } from '../database/wait-for-lock';
import { wrapError } from '../errors/wrap';
import type { JobContext } from '../jobs/run-job';
import type { JobRequest } from '../jobs/protocol';
import { applyRows, isMarked } from './apply';
import { listTables } from './list-tables';
import { previewRows } from './preview';
import type { PartialJobResults } from './protocol';
import { readPlans, requireLive, withBoth } from './read-plans';
import { requirePossible } from './refusals';

async function checkTables(request: JobRequest<'partial-check'>, { signal }: JobContext): Promise<null> {
  await requireLive(request.liveFile);
  return withBoth(request, signal, (now, then) => {
    requirePossible(readPlans(now, then, request.tables).plans);
    return null;
  });
}

/** A lock that lasts is thrown; a database that is gone or cannot be read says nothing. */
async function settle(
  { liveFile, commitMark, lockTimeoutMs }: JobRequest<'partial-settle'>,
  { signal }: JobContext,
): Promise<PartialJobResults['partial-settle']> {
  try {
    await requireLive(liveFile);
    const committed = await waitForLock({ path: liveFile, lockTimeoutMs, signal }, () => {
      const connection = openForReading(liveFile, 250);
      try {
        return isMarked(connection, commitMark);
      } finally {
        connection.close();
      }
    });
    return { committed };
  } catch (thrown) {
    const { code } = wrapError(thrown);
    if (code === 'DATABASE_LOCKED' || code === 'INTERNAL') throw thrown;
    return { committed: null };
  }
}

export const PARTIAL_RUNNERS = {
  'partial-tables': listTables,
  'partial-check': checkTables,
  'partial-preview': previewRows,
  'partial-apply': applyRows,
  'partial-settle': settle,
};
