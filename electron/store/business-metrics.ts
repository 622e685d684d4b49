/** Figures that are read from guarded databases, and the last result of each. */
import type { ErrorView } from '@shared/errors';
import { BusinessConfig } from '@shared/monitoring';
import { z } from 'zod';
import { errorView, json } from './columns';
import type { Connection } from './connection';

/** What a figure was when it was last read. */
export interface BusinessResult {
  value: number | null;
  atMs: number;
  tookMs: number | null;
  error: ErrorView | null;
}

export interface StoredBusinessMetric {
  id: string;
  config: BusinessConfig;
  last: BusinessResult | null;
}

const Last = z.object({
  value: z.number().nullable(),
  atMs: z.number(),
  tookMs: z.number().nullable(),
  error: errorView.nullable(),
}) satisfies z.ZodType<BusinessResult>;

const Row = z
  .object({ id: z.string(), config: json(BusinessConfig), last: json(Last).nullable() })
  .transform((row): StoredBusinessMetric => row);

export class BusinessMetricsTable {
  private readonly connection: Connection;
  private readonly all;
  private readonly byId;
  private readonly upsert;
  private readonly erase;
  private readonly writeLast;

  constructor(connection: Connection) {
    this.connection = connection;
    this.all = connection.query('SELECT id, config, last FROM business_metrics ORDER BY created_at, id', Row);
    this.byId = connection.query('SELECT id, config, last FROM business_metrics WHERE id = @id', Row);
    this.upsert = connection.command(
      `INSERT INTO business_metrics (id, database_id, config, created_at) VALUES (@id, @databaseId, @config, @at)
       ON CONFLICT (id) DO UPDATE SET database_id = excluded.database_id, config = excluded.config`,
    );
    this.erase = connection.command('DELETE FROM business_metrics WHERE id = @id');
    this.writeLast = connection.command('UPDATE business_metrics SET last = @last WHERE id = @id');
  }

  /** In the order they were added. */
  list(): StoredBusinessMetric[] {
    return this.all.all();
  }

  /** Null when the id is not known. */
  get(id: string): StoredBusinessMetric | null {
    return this.byId.get({ id });
  }

  /** Adds a figure, or changes the one of that id; its last result stays. */
  save(id: string, config: BusinessConfig, at: string): void {
    this.upsert({ id, databaseId: config.databaseId, config: JSON.stringify(config), at });
  }

  /** Writes results, by id, in one go; null forgets one. Does nothing for a figure that is gone. */
  setLast(results: ReadonlyMap<string, BusinessResult | null>): void {
    this.connection.atomically(() => {
      for (const [id, last] of results) this.writeLast({ id, last: last && JSON.stringify(last) });
    });
  }

  /** False when there is no such figure. */
  remove(id: string): boolean {
    return this.erase({ id }) > 0;
  }
}
