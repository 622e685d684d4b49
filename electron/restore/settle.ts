/** After a crash: finds out how the restores ended that nobody finished, and says so. */
import type { GuardedDatabase, RestoreRecord } from '@shared/models';
import { type CoreContext, LOCK_TIMEOUT_MS } from '../core/context';
import { SETTLED_BY_RESTORE, SETTLED_BY_ROWS } from '../core/problem-log';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { RunningJob } from '../jobs/runner';
import type { StoredRestore } from '../store/restores';

/**
 * Settles each restore that a crash interrupted. SQLite has left the database all old or all new; which of the two is
 * found by comparing it with both. Its own failure is recorded and never keeps the others, or the start, from going on.
 */
export async function settleInterrupted(context: CoreContext): Promise<void> {
  for (const restore of context.store.restores.unfinished()) {
    const handle = context.jobs.start({
      kind: 'restore',
      databaseId: restore.databaseId,
      subject: restore.database,
      urgent: true,
      body: (job) => settleOne(context, job, restore),
    });
    await handle.done.catch((thrown: unknown) => {
      context.problems.report(wrapError(thrown).toView(), restore.databaseId);
    });
  }
}

async function settleOne(context: CoreContext, job: RunningJob, restore: StoredRestore): Promise<void> {
  job.keepGoing();
  const outcome = await findOutcome(context, job, restore);
  const finishedAt = new Date().toISOString();
  const errorCode = outcome === 'restored' ? null : 'RESTORE_INTERRUPTED';
  context.store.restores.finish(restore.id, { outcome, finishedAt, errorCode });
  if (outcome === 'restored') context.problems.settle(restore.databaseId, settledBy(restore));
  else {
    const params = { name: restore.database, path: restore.sourceFile, outcome };
    context.problems.report(holdfastError('RESTORE_INTERRUPTED', { params }).toView(), restore.databaseId);
  }
  context.changed();
}

const settledBy = ({ tables }: StoredRestore) => (tables === null ? SETTLED_BY_RESTORE : SETTLED_BY_ROWS);

/** How a restore ended, from what the live database holds now. */
export async function findOutcome(
  context: CoreContext,
  job: RunningJob,
  restore: StoredRestore,
): Promise<Exclude<RestoreRecord['outcome'], 'running'>> {
  const database = context.store.databases.get(restore.databaseId);
  // Before `apply` nothing of the live database was touched.
  if (restore.phase === 'prepare' || restore.phase === 'safety' || !database) return 'unchanged';
  if (restore.commitMark !== null && restore.phase === 'apply') {
    return findRowsOutcome(job, database, restore.commitMark);
  }
  const before = restore.phase === 'roll-back' ? 'rolled-back' : 'unchanged';
  return context.scratch.use(job.id, async (folder) => {
    job.setPhase('verify');
    const { hash, movedBack } = await job.process('settle', {
      liveFile: database.path,
      quarantine: quarantineOf(database, restore.id),
      copyFile: folder.file('live.sqlite'),
      lockTimeoutMs: LOCK_TIMEOUT_MS,
    });
    if (movedBack) return 'unchanged';
    if (hash !== null && hash === restore.contentSha256) return 'restored';
    const safety = restore.undoPointId ? context.store.backups.get(restore.undoPointId) : null;
    if (!safety || hash === null) return 'interrupted';
    const staged = await job.process('stage', {
      source: {
        type: 'backup',
        chain: await context.chainOf(job, safety, folder),
        acceptDamaged: true,
        provedContent: safety.state === 'proved',
      },
      stagingFile: folder.file('safety.sqlite'),
      liveFile: null,
    });
    return hash === staged.hash ? before : 'interrupted';
  });
}

/**
 * A restore of rows leaves a mark in the commit that brings them back, after it has compared them inside the transaction:
 * what applications write later, to these rows as well, does not hide it.
 */
async function findRowsOutcome(
  job: RunningJob,
  { path }: GuardedDatabase,
  commitMark: number,
): Promise<'restored' | 'unchanged' | 'interrupted'> {
  job.setPhase('verify');
  const request = { liveFile: path, commitMark, lockTimeoutMs: LOCK_TIMEOUT_MS };
  const { committed } = await job.process('partial-settle', request);
  if (committed === null) return 'interrupted';
  return committed ? 'restored' : 'unchanged';
}

/** Where a restore that replaces the file keeps what was there. */
export const quarantineOf = (database: GuardedDatabase, restoreId: string): string =>
  `${database.path}.holdfast-quarantine-${restoreId}`;
