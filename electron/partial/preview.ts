/**
 * What a restore of rows would change. Runs in a job process, on a snapshot: reading all of the live database in place
 * would keep its writers waiting. The restore is carried out there in full and rolled back, so that what would be refused
 * is known before.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { PartialTablePreview } from '@shared/recovery';
import { takeSnapshot } from '../backup/snapshot';
import type { JobRequest } from '../jobs/protocol';
import type { JobContext } from '../jobs/run-job';
import { countSame } from './compare';
import { listDifferences } from './differences';
import { openForRows } from './open';
import type { TablePlan } from './plan';
import type { PartialJobResults } from './protocol';
import { readPlans, requireLive, withBoth, withRows } from './read-plans';
import type { BrokenReference } from './references';
import { prepareRows, type Prepared, writeRows } from './restore-rows';
import { makeWorksheet } from './worksheet';

type Preview = PartialJobResults['partial-preview'];

/** @throws QUERY_INVALID, PARTIAL_NOT_POSSIBLE for what only trying shows, DATABASE_MISSING, DATABASE_LOCKED */
export async function previewRows(
  request: JobRequest<'partial-preview'>,
  { onProgress, signal }: JobContext,
): Promise<Preview> {
  const { contentFile, liveFile, snapshotFile, workFile, lockTimeoutMs, tables } = request;
  await requireLive(liveFile);
  await takeSnapshot(liveFile, snapshotFile, {
    lockTimeoutMs,
    direct: true,
    onProgress: (done, total) => onProgress('snapshot', done, total),
    signal,
  });
  onProgress('compare', 0, 0);
  await turn();
  const { now, then, plans } = await withBoth(
    { contentFile, liveFile: snapshotFile, lockTimeoutMs },
    signal,
    (a, b) => {
      const read = readPlans(a, b, tables);
      return { ...read, plans: read.plans.map((plan) => withRows(plan, a, b)) };
    },
  );
  const possible = plans.filter(({ obstacle }) => obstacle === null);
  if (possible.length === 0) return { tables: plans.map((plan) => empty(plan)), newViolations: [] };
  makeWorksheet(workFile, contentFile, now.encoding, possible);
  const connection = openForRows(snapshotFile, { contentFile, workFile }, lockTimeoutMs);
  try {
    connection.exec('BEGIN');
    const prepared = prepareRows(connection, now, then, possible);
    const shown = new Map(prepared.plans.map((plan) => [plan.index, show(connection, plan, prepared)]));
    onProgress('apply', 0, 0);
    await turn();
    const { named } = writeRows(connection, prepared);
    connection.exec('ROLLBACK');
    const previews = plans.map((plan) => withOrphans(shown.get(plan.index) ?? empty(plan), named));
    return { tables: previews, newViolations: named };
  } finally {
    connection.close();
  }
}

function empty({ table, obstacle, columns, key, notes }: TablePlan): PartialTablePreview {
  return {
    ...{ table, obstacle, columns: columns.map(({ name }) => name), keyColumns: key.columns },
    ...{ inserts: 0, updates: 0, removes: 0, same: 0, differences: [], truncated: false, notes },
  };
}

function show(
  connection: Parameters<typeof listDifferences>[0],
  plan: TablePlan,
  { counts }: Prepared,
): PartialTablePreview {
  const { insert, update, remove } = counts.get(plan.index) ?? { insert: 0, update: 0, remove: 0 };
  const differences = listDifferences(connection, plan);
  return {
    ...empty(plan),
    ...{ inserts: insert, updates: update, removes: remove, same: countSame(connection, plan), differences },
    truncated: differences.length < insert + update + remove,
  };
}

function withOrphans(preview: PartialTablePreview, broken: readonly BrokenReference[]): PartialTablePreview {
  const parents = new Set(broken.filter(({ table }) => table === preview.table).map(({ parent }) => parent));
  if (parents.size === 0) return preview;
  return { ...preview, notes: [...preview.notes, { note: 'rows-without-parent', names: [...parents] }] };
}
