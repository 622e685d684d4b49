/** Business rules: SQL that returns the rows that break them, the last answer of each, and its counts over time. */
import type { ErrorView } from '@shared/errors';
import { DataRuleConfig } from '@shared/integrity';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

/** What a rule said when it was last asked. */
export interface DataRuleResult {
  atMs: number;
  /** Null while it never answered. Of a time before when `error` is set. */
  count: number | null;
  atLeast: boolean;
  tookMs: number;
  error: ErrorView | null;
}

export interface StoredDataRule {
  id: string;
  config: DataRuleConfig;
  last: DataRuleResult | null;
}

export interface DataRuleCount {
  atMs: number;
  count: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every count is kept for a week, then the highest of each hour, then of each day (UTC), then none. */
const RAW_MS = 7 * DAY_MS;
const HOURLY_MS = 90 * DAY_MS;
const KEPT_MS = 730 * DAY_MS;

const Last = z.object({
  atMs: z.number(),
  count: z.number().nullable(),
  atLeast: z.boolean(),
  tookMs: z.number(),
  error: errorView.nullable(),
}) satisfies z.ZodType<DataRuleResult>;

const Row = z
  .object({ id: z.string(), config: json(DataRuleConfig), last: json(Last).nullable() })
  .transform((row): StoredDataRule => row);

const CountRow = z
  .object({ at_ms: z.number(), count: z.number() })
  .transform((row): DataRuleCount => ({ atMs: row.at_ms, count: row.count }));

export class DataRulesTable {
  private readonly connection: Connection;
  private readonly all;
  private readonly upsert;
  private readonly erase;
  private readonly writeLast;
  private readonly addCount;
  private readonly dropCounts;
  private readonly readCourse;
  private readonly readNewest;
  private readonly thinBefore;
  private readonly dropBefore;

  constructor(connection: Connection) {
    this.connection = connection;
    this.all = connection.query('SELECT id, config, last FROM data_rules ORDER BY created_at, id', Row);
    this.upsert = connection.command(
      `INSERT INTO data_rules (id, database_id, config, created_at) VALUES (@id, @databaseId, @config, @at)
       ON CONFLICT (id) DO UPDATE SET database_id = excluded.database_id, config = excluded.config`,
    );
    this.erase = connection.command('DELETE FROM data_rules WHERE id = @id');
    this.writeLast = connection.command('UPDATE data_rules SET last = @last WHERE id = @id');
    // A rule that was removed while it was asked has no counts.
    this.addCount = connection.command(
      `INSERT INTO data_rule_counts (rule_id, at_ms, count) SELECT id, @atMs, @count FROM data_rules WHERE id = @id
       ON CONFLICT (rule_id, at_ms) DO UPDATE SET count = excluded.count`,
    );
    this.dropCounts = connection.command('DELETE FROM data_rule_counts WHERE rule_id = @id');
    this.readCourse = connection.query(
      // A plain column beside max() is of the row that has the highest.
      `SELECT at_ms, max(count) AS count FROM data_rule_counts
       WHERE rule_id = @id AND at_ms >= @fromMs GROUP BY CAST((at_ms - @fromMs) / @stepMs AS INTEGER) ORDER BY at_ms`,
      CountRow,
    );
    this.readNewest = connection.query(
      'SELECT at_ms, count FROM data_rule_counts WHERE rule_id = @id ORDER BY at_ms DESC LIMIT 1',
      CountRow,
    );
    // The highest of a span stays, the latest of equal ones: a broken hour must not look like a well one.
    this.thinBefore = connection.command(
      `DELETE FROM data_rule_counts AS old WHERE rule_id = @id AND at_ms < @beforeMs AND EXISTS (
         SELECT 1 FROM data_rule_counts AS other
         WHERE other.rule_id = @id AND other.at_ms < @beforeMs
           AND other.at_ms >= old.at_ms - old.at_ms % @stepMs AND other.at_ms < old.at_ms - old.at_ms % @stepMs + @stepMs
           AND (other.count > old.count OR (other.count = old.count AND other.at_ms > old.at_ms)))`,
    );
    this.dropBefore = connection.command('DELETE FROM data_rule_counts WHERE rule_id = @id AND at_ms < @beforeMs');
  }

  /** In the order they were added. */
  list(): StoredDataRule[] {
    return this.all.all();
  }

  /** Adds a rule, or changes the one of that id; its last answer and its counts stay. */
  save(id: string, config: DataRuleConfig, at: string): void {
    this.upsert({ id, databaseId: config.databaseId, config: JSON.stringify(config), at });
  }

  /** Forgets what a rule said: it asks something else now. */
  forgetAnswers(id: string): void {
    this.connection.atomically(() => {
      this.writeLast({ id, last: null });
      this.dropCounts({ id });
    });
  }

  /** Writes answers, by id, in one go. Does nothing for a rule that is gone. */
  setLast(results: ReadonlyMap<string, DataRuleResult>): void {
    this.connection.atomically(() => {
      for (const [id, last] of results) {
        this.writeLast({ id, last: JSON.stringify(last) });
        if (last.error === null && last.count !== null) this.addCount({ id, atMs: last.atMs, count: last.count });
      }
    });
  }

  /** Oldest first: of each span of `stepMs` since `fromMs` the highest count, and the newest of all. */
  course(id: string, fromMs: number, stepMs: number): DataRuleCount[] {
    const highest = this.readCourse.all({ id, fromMs, stepMs });
    const newest = this.readNewest.get({ id });
    return newest && newest.atMs > (highest.at(-1)?.atMs ?? fromMs) ? [...highest, newest] : highest;
  }

  /** Lets go of counts of one rule that are too many for their age. */
  thin(id: string, nowMs: number): void {
    // Whole spans only: what is left of one must not be thinned again with a later part of it.
    const whole = (ms: number, stepMs: number): number => ms - (ms % stepMs);
    this.connection.atomically(() => {
      this.thinBefore({ id, beforeMs: whole(nowMs - RAW_MS, HOUR_MS), stepMs: HOUR_MS });
      this.thinBefore({ id, beforeMs: whole(nowMs - HOURLY_MS, DAY_MS), stepMs: DAY_MS });
      this.dropBefore({ id, beforeMs: nowMs - KEPT_MS });
    });
  }

  /** False when there is no such rule. */
  remove(id: string): boolean {
    return this.erase({ id }) > 0;
  }
}
