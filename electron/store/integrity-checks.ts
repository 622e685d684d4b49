/** Checks of live databases: what each found. */
import { CHECK_DEPTHS, type CheckDepth, INTEGRITY_OUTCOMES, type IntegrityRecord } from '@shared/integrity';
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

const Cell = z.union([z.null(), z.number(), z.string()]) satisfies z.ZodType<
  IntegrityRecord['foreignKeyExamples'][number]['values'][number]
>;

const Found = z.object({
  faults: z.array(z.string()),
  foreignKeyViolations: z.number(),
  foreignKeyExamples: z.array(
    z.object({
      table: z.string(),
      rowid: z.union([z.number(), z.string()]).nullable(),
      parent: z.string(),
      columns: z.array(z.string()),
      values: z.array(Cell),
    }),
  ),
  incomplete: z.string().nullable(),
});

const Row = z
  .object({
    id: z.string(),
    database_id: z.string(),
    depth: z.enum(CHECK_DEPTHS),
    trigger: z.enum(['scheduled', 'manual', 'repair']),
    started_at: z.string(),
    finished_at: z.string(),
    outcome: z.enum(INTEGRITY_OUTCOMES),
    found: json(Found),
    took_ms: z.number(),
  })
  .transform(
    (row): IntegrityRecord => ({
      id: row.id,
      databaseId: row.database_id,
      depth: row.depth,
      trigger: row.trigger,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      outcome: row.outcome,
      ...row.found,
      tookMs: row.took_ms,
    }),
  );

/** Of each database: a year of daily checks. */
const KEPT = 400;

export class IntegrityChecksTable {
  private readonly connection: Connection;
  private readonly write;
  private readonly prune;
  private readonly ofDatabase;
  private readonly ofDepth;

  constructor(connection: Connection) {
    this.connection = connection;
    this.write = connection.command(
      `INSERT INTO integrity_checks (id, database_id, depth, trigger, started_at, finished_at, outcome, found, took_ms)
       VALUES (@id, @databaseId, @depth, @trigger, @startedAt, @finishedAt, @outcome, @found, @tookMs)`,
    );
    this.prune = connection.command(
      `DELETE FROM integrity_checks WHERE database_id = @databaseId AND id NOT IN (
         SELECT id FROM integrity_checks WHERE database_id = @databaseId ORDER BY started_at DESC, id DESC LIMIT ${KEPT})`,
    );
    this.ofDatabase = connection.query(
      'SELECT * FROM integrity_checks WHERE database_id = @databaseId ORDER BY started_at DESC, id DESC LIMIT @limit',
      Row,
    );
    this.ofDepth = connection.query(
      `SELECT * FROM integrity_checks WHERE database_id = @databaseId AND depth = @depth
       ORDER BY started_at DESC, id DESC LIMIT 1`,
      Row,
    );
  }

  /** Adds a check that has ended; the oldest go. */
  insert(record: IntegrityRecord): void {
    const { faults, foreignKeyViolations, foreignKeyExamples, incomplete, ...columns } = record;
    const found = JSON.stringify({ faults, foreignKeyViolations, foreignKeyExamples, incomplete });
    this.connection.atomically(() => {
      this.write({ ...columns, found });
      this.prune({ databaseId: record.databaseId });
    });
  }

  /** Newest check of any depth, or of the one that is named; null before the first. */
  newest(databaseId: string, depth?: CheckDepth): IntegrityRecord | null {
    return depth === undefined
      ? this.ofDatabase.get({ databaseId, limit: 1 })
      : this.ofDepth.get({ databaseId, depth });
  }

  /** Newest first. */
  list(databaseId: string, limit = KEPT): IntegrityRecord[] {
    return this.ofDatabase.all({ databaseId, limit });
  }
}
