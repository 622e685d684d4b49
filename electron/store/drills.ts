/** Restore drills: what was restored into a scratch folder, and how it compared. */
import { PROOF_STEPS, type DrillRecord } from '@shared/models';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

const OUTCOMES = ['passed', 'failed'] as const;
const Result = z.object({
  pointId: z.string(),
  pointAt: z.string(),
  destinationId: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  checks: z.array(
    z.object({ step: z.enum(PROOF_STEPS), outcome: z.enum(['ok', 'warning', 'failed']), detail: z.string() }),
  ),
  tables: z.array(
    z.object({
      table: z.string(),
      rows: z.number().nullable(),
      rowsNow: z.number().nullable(),
      result: z.enum(['same', 'changed', 'gone', 'unreadable']),
    }),
  ),
  tookMs: z.number(),
  error: errorView.nullable(),
});

const Row = z
  .object({
    id: z.string(),
    database_id: z.string(),
    started_at: z.string(),
    finished_at: z.string(),
    outcome: z.enum(OUTCOMES),
    results: json(z.array(Result)),
  })
  .transform(
    (row): DrillRecord => ({
      id: row.id,
      databaseId: row.database_id,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      outcome: row.outcome,
      results: row.results,
    }),
  );

/** Of each database: two years of a weekly drill. */
const KEPT = 104;

export class DrillsTable {
  private readonly connection: Connection;
  private readonly write;
  private readonly prune;
  private readonly ofDatabase;

  constructor(connection: Connection) {
    this.connection = connection;
    this.write = connection.command(
      `INSERT INTO drills (id, database_id, started_at, finished_at, outcome, results)
       VALUES (@id, @databaseId, @startedAt, @finishedAt, @outcome, @results)`,
    );
    this.prune = connection.command(
      `DELETE FROM drills WHERE database_id = @databaseId AND id NOT IN (
         SELECT id FROM drills WHERE database_id = @databaseId ORDER BY started_at DESC, id DESC LIMIT ${KEPT})`,
    );
    this.ofDatabase = connection.query(
      'SELECT * FROM drills WHERE database_id = @databaseId ORDER BY started_at DESC, id DESC LIMIT @limit',
      Row,
    );
  }

  /** Adds a drill that has ended; the oldest go. */
  insert(drill: DrillRecord): void {
    const { results, ...columns } = drill;
    this.connection.atomically(() => {
      this.write({ ...columns, results: JSON.stringify(results) });
      this.prune({ databaseId: drill.databaseId });
    });
  }

  /** Null before the first. */
  newest(databaseId: string): DrillRecord | null {
    return this.ofDatabase.get({ databaseId, limit: 1 });
  }

  /** Newest first. */
  list(databaseId: string): DrillRecord[] {
    return this.ofDatabase.all({ databaseId, limit: KEPT });
  }
}
