/** Repairs of live databases: what was done, behind which backup, and how it ended. */
import { REPAIR_KINDS, type RepairRecord } from '@shared/integrity';
import { z } from 'zod';
import { errorCode, json } from './columns';
import type { Connection } from './connection';

const Repair = z.object({
  id: z.string(),
  databaseId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  outcome: z.enum(['repaired', 'undone', 'failed']),
  steps: z.array(z.object({ id: z.string(), kind: z.enum(REPAIR_KINDS), subject: z.string(), reason: z.string() })),
  safetyPointId: z.string().nullable(),
  faultsBefore: z.number(),
  faultsAfter: z.number().nullable(),
  errorCode: errorCode.nullable(),
});
const Row = z.object({ record: json(Repair) }).transform((row): RepairRecord => row.record);

/** Of each database. */
const KEPT = 200;
/** So many of the newest can be taken back by restoring the backup that they ran behind. */
const UNDO_POINTS = 10;

export class RepairsTable {
  private readonly connection: Connection;
  private readonly write;
  private readonly prune;
  private readonly ofDatabase;

  constructor(connection: Connection) {
    this.connection = connection;
    this.write = connection.command(
      'INSERT INTO repairs (id, database_id, started_at, record) VALUES (@id, @databaseId, @startedAt, @record)',
    );
    this.prune = connection.command(
      `DELETE FROM repairs WHERE database_id = @databaseId AND id NOT IN (
         SELECT id FROM repairs WHERE database_id = @databaseId ORDER BY started_at DESC, id DESC LIMIT ${KEPT})`,
    );
    this.ofDatabase = connection.query(
      'SELECT record FROM repairs WHERE database_id = @databaseId ORDER BY started_at DESC, id DESC LIMIT @limit',
      Row,
    );
  }

  /** Adds a repair that has ended; the oldest go. */
  insert(record: RepairRecord): void {
    const { id, databaseId, startedAt } = record;
    this.connection.atomically(() => {
      this.write({ id, databaseId, startedAt, record: JSON.stringify(record) });
      this.prune({ databaseId });
    });
  }

  /** Newest first. */
  list(databaseId: string, limit = KEPT): RepairRecord[] {
    return this.ofDatabase.all({ databaseId, limit });
  }

  /** Backups that the newest repairs ran behind: retention keeps them. */
  undoPointIds(databaseId: string): Set<string> {
    const ids = this.list(databaseId, UNDO_POINTS).map(({ safetyPointId }) => safetyPointId);
    return new Set(ids.filter((id) => id !== null));
  }
}
