/** Which periods of a schedule were served: makes each run once, over restarts, clock changes and daylight saving. */
import { SCHEDULED_KINDS, type ScheduledKind } from '@shared/models';
import { z } from 'zod';
import type { Connection } from './connection';

/**
 * `covered`: a backup of a higher kind served this period too. `unchanged`: nothing changed since the newest proved
 * restore point, so none was made. `failed`: not served; it may be tried again.
 */
export const RUN_OUTCOMES = ['done', 'covered', 'unchanged', 'failed'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** One time that a cron expression names. */
export interface Occurrence {
  /** The moment, milliseconds since 1970. */
  atMs: number;
  /** Local wall time as the expression names it, `YYYY-MM-DDTHH:mm`. */
  key: string;
}
export interface ScheduleRun {
  databaseId: string;
  kind: ScheduledKind;
  occurrence: Occurrence;
  atMs: number;
  outcome: RunOutcome;
}

const Row = z
  .object({
    database_id: z.string(),
    kind: z.enum(SCHEDULED_KINDS),
    occurrence: z.string(),
    occurrence_ms: z.number(),
    at_ms: z.number(),
    outcome: z.enum(RUN_OUTCOMES),
  })
  .transform(
    (row): ScheduleRun => ({
      databaseId: row.database_id,
      kind: row.kind,
      occurrence: { key: row.occurrence, atMs: row.occurrence_ms },
      atMs: row.at_ms,
      outcome: row.outcome,
    }),
  );

// Longer than the longest view of the past (a year); an expression may fire every minute.
const KEPT_MS = 400 * 24 * 3_600_000;

export class ScheduleRunsTable {
  private readonly connection: Connection;
  private readonly newest;
  private readonly one;
  private readonly from;
  private readonly write;
  private readonly prune;

  constructor(connection: Connection) {
    this.connection = connection;
    this.newest = connection.query(
      `SELECT * FROM schedule_runs WHERE database_id = @databaseId AND kind = @kind AND outcome <> 'failed'
         AND occurrence_ms <= @notAfterMs ORDER BY occurrence_ms DESC LIMIT 1`,
      Row,
    );
    this.one = connection.query(
      'SELECT * FROM schedule_runs WHERE database_id = @databaseId AND kind = @kind AND occurrence = @key',
      Row,
    );
    this.from = connection.query(
      `SELECT * FROM schedule_runs WHERE database_id = @databaseId AND at_ms >= @fromMs
       ORDER BY at_ms DESC, kind, occurrence DESC`,
      Row,
    );
    this.write = connection.command(
      `INSERT INTO schedule_runs (database_id, kind, occurrence, occurrence_ms, at_ms, outcome)
       VALUES (@databaseId, @kind, @key, @occurrenceMs, @atMs, @outcome)
       ON CONFLICT DO UPDATE SET occurrence_ms = @occurrenceMs, at_ms = @atMs, outcome = @outcome
       WHERE schedule_runs.outcome = 'failed'`,
    );
    this.prune = connection.command(
      'DELETE FROM schedule_runs WHERE database_id = @databaseId AND kind = @kind AND occurrence_ms < @beforeMs',
    );
  }

  /**
   * The newest served occurrence that is not after `notAfterMs`: periods that were served while the clock stood in the
   * future say nothing about today.
   */
  latest(databaseId: string, kind: ScheduledKind, notAfterMs: number): Occurrence | null {
    return this.newest.get({ databaseId, kind, notAfterMs })?.occurrence ?? null;
  }

  /** Whether the period of that local wall time was served, whatever the clock says now. */
  isServed(databaseId: string, kind: ScheduledKind, key: string): boolean {
    const run = this.one.get({ databaseId, kind, key });
    return run !== null && run.outcome !== 'failed';
  }

  /** Records what became of a period. A failed one can become served later, a served one stays served. */
  record(run: ScheduleRun): void {
    const { databaseId, kind, occurrence, atMs, outcome } = run;
    this.connection.atomically(() => {
      this.write({ databaseId, kind, key: occurrence.key, occurrenceMs: occurrence.atMs, atMs, outcome });
      this.prune({ databaseId, kind, beforeMs: occurrence.atMs - KEPT_MS });
    });
  }

  /** What was recorded for a database since `fromMs`, newest first. */
  list(databaseId: string, fromMs: number): ScheduleRun[] {
    return this.from.all({ databaseId, fromMs });
  }
}
