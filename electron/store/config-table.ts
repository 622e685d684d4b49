/** A table of things that people set up: an id and one JSON document each. */
import { z } from 'zod';
import { json } from './columns';
import type { Connection } from './connection';

export interface Configured<C> {
  id: string;
  config: C;
}

type ConfigTableName = 'alert_rules' | 'scrape_targets' | 'log_sources' | 'saved_searches';

export class ConfigTable<C> {
  private readonly all;
  private readonly put;
  private readonly drop;

  /** `schema` checks each document when it is read. */
  constructor(connection: Connection, table: ConfigTableName, schema: z.ZodType<C>) {
    const Row = z.object({ id: z.string(), config: json(schema) });
    this.all = connection.query(`SELECT id, config FROM ${table} ORDER BY created_at, id`, Row);
    this.put = connection.command(
      `INSERT INTO ${table} (id, config, created_at) VALUES (@id, @config, @at)
       ON CONFLICT (id) DO UPDATE SET config = @config`,
    );
    this.drop = connection.command(`DELETE FROM ${table} WHERE id = @id`);
  }

  /** Oldest first. */
  list(): Configured<C>[] {
    return this.all.all();
  }

  /** Adds it, or replaces the configuration of the one of the same id. */
  save({ id, config }: Configured<C>, at: string): void {
    this.put({ id, config: JSON.stringify(config), at });
  }

  /** False when there is none. */
  remove(id: string): boolean {
    return this.drop({ id }) > 0;
  }
}
